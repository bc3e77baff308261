"""After a person: what the customer is told, and which form goes on."""

from typing import Any

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome

AGENT = {"name": "Farhana", "name_bn": "ফারহানা"}
REFUND = {"kind": "refund_requested", "facts": {"order": "KT-10234", "amount": 125000}}
GREETING = Message("greet", "hello")


async def pick_up(acting: Acting, language: str = "en", form: str | None = None, **left: Any) -> Outcome:
    word = {"outcome": "solved", "summary": "", "resume": False, "agent": AGENT, "changes": [], **left}
    await acting.visit(None)
    slots = {"handed_back": word, "language": language}
    return await acting.run("action_pick_up", GREETING, Dialogue(slots, form=form))


async def test_what_the_person_changed_is_told(acting: Acting) -> None:
    outcome = await pick_up(acting, changes=[REFUND])
    assert outcome.said == ["utter_pick_up_changes"]
    assert outcome.responses[0]["agent"] == "Farhana"
    assert outcome.responses[0]["changes"] == "has refunded Tk 1,250 for KT-10234, it is on its way"


async def test_it_is_told_in_bengali(acting: Acting) -> None:
    outcome = await pick_up(acting, "bn", changes=[REFUND])
    assert outcome.responses[0]["agent"] == "ফারহানা"
    assert outcome.responses[0]["changes"] == "KT-10234-এর জন্য ১,২৫০ টাকা ফেরত পাঠিয়েছেন, টাকাটা পথে আছে"


async def test_several_changes_make_one_sentence(acting: Acting) -> None:
    cancelled = {"kind": "order_cancelled", "facts": {"order": "KT-10301"}}
    outcome = await pick_up(acting, changes=[cancelled, REFUND])
    assert outcome.responses[0]["changes"] == (
        "has cancelled KT-10301, and has refunded Tk 1,250 for KT-10234, it is on its way"
    )


async def test_what_need_not_be_told_is_left_out(acting: Acting) -> None:
    outcome = await pick_up(acting, changes=[{"kind": "note_written", "facts": {}}])
    assert outcome.said == ["utter_pick_up_solved"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("solved", "utter_pick_up_solved"),
        ("waiting", "utter_pick_up_waiting"),
        ("declined", "utter_pick_up_declined"),
        ("other", "utter_pick_up_other"),
        (None, "utter_pick_up_other"),
    ],
)
async def test_the_outcome_chooses_the_words(acting: Acting, outcome: str | None, said: str) -> None:
    assert (await pick_up(acting, outcome=outcome)).said == [said]


async def test_a_form_goes_on_when_told(acting: Acting) -> None:
    outcome = await pick_up(acting, form="change_address_form", resume=True)
    assert outcome.said[-1] == "utter_pick_up_resume"
    assert "requested_slot" not in outcome.slots


async def test_a_form_is_dropped_when_told(acting: Acting) -> None:
    outcome = await pick_up(acting, form="change_address_form", resume=False)
    assert outcome.said == ["utter_pick_up_solved"]
    assert outcome.slots["requested_slot"] is None
    assert {"event": "active_loop", "timestamp": None, "name": None} in outcome.events


async def test_why_is_answered(acting: Acting) -> None:
    outcome = await pick_up(acting, changes=[REFUND])
    [reason] = outcome.slots["last_explanation"]
    assert reason["response"] == "utter_why_handed_back"
    assert outcome.responses[0]["custom"]["because"] == [{"fact": "handed_back", "value": "Farhana"}]
