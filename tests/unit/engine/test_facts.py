"""Facts become slots; an order talked about elsewhere is the one meant, until this talk names another."""

from typing import Any

from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot, TextSlot

from bot.engine.facts import set_facts
from bot.engine.tracker import TurnTracker

ELSEWHERE: dict[str, Any] = {"elsewhere": {"channel": "web", "order": "KT-10234"}}


def _tracker(*said: SlotSet) -> TurnTracker:
    slots = [TextSlot("order_number", []), AnySlot("elsewhere", []), TextSlot("language", [])]
    tracker = TurnTracker("c", slots)
    for event in said:
        tracker.update(event)
    return tracker


def test_the_order_talked_about_elsewhere_is_the_one_meant() -> None:
    tracker = _tracker()
    set_facts(tracker, ELSEWHERE, "en")
    assert tracker.slots["order_number"].value == "KT-10234"
    assert not any(isinstance(event, SlotSet) for event in tracker.events)


def test_an_order_this_talk_named_is_kept() -> None:
    tracker = _tracker(SlotSet("order_number", "KT-10251"))
    set_facts(tracker, ELSEWHERE, "en")
    assert tracker.slots["order_number"].value == "KT-10251"


def test_an_order_this_talk_is_done_with_does_not_come_back() -> None:
    tracker = _tracker(SlotSet("order_number", "KT-10251"), SlotSet("order_number", None))
    set_facts(tracker, ELSEWHERE, "en")
    assert tracker.slots["order_number"].value is None


def test_without_a_talk_elsewhere_no_order_is_meant() -> None:
    tracker = _tracker()
    set_facts(tracker, {"elsewhere": None}, "en")
    assert tracker.slots["order_number"].value is None
