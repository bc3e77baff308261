"""Cancelling: asked first, done once, refused with the reason."""

import pytest

from crm_store.domain.orders import OrderStatus
from crm_store.use_cases.orders import find_order
from tests.unit.actions.acting import Acting, Dialogue, Message, entity

FORM = "cancel_order_form"
VALIDATE = f"validate_{FORM}"
CANCEL = Message("cancel_order", "cancel my order")
YES = Message("affirm", "yes")
NO = Message("deny", "no")


async def _status(acting: Acting, number: str) -> OrderStatus:
    return (await find_order(acting.store, acting.conversation_id, number)).status


def _confirming(number: str) -> Dialogue:
    return Dialogue({"order_number": number, "task": FORM}, form=FORM, asked="cancel_confirmed")


async def test_the_only_order_that_fits_is_taken_without_asking(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, CANCEL, Dialogue(form=FORM, begins=True))
    assert outcome.slots["order_number"] == "KT-10301"
    assert outcome.slots["last_explanation"][0]["response"] == "utter_why_only_order"


async def test_of_two_orders_the_one_named_is_taken(acting: Acting) -> None:
    await acting.visit("arif")
    named = Message("cancel_order", "cancel the silk saree")
    outcome = await acting.run(VALIDATE, named, Dialogue(form=FORM, begins=True))
    assert outcome.slots["order_number"] == "KT-10312"


async def test_of_two_orders_the_one_talked_about_is_taken(acting: Acting) -> None:
    await acting.visit("arif")
    outcome = await acting.run(
        VALIDATE, CANCEL, Dialogue({"order_number": "KT-10310"}, form=FORM, begins=True)
    )
    assert outcome.slots["order_number"] == "KT-10310"


async def test_otherwise_it_is_asked_which(acting: Acting) -> None:
    await acting.visit("arif")
    outcome = await acting.run(VALIDATE, CANCEL, Dialogue(form=FORM, begins=True))
    assert outcome.slots["order_number"] is None
    assert outcome.slots["offered_choices"] == ["KT-10312", "KT-10310"]


async def test_a_shipped_order_is_refused_with_the_reason(acting: Acting) -> None:
    await acting.visit("rahima")
    named = Message("cancel_order", "cancel KT-10234", [entity("order_number", "KT-10234")])
    outcome = await acting.run(VALIDATE, named, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_cancel_refused_already_shipped"]
    assert outcome.slots["requested_slot"] is None


async def test_the_other_one_corrects_the_confirmation(acting: Acting) -> None:
    await acting.visit("arif")
    other = Message("deny", "no, the other one", [entity("option", "other")])
    outcome = await acting.run(VALIDATE, other, _confirming("KT-10310"))
    assert outcome.slots["order_number"] == "KT-10312"
    assert "cancel_confirmed" not in outcome.slots


async def test_another_number_corrects_the_confirmation(acting: Acting) -> None:
    await acting.visit("arif")
    other = Message("affirm", "yes KT-10312", [entity("order_number", "KT-10312")])
    outcome = await acting.run(VALIDATE, other, _confirming("KT-10310"))
    assert outcome.slots["order_number"] == "KT-10312"
    assert "cancel_confirmed" not in outcome.slots


@pytest.mark.parametrize(
    "text",
    ["yes please cancel my order", "ji order ta cancel kore den", "হ্যাঁ, অর্ডার বাতিল করুন", "yes cancel KT-10310"],
)
async def test_a_yes_that_repeats_the_wish_confirms(acting: Acting, text: str) -> None:
    await acting.visit("arif")
    numbers = [entity("order_number", "KT-10310")] if "KT-10310" in text else []
    outcome = await acting.run(VALIDATE, Message("cancel_order", text, numbers), _confirming("KT-10310"))
    assert outcome.slots["cancel_confirmed"] is True
    assert outcome.said == []


@pytest.mark.parametrize(
    "text",
    [
        "cancel my order",
        "yes but not the saree",
        "ha kintu shudhu shari ta cancel koren",
        "ok cancel the other one",
        "yes cancel it?",
        "না, বাতিল করুন",
    ],
)
async def test_a_wish_without_a_clear_yes_is_asked_about_again(acting: Acting, text: str) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("cancel_order", text), _confirming("KT-10301"))
    assert "cancel_confirmed" not in outcome.slots


async def test_the_same_number_beside_a_yes_confirms(acting: Acting) -> None:
    await acting.visit("arif")
    same = Message("affirm", "yes cancel KT-10310", [entity("order_number", "KT-10310")])
    outcome = await acting.run(VALIDATE, same, _confirming("KT-10310"))
    assert outcome.slots["cancel_confirmed"] is True


async def _asked(acting: Acting, dialogue: Dialogue) -> Message:
    """A click on the yes of the question asked in `dialogue`."""
    question = await acting.run_again("action_ask_cancel_confirmed", YES, dialogue)
    return Message("affirm", "Yes, cancel it", [entity("confirms", question.responses[0]["confirms"])])


async def test_the_button_of_the_question_confirms(acting: Acting) -> None:
    await acting.visit("arif")
    click = await _asked(acting, _confirming("KT-10310"))
    outcome = await acting.run(VALIDATE, click, _confirming("KT-10310"))
    assert outcome.slots["cancel_confirmed"] is True


async def test_the_button_of_an_older_question_confirms_nothing(acting: Acting) -> None:
    await acting.visit("arif")
    old = await _asked(acting, _confirming("KT-10312"))
    outcome = await acting.run(VALIDATE, old, _confirming("KT-10310"))
    assert outcome.said == ["utter_old_button"]
    assert "cancel_confirmed" not in outcome.slots
    assert outcome.slots, "or Rasa leaves the message to the rules, which say nothing inside a form"


async def test_declining_an_older_offer_answers_no_question_of_the_form(acting: Acting) -> None:
    await acting.visit("arif")
    old = Message("deny", "No, thanks", [entity("confirms", "offer")])
    for asked in ("cancel_confirmed", "order_number"):
        dialogue = Dialogue({"order_number": "KT-10310", "task": FORM}, form=FORM, asked=asked)
        outcome = await acting.run(VALIDATE, old, dialogue)
        assert outcome.said == ["utter_old_button"]
        assert "requested_slot" not in outcome.slots


async def test_there_is_no_other_one(acting: Acting) -> None:
    await acting.visit("tanvir")
    other = Message("pick_option", "the other one", [entity("option", "other")])
    outcome = await acting.run(VALIDATE, other, _confirming("KT-10301"))
    assert outcome.said == ["utter_no_other_order"]
    assert outcome.slots["order_number"] == "KT-10301"


async def test_a_confirmed_order_is_cancelled_and_the_money_announced(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {"order_number": "KT-10301", "cancel_confirmed": True, "task": FORM}
    outcome = await acting.run("action_cancel_order", YES, Dialogue(slots))
    assert outcome.said == ["utter_cancel_done_refund"]
    assert outcome.responses[0]["amount"] == "Tk 2,510"
    assert outcome.slots["cancel_confirmed"] is None
    assert await _status(acting, "KT-10301") is OrderStatus.CANCELLED


async def test_the_same_turn_again_gives_the_same_answer(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {"order_number": "KT-10301", "cancel_confirmed": True}
    first = await acting.run("action_cancel_order", YES, Dialogue(dict(slots)))
    again = await acting.run_again("action_cancel_order", YES, Dialogue(dict(slots)))
    assert again.responses == first.responses


async def test_a_no_changes_nothing(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {"order_number": "KT-10301", "cancel_confirmed": False, "task": FORM}
    outcome = await acting.run("action_cancel_order", NO, Dialogue(slots))
    assert outcome.said == ["utter_cancel_kept"]
    assert await _status(acting, "KT-10301") is OrderStatus.PLACED


async def test_a_form_that_ended_early_changes_nothing_and_adds_nothing(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(
        "action_cancel_order", CANCEL, Dialogue({"order_number": "KT-10301", "task": FORM})
    )
    assert outcome.said == []
    assert await _status(acting, "KT-10301") is OrderStatus.PLACED


async def test_another_task_under_way_is_set_aside_aloud(acting: Acting) -> None:
    await acting.visit("tanvir")
    busy = Dialogue({"task": "change_address_form", "new_address": {"line": "x"}}, form=FORM, begins=True)
    outcome = await acting.run(VALIDATE, CANCEL, busy)
    assert outcome.said == ["utter_set_aside_change_address_form"]
    assert outcome.slots["new_address"] is None


async def test_without_log_in_the_form_ends_at_once(acting: Acting) -> None:
    await acting.visit(None)
    named = Message("cancel_order", "cancel KT-10301", [entity("order_number", "KT-10301")])
    outcome = await acting.run(VALIDATE, named, Dialogue(form=FORM, begins=True))
    assert outcome.said == ["utter_login_needed"]
    assert outcome.slots["requested_slot"] is None
    forced = {"order_number": "KT-10301", "cancel_confirmed": True}
    assert (await acting.run("action_cancel_order", YES, Dialogue(forced))).said == ["utter_login_needed"]


async def test_ok_cancel_means_the_order_here(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("stop_dialogue", "ok cancel"), _confirming("KT-10301"))
    assert outcome.slots["cancel_confirmed"] is True


async def test_a_bare_cancel_is_asked_about_again(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("stop_dialogue", "cancel"), _confirming("KT-10301"))
    assert outcome.slots["cancel_confirmed"] is None
    assert outcome.said == []


async def test_forget_it_still_drops_the_cancelling(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run(VALIDATE, Message("stop_dialogue", "forget it"), _confirming("KT-10301"))
    assert "cancel_confirmed" not in outcome.slots


async def test_another_order_is_never_taken_for_the_one_talked_about(acting: Acting) -> None:
    await acting.visit("rahima")  # KT-10234 is on its way, only KT-10251 could be cancelled
    talked_about = Dialogue({"order_number": "KT-10234"}, form=FORM, begins=True)
    outcome = await acting.run(VALIDATE, Message("cancel_order", "cancel it"), talked_about)
    assert outcome.said == ["utter_cancel_refused_already_shipped"]
    assert outcome.slots["order_number"] is None
    assert outcome.slots["offered_choices"] == ["KT-10251"]
