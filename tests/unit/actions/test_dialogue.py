"""Yes and no, stopping, repeating, explaining, and not understanding."""

from datetime import UTC, datetime

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, entity
from tests.unit.actions.conftest import Clock

YES, NO = Message("affirm", "yes"), Message("deny", "no")
UNCLEAR = Message("nlu_fallback", "hm", ranking=["nlu_fallback", "affirm", "track_order", "list_orders"])


async def test_yes_to_the_offer_of_a_person_asks_for_one(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_affirm", YES, Dialogue({"offer": "handoff"}))
    assert outcome.said == ["utter_handoff_asked_open"]
    assert outcome.slots["offer"] == "leave_message"


async def test_the_yes_button_of_a_closed_question_accepts_no_offer(acting: Acting) -> None:
    await acting.visit(None)
    old = Message("affirm", "Yes, cancel it", [entity("confirms", "cancel_order_form:0")])
    outcome = await acting.run("action_affirm", old, Dialogue({"offer": "handoff"}))
    assert outcome.said == ["utter_old_button"]


async def test_yes_to_the_late_order_shows_it(acting: Acting) -> None:
    await acting.visit("rahima")
    slots = {"offer": "late_order", "late_order": "KT-10234"}
    assert (await acting.run("action_affirm", YES, Dialogue(slots))).said == ["utter_order_late"]


async def test_yes_to_a_problem_with_what_was_delivered_starts_a_return(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await acting.run("action_affirm", YES, Dialogue({"offer": "return"}))
    assert outcome.next_action == "return_form"


async def test_yes_to_nothing_asks_what_for(acting: Acting) -> None:
    await acting.visit(None)
    assert (await acting.run("action_affirm", YES)).said == ["utter_nothing_to_affirm"]


async def test_no_to_a_person_asks_for_nobody(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_deny", NO, Dialogue({"offer": "handoff"}))
    assert outcome.said == ["utter_handoff_not_needed"]


async def test_an_answer_ends_the_earlier_offer(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_delivery_period", Message("x"), Dialogue({"offer": "handoff"}))
    assert outcome.slots["offer"] is None


async def test_a_second_request_for_a_person_opens_no_second(acting: Acting) -> None:
    await acting.visit(None)
    ask = Message("contact_human_agent", "a human please")
    first = await acting.run("action_request_handoff", ask)
    second = await acting.run("action_request_handoff", ask)
    assert (first.said, second.said) == (["utter_handoff_asked_open"], ["utter_handoff_already_open"])
    assert first.slots["offer"] == "leave_message"


async def test_at_night_it_says_when_people_are_back(acting: Acting, clock: Clock) -> None:
    clock.time = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    await acting.visit(None)
    outcome = await acting.run("action_request_handoff", Message("contact_human_agent"))
    assert outcome.said == ["utter_handoff_asked_closed"]
    assert outcome.responses[0]["time"] == "tomorrow at 9 am"


async def test_stopping_says_what_was_dropped_and_forgets_it(acting: Acting) -> None:
    await acting.visit("tanvir")
    busy = Dialogue(
        {"cancel_reason": "x", "task": "cancel_order_form"},
        form="cancel_order_form",
        asked="cancel_confirmed",
    )
    outcome = await acting.run("action_stop_dialogue", Message("stop_dialogue", "forget it"), busy)
    assert outcome.said == ["utter_dropped_cancel_order_form"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in outcome.events
    assert (outcome.slots["task"], outcome.slots["cancel_reason"]) == (None, None)


async def test_stopping_nothing_is_fine(acting: Acting) -> None:
    await acting.visit(None)
    assert (await acting.run("action_stop_dialogue", Message("stop_dialogue"))).said == [
        "utter_nothing_to_drop"
    ]


async def test_the_last_answer_is_said_again_with_its_card(acting: Acting) -> None:
    await acting.visit("tanvir")
    first = await acting.run("action_track_order", Message("track_order", "where"))
    again = await acting.run("action_repeat", Message("repeat", "again"), Dialogue(first.slots))
    assert again.said == first.said
    assert [said["custom"]["card"] for said in again.responses] == [
        said["custom"]["card"] for said in first.responses
    ]


async def test_nothing_said_yet_cannot_be_repeated(acting: Acting) -> None:
    await acting.visit(None)
    assert (await acting.run("action_repeat", Message("repeat"))).said == ["utter_nothing_to_repeat"]


async def test_why_names_the_true_reason_and_how_to_stop_it(acting: Acting) -> None:
    await acting.visit("tanvir")
    first = await acting.run("action_track_order", Message("track_order", "where"))
    outcome = await acting.run("action_explain", Message("ask_why", "why"), Dialogue(first.slots))
    assert outcome.said == ["utter_why_only_order", "utter_why_opt_out"]
    assert outcome.responses[0]["number"] == "KT-10301"


async def test_why_after_a_general_answer_says_that_it_was_general(acting: Acting) -> None:
    await acting.visit("tanvir")
    personal = await acting.run("action_track_order", Message("track_order", "where"))
    general = await acting.run("action_delivery_period", Message("x"), Dialogue(personal.slots))
    outcome = await acting.run("action_explain", Message("ask_why"), Dialogue(general.slots))
    assert outcome.said == ["utter_why_nothing"]


async def test_opting_out_is_stored(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_opt_out_personalisation", Message("opt_out_personalisation"))
    assert outcome.said == ["utter_personalisation_off"]


@pytest.mark.parametrize("language", ["en", "bn", "bn-Latn"])
async def test_the_language_asked_for_is_taken(acting: Acting, language: str) -> None:
    await acting.visit(None)
    ask = Message("change_language", "…", [entity("language", language)])
    outcome = await acting.run("action_change_language", ask)
    assert (outcome.slots["language"], outcome.slots["chosen_language"]) == (language, language)
    confirmed = await acting.run("action_confirm_language", ask, Dialogue(outcome.slots))
    assert confirmed.said == ["utter_language_changed"]


async def test_an_unnamed_language_is_asked_for(acting: Acting) -> None:
    await acting.visit(None)
    ask = Message("change_language", "another language please")
    assert (await acting.run("action_change_language", ask)).events == []
    assert (await acting.run("action_confirm_language", ask)).said == ["utter_which_language"]


async def test_first_the_likeliest_meanings_are_offered(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_offer_meanings", UNCLEAR)
    assert outcome.said == ["utter_unclear_meanings"]
    assert [button["payload"] for button in outcome.buttons] == [
        "/track_order",
        "/list_orders",
        "/contact_human_agent",
    ]
    assert outcome.slots["misunderstood"] == 1


async def test_the_second_time_a_person_is_asked(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_offer_meanings", UNCLEAR, Dialogue({"misunderstood": 1}))
    assert outcome.said == ["utter_unclear_handed_over", "utter_handoff_asked_open"]
    assert outcome.slots["misunderstood"] == 0


async def test_who_waits_for_a_person_already_is_told_that_it_is_kept(acting: Acting) -> None:
    await acting.visit(None)
    waits = Dialogue({"misunderstood": 1, "handoff_pending": True})
    assert (await acting.run("action_offer_meanings", UNCLEAR, waits)).said == ["utter_unclear_kept"]


async def test_an_understood_message_starts_the_count_anew(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_delivery_period", Message("x"), Dialogue({"misunderstood": 1}))
    assert outcome.slots["misunderstood"] is None


async def test_a_complaint_of_a_customer_who_waits_names_the_order(acting: Acting) -> None:
    await acting.visit("rahima")
    waiting = Dialogue({"verified": True, "late_order": "KT-10234"})
    outcome = await acting.run("action_answer_complaint", Message("complaint", "terrible"), waiting)
    assert outcome.said == ["utter_complaint_late_order"]
    assert outcome.slots["offer"] == "handoff"


async def test_confusion_inside_a_form_is_answered_about_the_form(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run(
        "action_clear_confusion", Message("confused", "what?"), Dialogue(form="return_form")
    )
    assert outcome.said == ["utter_confused_return_form"]


async def test_after_a_fault_the_form_is_left(acting: Acting) -> None:
    await acting.visit(None)
    stuck = Dialogue({"task": "return_form"}, form="return_form", asked="return_item")
    outcome = await acting.run("action_fall_back", Message("greet"), stuck)
    assert outcome.said == ["utter_went_wrong"]
    assert {"event": "active_loop", "timestamp": None, "name": None} in outcome.events
