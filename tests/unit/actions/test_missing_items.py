"""Something did not arrive."""

import pytest

from crm_store.use_cases.orders import find_order
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "missing_item_form"
VALIDATE = f"validate_{FORM}"
NUMBER = "KT-10270"


async def _begin(acting: Acting, text: str, number: str = NUMBER) -> Outcome:
    said = Message("report_missing_item", text, [entity("order_number", number)])
    return await acting.run(VALIDATE, said, Dialogue({"verified": True}, form=FORM, begins=True))


@pytest.mark.parametrize(
    "text",
    [
        "it says delivered but nothing came",
        "the box was empty",
        "বাক্স খালি ছিল",
        "box ta khali silo",
    ],
)
async def test_a_whole_parcel_that_is_missing_is_understood(acting: Acting, text: str) -> None:
    await acting.visit("shirin")
    outcome = await _begin(acting, text)
    assert outcome.said == ["utter_missing_sorry"]
    assert outcome.slots["missing_what"] == "parcel"


async def test_an_article_that_is_missing_is_named(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await _begin(acting, "the nagra shoes were not in the bag")
    order = await find_order(acting.store, acting.conversation_id, NUMBER)
    assert outcome.slots["missing_what"] == str(order.lines[1].id)


async def test_a_part_is_taken_in_the_customers_words_when_asked_for(acting: Acting) -> None:
    await acting.visit("shirin")
    asking = Dialogue({"order_number": NUMBER, "verified": True}, form=FORM, asked="missing_what")
    outcome = await acting.run(VALIDATE, Message("inform", "the dupatta's lace"), asking)
    assert outcome.slots["missing_what"] == "the dupatta's lace"


async def test_what_is_missing_is_offered_as_buttons(acting: Acting) -> None:
    await acting.visit("shirin")
    asking = Dialogue({"order_number": NUMBER}, form=FORM, asked="missing_what")
    asked = await acting.run("action_ask_missing_what", Message("report_missing_item"), asking)
    assert [button["title"] for button in asked.buttons] == [
        "The whole parcel",
        "Block-print salwar kameez",
        "Embroidered nagra shoes",
    ]


async def test_the_confirmation_says_when_and_where_it_was_delivered(acting: Acting) -> None:
    await acting.visit("shirin")
    slots = {"order_number": NUMBER, "missing_what": "parcel", "task": FORM}
    asked = await acting.run("action_ask_missing_confirmed", Message("inform"), Dialogue(slots, form=FORM))
    said = asked.responses[0]
    assert (said["date"], said["destination"]) == ("19 November", "Agrabad, Chattogram")


async def test_a_report_is_a_ticket_opened_once(acting: Acting) -> None:
    await acting.visit("shirin")
    slots = {"order_number": NUMBER, "missing_what": "parcel", "missing_confirmed": True}
    yes = Message("affirm", "yes")
    done = await acting.run("action_report_missing", yes, Dialogue(dict(slots)))
    again = await acting.run_again("action_report_missing", yes, Dialogue(dict(slots)))
    assert done.said == ["utter_missing_reported"]
    assert again.responses == done.responses


async def test_an_order_that_has_not_arrived_is_shown_instead(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await _begin(acting, "half of KT-10234 is missing", "KT-10234")
    assert outcome.said == ["utter_missing_not_delivered"]


async def test_without_a_delivered_order_nothing_can_be_missing(acting: Acting) -> None:
    await acting.visit("john")
    said = Message("report_missing_item", "something is missing")
    outcome = await acting.run(VALIDATE, said, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_missing_nothing_delivered"]


async def test_a_visitor_is_asked_to_log_in(acting: Acting) -> None:
    await acting.visit(None)
    said = Message("report_missing_item", "something is missing")
    outcome = await acting.run(VALIDATE, said, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_login_needed"]
