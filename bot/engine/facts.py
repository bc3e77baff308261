"""The customer's facts and the reply's language, as slots."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import SlotSet

from bot.engine.tracker import TurnTracker

Json = Any  # what JSON can hold

LANGUAGES = ("en", "bn", "bn-Latn")
DEFAULT_LANGUAGE = "en"
LANGUAGE_SLOT = "language"
MOOD_FACT = "mood"
HANDED_BACK_FACT = "handed_back"
ELSEWHERE_FACT = "elsewhere"
ORDER_SLOT = "order_number"
CHOSEN_LANGUAGE_SLOT = "chosen_language"  # set by the assistant's action_change_language; a model may lack it
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
    MOOD_FACT,
    "place",
    "channel",
    ELSEWHERE_FACT,
    HANDED_BACK_FACT,
)


def set_facts(tracker: TurnTracker, facts: dict[str, Json], message_language: str) -> None:
    """Make the facts the slots' initial values of this turn.

    Not as events: undoing a message (fallback, rewinding) or a restart must not take the facts away, and a
    form must not see them among the answers it was given.
    """
    known = spoken_language(tracker) or facts.get(LANGUAGE_SLOT)
    language = chosen_language(tracker) or message_language or known or DEFAULT_LANGUAGE
    for name, value in {**dict.fromkeys(FACTS), **facts, LANGUAGE_SLOT: language}.items():
        if name in FACTS:
            set_initial(tracker, name, value)
    _go_on_from(tracker, facts.get(ELSEWHERE_FACT) or {})


def _go_on_from(tracker: TurnTracker, elsewhere: dict[str, Json]) -> None:
    """ "Where is it now?" means the order talked about on the other channel, until another is named."""
    order = elsewhere.get("order")
    slot = tracker.slots.get(ORDER_SLOT)
    if order and slot is not None and slot.value is None and not _was_set(tracker, ORDER_SLOT):
        set_initial(tracker, ORDER_SLOT, order)


def _was_set(tracker: TurnTracker, name: str) -> bool:
    """Also emptied again: this conversation has had an order of its own."""
    return any(isinstance(event, SlotSet) and event.key == name for event in tracker.events)


def set_initial(tracker: TurnTracker, name: str, value: Json) -> None:
    """Give a slot, if the model has it, this value for now and after every reset."""
    slot = tracker.slots.get(name)
    if slot is not None:
        slot.initial_value = value
        slot.reset()


def spoken_language(tracker: TurnTracker) -> str | None:
    """The language this conversation is held in; None before anything was said."""
    return _language_in(tracker, LANGUAGE_SLOT)


def chosen_language(tracker: TurnTracker) -> str | None:
    """The language the customer asked for: it outranks what a single message is written in."""
    return _language_in(tracker, CHOSEN_LANGUAGE_SLOT)


def _language_in(tracker: TurnTracker, name: str) -> str | None:
    slot = tracker.slots.get(name)
    return slot.value if slot is not None and slot.value in LANGUAGES else None
