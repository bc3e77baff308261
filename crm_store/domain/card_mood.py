"""How the customer feels and where that is going, from the mood of each message."""

from typing import Final

from crm_store.domain.card_sources import Understood
from crm_store.domain.conversations import JsonObject
from crm_store.domain.handoff_card import CardMood
from crm_store.domain.sentences import Sentence, catalogue, fill, say

LEVELS: Final = ("happy", "calm", "unhappy", "angry")
# How many messages "now" is, and how many before them it is held against.
NOW: Final = 2
BEFORE: Final = 3
# A change of the mean score that is more than a wording's chance.
STEP: Final = 0.2


def read_mood(messages: tuple[Understood, ...], kept: tuple[str, str] | None) -> CardMood | None:
    """Level and trend as the conversation keeps them (`kept`), else as its messages show; None: neither."""
    moods = [message.mood for message in messages if message.mood and message.mood.get("level") in LEVELS]
    if not moods:
        return CardMood(*kept, because=None) if kept else None
    scores = [float(mood.get("score") or 0.0) for mood in moods]
    level, trend = kept or (str(moods[-1]["level"]), trend_of(scores))
    return CardMood(level, trend, _because(moods))


def trend_of(scores: list[float]) -> str:
    """ "better", "same" or "worse": the last messages against those before them."""
    now, before = scores[-NOW:], scores[-NOW - BEFORE : -NOW]
    if not before:
        now, before = scores[-1:], scores[:-1]
    if not before:
        return "same"
    change = sum(now) / len(now) - sum(before) / len(before)
    if abs(change) < STEP:
        return "same"
    return "better" if change > 0 else "worse"


def _because(moods: list[JsonObject]) -> Sentence | None:
    """What showed it last, and in how many messages in a row."""
    shown = [mood.get("because") for mood in moods]
    while shown and shown[-1] is None:
        shown.pop()
    wording = catalogue("moods").get(str(shown[-1])) if shown else None
    if wording is None:
        return None
    times = next((n for n, code in enumerate(reversed(shown)) if code != shown[-1]), len(shown))
    because = fill(wording)
    return say("moods", "times", because=because, count=times) if times > 1 else because
