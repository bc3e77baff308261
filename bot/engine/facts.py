"""The customer's facts and the reply's language, as slots."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import SlotSet

from bot.engine.tracker import TurnTracker

Json = Any  # what JSON can hold

LANGUAGES = ("en", "bn", "bn-Latn")
DEFAULT_LANGUAGE = "en"
LANGUAGE_SLOT = "language"
FACTS = (
    "language",
    "customer_name",
    "customer_name_bn",
    "verified",
    "tier",
    "returning",
    "open_orders",
    "late_order",
    "open_tickets",
    "last_rating",
    "handoff_pending",
    "mood",
)
# The state keeps the language this conversation is held in; all other facts come with every turn.
FORGOTTEN_FACTS = frozenset(FACTS) - {LANGUAGE_SLOT}


def set_facts(tracker: TurnTracker, facts: dict[str, Json], message_language: str) -> None:
    """Set the slots that differ, before the customer's message: a form must not take them for its answers."""
    wanted = {name: facts.get(name) for name in FACTS}
    wanted[LANGUAGE_SLOT] = (
        message_language or _spoken(tracker) or facts.get(LANGUAGE_SLOT) or DEFAULT_LANGUAGE
    )
    for name, value in wanted.items():
        slot = tracker.slots.get(name)
        if slot is not None and slot.value != value:
            tracker.update(SlotSet(name, value))


def language_of(tracker: TurnTracker) -> str:
    """The language this turn is replied in."""
    return _spoken(tracker) or DEFAULT_LANGUAGE


def _spoken(tracker: TurnTracker) -> str | None:
    slot = tracker.slots.get(LANGUAGE_SLOT)
    return slot.value if slot is not None and slot.value in LANGUAGES else None
