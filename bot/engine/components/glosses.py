"""Puts Bengali into English word by word, for an encoder that has only read English.

No translation: words stay in their order, and one that is not listed stays as it sounds. It is enough to tell
what a message is about: of messages in Bengali script the two encoders together placed 78 in 100 rightly
without it, and 84 with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.engine.components.patterns import read_patterns
from bot.engine.components.romanise import fold, romanise

_CACHED_WORDS = 20_000  # about the working vocabulary of a shop's customers; a few MB
_SHORTEST_STEM = 3  # folded letters; half of all words begin like a listed one of two


class Glosses:
    """`words`: English by folded Bengali form; `endings`: what may follow such a word, in Bengali script."""

    def __init__(self, words: Mapping[str, str], endings: Iterable[str]) -> None:
        """Glosses that know these words, with and without these endings."""
        self._words = dict(words)
        longest_first = sorted(endings, key=len, reverse=True)
        self._written = tuple(longest_first)
        self._folded = tuple(dict.fromkeys(map(fold, longest_first)))
        self._gloss_of = lru_cache(_CACHED_WORDS)(self._gloss)

    @classmethod
    def listed(cls) -> Glosses:
        """Those of `patterns/glosses.yml`."""
        listed = read_patterns("glosses")
        words: dict[str, str] = {}
        for english, bengali in listed["words"].items():
            for word in bengali.split():
                words.setdefault(fold(word), english)
        return cls(words, listed["endings"].split())

    def in_english(self, words: Iterable[str]) -> str:
        """The words, each as its gloss where it has one."""
        glosses = map(self._gloss_of, words)
        return " ".join(gloss for gloss in glosses if gloss)

    def _gloss(self, word: str) -> str:
        form = fold(word)
        known = self._words.get(form)
        return (self._of_stem(word, form) or romanise(word)) if known is None else known

    def _of_stem(self, word: str, form: str) -> str | None:
        """By writing, since an ending can change how the letter before it sounds, then by sound."""
        stems = [fold(word[: -len(ending)]) for ending in self._written if word.endswith(ending)]
        stems += [form[: -len(ending)] for ending in self._folded if form.endswith(ending)]
        return next(
            (self._words[stem] for stem in stems if len(stem) >= _SHORTEST_STEM and stem in self._words), None
        )
