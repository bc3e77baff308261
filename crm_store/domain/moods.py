"""How a conversation's mood moves with what a message showed."""

from typing import Final

from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import Mood, MoodLevel, MoodTrend

_WORST_FIRST: Final = tuple(reversed(MoodLevel))


def mood_shown(understanding: JsonObject | None, before: str | None) -> Mood | None:
    """The conversation's mood from now on, when it was `before`; None when the message was no words.

    `understanding` is the engine's (docs/contracts/engine-turn.md); a level nobody knows says nothing.
    """
    shown = (understanding or {}).get("mood") or {}
    try:
        level = MoodLevel(shown["conversation"])
    except (KeyError, ValueError):
        return None
    return Mood(level, trend_of(before, level), shown.get("because"))


def trend_of(before: str | None, now: MoodLevel) -> MoodTrend:
    """Whether it became better or worse; a conversation begins calm."""
    was = _WORST_FIRST.index(MoodLevel(before) if before else MoodLevel.CALM)
    step = _WORST_FIRST.index(now) - was
    if step == 0:
        return MoodTrend.SAME
    return MoodTrend.BETTER if step > 0 else MoodTrend.WORSE
