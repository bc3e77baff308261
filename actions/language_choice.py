"""Which language a customer asks for, also when another is named only to say that it is not understood."""

import re
from typing import Final

from actions.labels import LANGUAGES
from actions.turn import Turn

ENGLISH, BENGALI, ROMANISED = LANGUAGES

# English denies before the word ("I don't read Bangla"), Bengali after it ("ইংরেজি বুঝি না").
_DENIED_BEFORE: Final = re.compile(
    r"\b(?:don'?t|do not|can'?t|cannot|can not|not|no|never|isn'?t|stop|without)\b[^.,;!?।]*$", re.IGNORECASE
)
_NO: Final = r"na|nai|nei|noy|(?:pari|bujhi|jani) ?na|না|নাই|নেই|নয়"
_DENIED_AFTER: Final = re.compile(
    rf"^[^.,;!?।]*?(?<![\w\u0980-\u09ff])(?:{_NO})(?![\w\u0980-\u09ff])", re.IGNORECASE
)


def wanted_language(turn: Turn) -> str | None:
    """The language asked for; with only a denied one ("ami english bujhi na") the customer's other one."""
    named = [name for name in turn.entities("language") if name in LANGUAGES]
    if not named:
        return None
    denied = _denied(turn)
    wanted = [name for name in named if name not in denied]
    return wanted[0] if wanted else _other_than(named[0], turn)


def _denied(turn: Turn) -> set[str]:
    """The languages named to say no to them."""
    found = [one for one in turn.all_entities if one["entity"] == "language" and "start" in one]
    edges = [0, *(edge for one in found for edge in (one["start"], one["end"])), len(turn.text)]
    denied = set()
    for number, one in enumerate(found):
        before = turn.text[edges[2 * number] : one["start"]]
        after = turn.text[one["end"] : edges[2 * number + 3]]
        if _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after):
            denied.add(str(one["value"]))
    return denied


def _other_than(denied: str, turn: Turn) -> str:
    """Bengali as the customer writes it, or English."""
    if denied != ENGLISH:
        return ENGLISH
    return ROMANISED if turn.language == ROMANISED else BENGALI
