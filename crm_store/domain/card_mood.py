"""How the customer feels and where that is going, from the mood of each message."""

from typing import Final

from crm_store.domain.card_sources import Understood
from crm_store.domain.handoff_card import CardMood
from crm_store.domain.sentences import Sentence, catalogue, fill, say

LEVELS: Final = ("happy", "calm", "unhappy", "angry")
# How many messages "now" is, and how many before them it is held against.
NOW: Final = 2
BEFORE: Final = 3
# A change of the mean score that is more than a wording's chance.
STEP: Final = 0.2


def read_mood(messages: tuple[Understood, ...]) -> CardMood | None:
    """The mood of the last message that shows one; None when none was ever measured."""
    moods = [message.mood for message in messages if message.mood and message.mood.get("level") in LEVELS]
    if not moods:
        return None
    last = moods[-1]
    same = 1
    while same < len(moods) and moods[-same - 1].get("because") == last.get("because"):
        same += 1
    scores = [float(mood.get("score") or 0.0) for mood in moods]
    # A message that shows nothing leaves the conversation's mood as it was, or lets it fade.
    settled = last.get("conversation")
    level = settled if settled in LEVELS else last["level"]
    return CardMood(str(level), trend_of(scores), _because(last.get("because"), same))


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


def _because(code: object, messages: int) -> Sentence | None:
    wording = catalogue("moods").get(str(code))
    if wording is None:
        return None
    because = fill(wording)
    return say("moods", "times", because=because, count=messages) if messages > 1 else because
