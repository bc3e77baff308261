"""Deleting an account: open orders first, then what goes and stays, then a person does it."""

import pytest

from actions.labels import LANGUAGES
from crm_store.use_cases.accounts import find_requested_erasure
from tests.unit.actions.acting import Acting, Dialogue, Message

FORM = "delete_account_form"
VALIDATE = f"validate_{FORM}"
DELETE = Message("delete_account", "delete my account")
YES = Message("affirm", "yes")
NO = Message("deny", "no")
CONFIRMING = Dialogue({"task": FORM}, form=FORM, asked="delete_confirmed")


async def test_open_orders_are_named_first(acting: Acting) -> None:
    await acting.visit("arif")
    outcome = await acting.run(VALIDATE, DELETE, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_delete_open_orders"]
    assert "KT-10310" in outcome.responses[0]["numbers"]
    assert "KT-10312" in outcome.responses[0]["numbers"]
    assert "requested_slot" not in outcome.slots


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_says_by_when(acting: Acting, language: str) -> None:
    await acting.visit("john")
    outcome = await acting.run(
        "action_ask_delete_confirmed", DELETE, Dialogue({"task": FORM, "language": language}, form=FORM)
    )
    assert outcome.responses[0]["date"] == {"en": "21 December", "bn": "২১ ডিসেম্বর"}.get(
        language, "21 December"
    )


@pytest.mark.parametrize(("answer", "confirmed"), [(YES, True), (NO, False)])
async def test_yes_and_no_are_taken(acting: Acting, answer: Message, confirmed: bool) -> None:
    await acting.visit("john")
    outcome = await acting.run(VALIDATE, answer, CONFIRMING)
    assert outcome.slots["delete_confirmed"] is confirmed


async def test_a_yes_makes_a_request_and_a_repeat_makes_no_second(acting: Acting) -> None:
    await acting.visit("john")
    confirmed = Dialogue({"delete_confirmed": True})
    first = await acting.run("action_delete_account", YES, confirmed)
    repeated = await acting.run_again("action_delete_account", YES, Dialogue({"delete_confirmed": True}))
    requested = await find_requested_erasure(acting.store, acting.conversation_id)
    assert first.said == repeated.said == ["utter_delete_requested"]
    assert requested is not None
    assert first.responses[0]["ticket"] == repeated.responses[0]["ticket"] == requested.ticket.number


async def test_a_request_that_waits_is_shown_instead_of_asking_again(acting: Acting) -> None:
    await acting.visit("john")
    await acting.run("action_delete_account", YES, Dialogue({"delete_confirmed": True}))
    outcome = await acting.run(VALIDATE, DELETE, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_delete_already_requested"]
    assert outcome.slots["requested_slot"] is None


async def test_a_no_requests_nothing(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await acting.run("action_delete_account", NO, Dialogue({"delete_confirmed": False}))
    assert outcome.said == ["utter_delete_kept"]
    assert await find_requested_erasure(acting.store, acting.conversation_id) is None


async def test_an_order_to_cancel_sets_the_deletion_aside(acting: Acting) -> None:
    await acting.visit("tanvir")
    begun = Dialogue({"task": FORM}, form="cancel_order_form", begins=True)
    outcome = await acting.run("validate_cancel_order_form", Message("cancel_order"), begun)
    assert outcome.said == [f"utter_set_aside_{FORM}"]


@pytest.mark.rules("G5")
async def test_nothing_is_deleted_for_somebody_unknown(acting: Acting) -> None:
    await acting.visit(None)
    begun = await acting.run(VALIDATE, DELETE, Dialogue(form=FORM, begins=True))
    forced = await acting.run("action_delete_account", YES, Dialogue({"delete_confirmed": True}))
    assert begun.said == forced.said == ["utter_account_login_needed"]
    assert begun.slots["requested_slot"] is None
