"""Which of several offered things a message means: by number, by order ("the second"), or by its name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from crm_store.domain.spelling import spellings_of, words_of

# Words shorter than this match only themselves; "shirts" and "শার্টটা" still begin like "shirt" and "শার্ট".
MIN_STEM: Final = 4


def choose_by_position(option: str, offered: Sequence[str], current: str | None) -> str | None:
    """The one of `offered` that "1", "last" or "other" (than `current`) means; None when none or several."""
    if option.isdecimal():
        position = int(option) - 1
        return offered[position] if 0 <= position < len(offered) else None
    if option == "last":
        return offered[-1] if offered else None
    others = [key for key in offered if key != current]
    return others[0] if option == "other" and current is not None and len(others) == 1 else None


def choose_by_name(text: str, names: Mapping[str, Iterable[str]]) -> str | None:
    """The key whose names share most words with `text`, words common to all keys aside; None if unclear."""
    said = words_of(text)
    hits = {key: _matched(said, set().union(*map(spellings_of, given))) for key, given in names.items()}
    if len(hits) > 1:
        common = set.intersection(*hits.values())
        hits = {key: found - common for key, found in hits.items()}
    best = max((len(found) for found in hits.values()), default=0)
    winners = [key for key, found in hits.items() if best and len(found) == best]
    return winners[0] if len(winners) == 1 else None


def _matched(said: set[str], named: set[str]) -> set[str]:
    return {word for word in said if any(_same(word, name) for name in named)}


def _same(word: str, name: str) -> bool:
    if word == name:
        return True
    short, long = sorted((word, name), key=len)
    return len(short) >= MIN_STEM and long.startswith(short)
