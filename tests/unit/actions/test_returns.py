"""Sending an article back, and the money."""

import pytest

from crm_store.use_cases.returns import list_returnable_items, list_returns
from tests.unit.actions.acting import Acting, Dialogue, Message, entity

FORM = "return_form"
VALIDATE = f"validate_{FORM}"
RETURN = Message("request_return", "i want to return something")


async def _keys(acting: Acting) -> list[str]:
    items = await list_returnable_items(acting.store, acting.conversation_id)
    return [f"{item.order_number}/{item.line_id}" for item in items]


async def test_several_articles_are_offered(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await acting.run(VALIDATE, RETURN, Dialogue(form=FORM, begins=True))
    assert outcome.slots["return_item"] is None
    asked = await acting.run("action_ask_return_item", RETURN, Dialogue(outcome.slots, form=FORM))
    assert [button["title"] for button in asked.buttons] == [
        "Block-print salwar kameez · KT-10270",
        "Embroidered nagra shoes · KT-10270",
    ]


async def test_article_and_reason_of_the_first_message_are_taken(acting: Acting) -> None:
    await acting.visit("shirin")
    said = Message("request_return", "my shoes arrived torn", [entity("return_reason", "damaged")])
    outcome = await acting.run(VALIDATE, said, Dialogue(form=FORM, begins=True))
    assert outcome.slots["return_item"] == (await _keys(acting))[1]
    assert outcome.slots["return_reason"] == "damaged"


async def test_the_other_article_corrects_the_confirmation(acting: Acting) -> None:
    await acting.visit("shirin")
    first, second = await _keys(acting)
    other = Message("deny", "no, the other one", [entity("option", "other")])
    confirming = Dialogue(
        {"return_item": first, "return_reason": "damaged"}, form=FORM, asked="return_confirmed"
    )
    outcome = await acting.run(VALIDATE, other, confirming)
    assert outcome.slots["return_item"] == second
    assert "return_confirmed" not in outcome.slots


async def test_another_reason_corrects_the_confirmation(acting: Acting) -> None:
    await acting.visit("shirin")
    first, _ = await _keys(acting)
    said = Message("deny", "no, it is the wrong size", [entity("return_reason", "wrong_size")])
    confirming = Dialogue(
        {"return_item": first, "return_reason": "damaged"}, form=FORM, asked="return_confirmed"
    )
    outcome = await acting.run(VALIDATE, said, confirming)
    assert outcome.slots["return_reason"] == "wrong_size"
    assert "return_confirmed" not in outcome.slots


async def test_a_reason_nobody_can_place_is_asked_for_again(acting: Acting) -> None:
    await acting.visit("shirin")
    first, _ = await _keys(acting)
    asking = Dialogue({"return_item": first}, form=FORM, asked="return_reason")
    outcome = await acting.run(VALIDATE, Message("inform", "because of my aunt"), asking)
    assert outcome.said == ["utter_return_reason_unclear"]


async def test_a_confirmed_return_is_requested_once(acting: Acting) -> None:
    await acting.visit("shirin")
    first, _ = await _keys(acting)
    slots = {"return_item": first, "return_reason": "wrong_size", "return_confirmed": True}
    yes = Message("affirm", "yes")
    outcome = await acting.run("action_request_return", yes, Dialogue(dict(slots)))
    again = await acting.run_again("action_request_return", yes, Dialogue(dict(slots)))
    assert outcome.said == ["utter_return_done"]
    assert again.responses == outcome.responses
    assert len(await list_returns(acting.store, acting.conversation_id)) == 2


async def test_a_return_asked_for_before_is_shown(acting: Acting) -> None:
    await acting.visit("shirin")
    first, _ = await _keys(acting)
    slots = {"return_item": first, "return_reason": "wrong_size", "return_confirmed": True}
    await acting.run("action_request_return", Message("affirm", "yes"), Dialogue(dict(slots)))
    later = await acting.run("action_request_return", Message("affirm", "yes"), Dialogue(dict(slots)))
    assert later.said == ["utter_return_already"]


async def test_a_no_sends_nothing_back(acting: Acting) -> None:
    await acting.visit("shirin")
    first, _ = await _keys(acting)
    slots = {"return_item": first, "return_reason": "damaged", "return_confirmed": False}
    outcome = await acting.run("action_request_return", Message("deny", "no"), Dialogue(slots))
    assert outcome.said == ["utter_return_kept"]
    assert len(await list_returns(acting.store, acting.conversation_id)) == 1


async def test_a_parcel_that_has_not_arrived_cannot_go_back(acting: Acting) -> None:
    await acting.visit("rahima")
    said = Message("request_return", "return KT-10234", [entity("order_number", "KT-10234")])
    outcome = await acting.run(VALIDATE, said, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_return_not_in_order"]
    assert outcome.slots["requested_slot"] is None


async def test_an_order_number_narrows_the_articles_down(acting: Acting) -> None:
    await acting.visit("shirin")
    said = Message("inform", "KT-10270", [entity("order_number", "KT-10270")])
    outcome = await acting.run(VALIDATE, said, Dialogue(form=FORM, asked="return_item"))
    assert outcome.said == []
    assert outcome.slots["offered_choices"] == await _keys(acting)


async def test_the_newest_return_is_shown_with_its_refund(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await acting.run("action_track_return", Message("track_return", "my return?"))
    assert outcome.said == ["utter_return_status_received"]
    assert outcome.responses[0]["custom"]["card"]["refund"]["status"] == "pending"


async def test_the_pending_refund_names_amount_way_and_day(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await acting.run("action_track_refund", Message("track_refund", "my money?"))
    said = outcome.responses[0]
    assert (said["response"], said["method"], said["number"]) == ("utter_refund_pending", "Nagad", "KT-10188")


async def test_money_back_without_a_refund_shows_the_ways_to_one(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_get_refund", Message("get_refund", "money back"))
    assert outcome.said == ["utter_refund_ways"]


@pytest.mark.parametrize(
    ("action", "response"),
    [
        ("action_check_return_policy", "utter_return_policy"),
        ("action_check_refund_policy", "utter_refund_policy"),
        ("action_delivery_period", "utter_delivery_period"),
        ("action_delivery_options", "utter_delivery_options"),
    ],
)
async def test_general_questions_need_no_log_in(acting: Acting, action: str, response: str) -> None:
    await acting.visit(None)
    outcome = await acting.run(action, Message("any"))
    assert outcome.said == [response]


async def test_return_days_are_the_domains(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_check_return_policy", Message("any"), Dialogue({"language": "bn"}))
    assert (outcome.responses[0]["days"], outcome.responses[0]["faulty_days"]) == ("৭", "১৪")


async def test_delivery_lines_name_days_and_charges(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_delivery_options", Message("any"))
    lines = outcome.responses[0]["lines"].splitlines()
    assert lines[0] == "• Standard delivery in Dhaka: Tk 60, 1–3 days"
    assert lines[-1].endswith("free, 1–2 days")


@pytest.mark.parametrize(
    "action",
    ["action_track_return", "action_track_refund", "action_get_refund", "action_opt_out_personalisation"],
)
async def test_personal_questions_need_a_log_in(acting: Acting, action: str) -> None:
    await acting.visit(None)
    assert (await acting.run(action, Message("any"))).said == ["utter_login_needed"]
