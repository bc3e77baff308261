"""Another size, colour or piece for what has arrived."""

from crm_store.use_cases.returns import list_returnable_items
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "exchange_form"
VALIDATE = f"validate_{FORM}"


async def _shoes(acting: Acting) -> str:
    items = await list_returnable_items(acting.store, acting.conversation_id)
    return f"{items[1].order_number}/{items[1].line_id}"


async def _begin(acting: Acting, text: str) -> Outcome:
    return await acting.run(VALIDATE, Message("request_exchange", text), Dialogue(form=FORM, begins=True))


async def test_article_and_wish_of_the_first_message_are_taken(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await _begin(acting, "can i have the nagra shoes in size 38")
    assert outcome.slots["return_item"] == await _shoes(acting)
    assert outcome.slots["exchange_wish"] == "can i have the nagra shoes in size 38"


async def test_the_articles_are_offered_for_an_exchange(acting: Acting) -> None:
    await acting.visit("shirin")
    begun = await _begin(acting, "exchange please")
    asked = await acting.run(
        "action_ask_return_item", Message("request_exchange"), Dialogue(begun.slots, form=FORM)
    )
    assert asked.said == ["utter_ask_exchange_item"]
    assert len(asked.buttons) == 2


async def test_a_button_says_what_is_wanted_instead(acting: Acting) -> None:
    await acting.visit("shirin")
    asking = Dialogue({"return_item": await _shoes(acting)}, form=FORM, asked="exchange_wish")
    clicked = Message("inform", "A bigger size", [entity("exchange_wish", "bigger")])
    outcome = await acting.run(VALIDATE, clicked, asking)
    assert outcome.slots["exchange_wish"] == "a bigger size"


async def test_a_confirmed_exchange_is_a_ticket_opened_once(acting: Acting) -> None:
    await acting.visit("shirin")
    slots = {"return_item": await _shoes(acting), "exchange_wish": "size 38", "exchange_confirmed": True}
    yes = Message("affirm", "yes")
    done = await acting.run("action_request_exchange", yes, Dialogue(dict(slots)))
    again = await acting.run_again("action_request_exchange", yes, Dialogue(dict(slots)))
    assert done.said == ["utter_exchange_done"]
    assert again.responses == done.responses


async def test_a_no_exchanges_nothing(acting: Acting) -> None:
    await acting.visit("shirin")
    slots = {"return_item": await _shoes(acting), "exchange_wish": "size 38", "exchange_confirmed": False}
    outcome = await acting.run("action_request_exchange", Message("deny", "no"), Dialogue(slots))
    assert outcome.said == ["utter_exchange_kept"]


async def test_without_anything_to_exchange_a_person_is_offered(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await _begin(acting, "i want to exchange")
    assert outcome.said == ["utter_nothing_to_exchange"]
    assert outcome.slots["offer"] == "handoff"


async def test_a_report_of_something_broken_is_met_with_an_apology(acting: Acting) -> None:
    await acting.visit("shirin")
    said = Message("report_damaged_item", "the shoes came without a sole, useless")
    outcome = await acting.run("validate_return_form", said, Dialogue(form="return_form", begins=True))
    assert outcome.said == ["utter_report_sorry"]
    assert outcome.slots["return_reason"] == "damaged"
    assert outcome.slots["return_item"] == await _shoes(acting)


async def test_a_wrong_article_needs_no_reason_to_be_asked_for(acting: Acting) -> None:
    await acting.visit("shirin")
    said = Message("report_wrong_item", "this is not what i bought")
    outcome = await acting.run("validate_return_form", said, Dialogue(form="return_form", begins=True))
    assert outcome.slots["return_reason"] == "wrong_item"


async def test_a_report_that_is_too_late_leads_to_a_person(acting: Acting) -> None:
    await acting.visit("john")
    said = Message("report_damaged_item", "it is broken")
    outcome = await acting.run("validate_return_form", said, Dialogue(form="return_form", begins=True))
    assert outcome.said == ["utter_report_nothing_found"]
    assert outcome.slots["offer"] == "handoff"


async def test_the_article_of_a_return_set_aside_is_taken_over(acting: Acting) -> None:
    await acting.visit("shirin")
    shoes = await _shoes(acting)
    returning = Dialogue({"task": "return_form", "return_item": shoes}, form=FORM, begins=True)
    wanted = Message("request_exchange", "can i get a bigger one instead")
    outcome = await acting.run(VALIDATE, wanted, returning)
    taken = {**returning.slots, **outcome.slots}
    assert taken["return_item"] == shoes
    assert taken["exchange_wish"] == wanted.text


async def test_a_size_after_the_wish_makes_it_more_exact(acting: Acting) -> None:
    await acting.visit("shirin")
    slots = {"return_item": await _shoes(acting), "exchange_wish": "a bigger one", "task": FORM}
    asked = Dialogue(slots, form=FORM, asked="exchange_confirmed")
    outcome = await acting.run(VALIDATE, Message("inform", "42"), asked)
    assert outcome.slots["exchange_wish"] == "a bigger one, 42"
    assert "exchange_confirmed" not in outcome.slots


async def test_a_yes_is_no_wish(acting: Acting) -> None:
    await acting.visit("shirin")
    asked = Dialogue({"return_item": await _shoes(acting), "task": FORM}, form=FORM, asked="exchange_wish")
    outcome = await acting.run(VALIDATE, Message("request_exchange", "ha bodle den"), asked)
    assert "exchange_wish" not in outcome.slots
