"""What one message alone cannot show of the mood: that a request is repeated, and how it was before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.components.mood import MOOD, with_repetition
from bot.engine.components.text import normalise

# Asking these again means that the first answer did not help; asking for a second price does not.
ASKED_TWICE_IN_VAIN = frozenset(
    {
        "track_order",
        "track_refund",
        "track_return",
        "get_refund",
        "payment_issue",
        "complaint",
        "report_missing_item",
        "contact_human_agent",
    }
)
MIN_REPEATED_WORDS = 2  # "yes", "2" and "KT-10234" are said again for other reasons
# How a mood fades when a message shows none: one step at a time.
FADED = {"angry": "unhappy", "unhappy": "calm", "happy": "calm"}

Json = Any  # what JSON can hold


def mood_of_turn(
    parsed: dict[str, Json], tracker: DialogueStateTracker, before: Json
) -> dict[str, Json] | None:
    """The contract's `understanding.mood`; None for a model without moods.

    `before` is the conversation's level so far, `conversation` in the result its level from now on.
    """
    mood = parsed.get(MOOD)
    if mood is None:
        return None
    if not tracker.active_loop_name and _is_repeated(parsed, tracker.events):
        mood = with_repetition(mood)
    settled = mood["level"] if mood["because"] else FADED.get(before, "calm")
    return {**mood, "conversation": settled}


def _is_repeated(parsed: dict[str, Json], events: Iterable[Event]) -> bool:
    last = next((event for event in reversed(list(events)) if isinstance(event, UserUttered)), None)
    if last is None or not last.text:
        return False
    words = normalise(parsed["text"]).text.split()
    if len(words) >= MIN_REPEATED_WORDS and words == normalise(last.text).text.split():
        return True
    intent = parsed["intent"]["name"]
    asked_again = intent in ASKED_TWICE_IN_VAIN and intent == last.intent.get("name")
    return asked_again and _order_numbers(parsed["entities"]) == _order_numbers(last.entities)


def _order_numbers(entities: Iterable[dict[str, Json]]) -> list[Json]:
    return [entity["value"] for entity in entities if entity["entity"] == "order_number"]
