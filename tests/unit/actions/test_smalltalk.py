"""Greetings: personal when there is a reason, and able to say which."""

from typing import Any

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message

HELLO = Message("greet", "hello")
RAHIMA: dict[str, Any] = {
    "verified": True,
    "customer_name": "Rahima",
    "customer_name_bn": "রহিমা",
    "returning": True,
    "tier": "bronze",
}


def _reasons(slots: dict[str, Any]) -> list[str]:
    return [reason["response"] for reason in slots["last_explanation"] or []]


async def test_a_stranger_is_greeted_without_a_name(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_greet", HELLO)
    assert outcome.said == ["utter_greet_new", "utter_greet_prompt"]
    assert _reasons(outcome.slots) == []


async def test_a_claimed_name_is_not_used(acting: Acting) -> None:
    await acting.visit(None)
    unproven = Dialogue({**RAHIMA, "verified": False, "late_order": "KT-10234"})
    outcome = await acting.run("action_greet", HELLO, unproven)
    assert outcome.said == ["utter_greet_new", "utter_greet_prompt"]


@pytest.mark.parametrize(("language", "name"), [("en", "Rahima"), ("bn", "রহিমা"), ("bn-Latn", "Rahima")])
async def test_the_name_is_in_the_customers_script(acting: Acting, language: str, name: str) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_greet", HELLO, Dialogue({**RAHIMA, "language": language}))
    assert outcome.responses[0]["name"] == name


async def test_the_late_order_is_mentioned_with_its_day(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_greet", HELLO, Dialogue({**RAHIMA, "late_order": "KT-10234"}))
    assert outcome.said == ["utter_greet_returning", "utter_greet_late_order"]
    assert outcome.responses[1]["date"] == "18 November"
    assert outcome.slots["offer"] == "late_order"
    assert _reasons(outcome.slots) == ["utter_why_returning", "utter_why_late_order"]


ON_THE_WEBSITE = {
    "channel": "web",
    "topic": "track_order",
    "order": "KT-10234",
    "at": "2026-11-21T09:00:00+00:00",
}


@pytest.mark.parametrize(
    ("language", "place"),
    [("en", "on our website"), ("bn", "আমাদের ওয়েবসাইটে"), ("bn-Latn", "amader website e")],
)
async def test_what_was_talked_about_on_another_channel_is_taken_up(
    acting: Acting, language: str, place: str
) -> None:
    await acting.visit("rahima")
    facts = {**RAHIMA, "language": language, "elsewhere": ON_THE_WEBSITE, "late_order": "KT-10234"}
    outcome = await acting.run("action_greet", HELLO, Dialogue(facts))
    assert outcome.said == ["utter_greet_returning", "utter_greet_elsewhere"]
    assert (outcome.responses[1]["number"], outcome.responses[1]["place"]) == ("KT-10234", place)
    assert _reasons(outcome.slots)[-1] == "utter_why_elsewhere"
    assert outcome.slots["offer"] == "go_on_elsewhere"


async def test_a_talk_about_no_order_is_not_taken_up(acting: Acting) -> None:
    await acting.visit("rahima")
    facts = {**RAHIMA, "elsewhere": {**ON_THE_WEBSITE, "order": None}}
    assert "utter_greet_elsewhere" not in (await acting.run("action_greet", HELLO, Dialogue(facts))).said


async def test_an_order_that_is_late_no_more_is_not_mentioned(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_greet", HELLO, Dialogue({**RAHIMA, "late_order": "KT-10251"}))
    assert "utter_greet_late_order" not in outcome.said


async def test_a_low_rating_comes_first_and_offers_a_person(acting: Acting) -> None:
    await acting.visit("arif")
    facts = {**RAHIMA, "last_rating": 1, "late_order": "KT-10234", "open_tickets": 1}
    outcome = await acting.run("action_greet", HELLO, Dialogue(facts))
    assert outcome.said == ["utter_greet_returning", "utter_greet_low_rating"]
    assert outcome.slots["offer"] == "handoff"
    assert _reasons(outcome.slots) == ["utter_why_returning", "utter_why_low_rating"]


async def test_a_good_rating_is_no_reason_for_an_apology(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_greet", HELLO, Dialogue({**RAHIMA, "last_rating": 3}))
    assert "utter_greet_low_rating" not in outcome.said


async def test_a_person_asked_for_is_not_offered_again(acting: Acting) -> None:
    await acting.visit("arif")
    facts = {**RAHIMA, "handoff_pending": True, "last_rating": 1}
    outcome = await acting.run("action_greet", HELLO, Dialogue(facts))
    assert outcome.said == ["utter_greet_returning", "utter_greet_handoff_pending"]
    assert outcome.slots.get("offer") is None


async def test_an_open_ticket_is_mentioned(acting: Acting) -> None:
    await acting.visit("arif")
    outcome = await acting.run("action_greet", HELLO, Dialogue({**RAHIMA, "open_tickets": 1}))
    assert outcome.said[-1] == "utter_greet_open_ticket"


@pytest.mark.parametrize(("tier", "thanked"), [("gold", True), ("platinum", True), ("silver", False)])
async def test_the_best_customers_are_thanked(acting: Acting, tier: str, thanked: bool) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_greet", HELLO, Dialogue({**RAHIMA, "tier": tier}))
    assert (outcome.said[0] == "utter_greet_returning_tier") is thanked


async def test_a_second_greeting_on_the_same_day_is_short(acting: Acting) -> None:
    await acting.visit("rahima")
    facts = {**RAHIMA, "late_order": "KT-10234", "greeted_on": "2026-11-21"}
    outcome = await acting.run("action_greet", HELLO, Dialogue(facts))
    assert outcome.said == ["utter_greet_again"]


async def test_a_greeting_inside_a_form_leaves_the_form_its_question(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_greet", HELLO, Dialogue(RAHIMA, form="cancel_order_form"))
    assert outcome.said == ["utter_greet_in_between"]
