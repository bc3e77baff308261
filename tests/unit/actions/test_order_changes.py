"""Changing the articles of an order not yet sent."""

import pytest

from actions.change_wishes import names_a_wish
from crm_store.use_cases.orders import find_order
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "change_order_form"
VALIDATE = f"validate_{FORM}"
NUMBER = "KT-10312"  # two articles, not paid
PAID = "KT-10310"


async def _begin(acting: Acting, text: str, number: str = NUMBER) -> Outcome:
    said = Message("change_order", text, [entity("order_number", number)])
    return await acting.run(VALIDATE, said, Dialogue({"verified": True}, form=FORM, begins=True))


async def _confirm(acting: Acting, number: str, wish: object, *, yes: bool = True) -> Outcome:
    slots = {"order_number": number, "order_change": wish, "change_confirmed": yes}
    return await acting.run("action_change_order", Message("affirm", "yes"), Dialogue(slots))


async def test_an_article_named_in_the_request_is_taken_out_after_a_yes(acting: Acting) -> None:
    await acting.visit("arif")
    begun = await _begin(acting, f"please remove the cookbook from {NUMBER}")
    before = await find_order(acting.store, acting.conversation_id, NUMBER)

    wish = begun.slots["order_change"]
    asking = Dialogue({"order_number": NUMBER, "order_change": wish, "task": FORM}, form=FORM)
    asked = await acting.run("action_ask_change_confirmed", Message("change_order"), asking)
    done = await _confirm(acting, NUMBER, wish)

    after = await find_order(acting.store, acting.conversation_id, NUMBER)
    assert asked.said == ["utter_confirm_change_leave_out"]
    assert done.said == ["utter_change_done"]
    assert len(after.lines) == len(before.lines) - 1
    assert after.total == before.total - before.lines[1].total


async def test_a_number_of_pieces_is_set_after_a_yes(acting: Acting) -> None:
    await acting.visit("arif")
    begun = await _begin(acting, "make it 3 cookbooks in my order please")
    done = await _confirm(acting, NUMBER, begun.slots["order_change"])
    after = await find_order(acting.store, acting.conversation_id, NUMBER)
    assert done.said == ["utter_change_done"]
    assert [line.quantity for line in after.lines] == [1, 3]


async def test_a_no_changes_nothing(acting: Acting) -> None:
    await acting.visit("arif")
    begun = await _begin(acting, f"please remove the cookbook from {NUMBER}")
    outcome = await _confirm(acting, NUMBER, begun.slots["order_change"], yes=False)
    assert outcome.said == ["utter_change_kept"]
    assert len((await find_order(acting.store, acting.conversation_id, NUMBER)).lines) == 2


async def test_a_wish_that_needs_people_becomes_a_ticket_in_the_customers_words(acting: Acting) -> None:
    await acting.visit("arif")
    begun = await _begin(acting, "i would like the saree in another colour please")
    wish = begun.slots["order_change"]
    asking = Dialogue({"order_number": NUMBER, "order_change": wish}, form=FORM)
    asked = await acting.run("action_ask_change_confirmed", Message("change_order"), asking)
    done = await _confirm(acting, NUMBER, wish)
    assert asked.responses[0]["wish"] == "i would like the saree in another colour please"
    assert done.said == ["utter_change_passed_on"]
    assert done.responses[0]["ticket"].startswith("TK-")


async def test_a_paid_order_is_passed_on_to_people(acting: Acting) -> None:
    await acting.visit("arif")
    begun = await _begin(acting, "make it 2 watches instead of one", PAID)
    done = await _confirm(acting, PAID, begun.slots["order_change"])
    assert done.said == ["utter_change_passed_on"]


async def test_a_wholesale_number_is_passed_on_to_people(acting: Acting) -> None:
    await acting.visit("arif")
    order = await find_order(acting.store, acting.conversation_id, NUMBER)
    many = {"line": str(order.lines[0].id), "quantity": 60, "words": "sixty please"}
    done = await _confirm(acting, NUMBER, many)
    assert done.said == ["utter_change_passed_on"]
    assert await find_order(acting.store, acting.conversation_id, NUMBER) == order


async def test_the_only_article_cannot_be_taken_out(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await _begin(acting, "please remove the bedsheet from it", "KT-10251")
    assert outcome.said == ["utter_change_last_article"]
    assert outcome.slots["requested_slot"] is None


async def test_a_sent_order_is_refused_with_what_is_possible_later(acting: Acting) -> None:
    await acting.visit("mitali")
    outcome = await _begin(acting, "add another puzzle to KT-10288", "KT-10288")
    assert outcome.said == ["utter_change_refused_sent"]


async def test_each_article_can_be_left_out_by_a_button(acting: Acting) -> None:
    await acting.visit("arif")
    asking = Dialogue({"order_number": NUMBER}, form=FORM, asked="order_change")
    asked = await acting.run("action_ask_order_change", Message("change_order"), asking)
    line = asked.buttons[1]["payload"].split('"')[3]
    clicked = Message("change_order", "Leave out", [entity("order_line", line)])
    outcome = await acting.run(VALIDATE, clicked, asking)
    assert outcome.slots["order_change"]["quantity"] == 0
    assert outcome.slots["order_change"]["line"] == line


async def test_a_visitor_is_asked_to_log_in(acting: Acting) -> None:
    await acting.visit(None)
    begins = Dialogue(form=FORM, begins=True)
    outcome = await acting.run(VALIDATE, Message("change_order", "change my order"), begins)
    assert outcome.said == ["utter_login_needed"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("i want to change my order", False),
        ("modify order KT-10312", False),
        ("please make it size L instead of M", True),
        ("KT-10312 e duita kore den", True),
        ("অর্ডারে আরেকটা চাদর যোগ করেন তো", True),
    ],
)
def test_only_a_told_wish_counts_as_one(text: str, told: bool) -> None:
    assert names_a_wish(text) is told


async def test_another_size_said_in_the_request_is_not_asked_for_again(acting: Acting) -> None:
    await acting.visit("tanvir")
    begun = await _begin(acting, "panjabi ta M er jaygay L chai", "KT-10301")
    assert begun.slots["order_change"]["words"] == "panjabi ta M er jaygay L chai"
    assert begun.slots["order_change"]["quantity"] is None


async def test_a_yes_is_no_wish(acting: Acting) -> None:
    await acting.visit("arif")
    asked = Dialogue({"order_number": NUMBER, "task": FORM}, form=FORM, asked="order_change")
    outcome = await acting.run(VALIDATE, Message("request_exchange", "ha bodle den"), asked)
    assert "order_change" not in outcome.slots


async def test_a_yes_to_the_change_taken_for_another_one_confirms_it(acting: Acting) -> None:
    await acting.visit("arif")
    slots = {
        "order_number": NUMBER,
        "task": FORM,
        "order_change": {"line": None, "quantity": None, "words": "L"},
    }
    asked = Dialogue(slots, form=FORM, asked="change_confirmed")
    outcome = await acting.run(VALIDATE, Message("request_exchange", "ha bodle den"), asked)
    assert outcome.slots["change_confirmed"] is True
    other = await acting.run(VALIDATE, Message("change_shipping_address", "yes change the address"), asked)
    assert "change_confirmed" not in other.slots
