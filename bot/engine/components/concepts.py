"""The meaning of single words across scripts and languages, from `patterns/concepts.yml`."""

from __future__ import annotations

from functools import lru_cache

from bot.engine.components.patterns import read_patterns
from bot.engine.components.romanise import fold
from bot.engine.components.text import normalise

NO_CONCEPT = ""
_SHORTEST_STEM = 3  # folded letters before a `*`
_CACHED_WORDS = 20_000


@lru_cache(maxsize=_CACHED_WORDS)
def concept_of(word: str) -> str:
    """The concept of a normalised word ("koi" and "where" are both "where"), "" when it is in none."""
    whole, stems = _lists()
    form = fold(word)
    if form in whole:
        return whole[form]
    for size in range(len(form), _SHORTEST_STEM - 1, -1):
        if form[:size] in stems:
            return stems[form[:size]]
    return NO_CONCEPT


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, str], dict[str, str]]:
    """Folded words and folded stems with their concepts; read when the first word is looked up."""
    whole: dict[str, str] = {}
    stems: dict[str, str] = {}
    for concept, words in read_patterns("concepts").items():
        for word in words:
            form = fold(normalise(word.rstrip("*")).text)
            (stems if word.endswith("*") else whole).setdefault(form, concept)
    return whole, stems
