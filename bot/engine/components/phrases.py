"""Finds listed phrases among the tokens of a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.engine.components.text import normalise

Key = tuple[str, ...]
NOTHING = None
"""Value of a phrase that is listed only to keep a shorter one inside it from matching."""

_SHORTEST_INFLECTED = 4  # letters of a Latin word that takes any ending
_ENDINGS_OF_SHORT_WORDS = frozenset({"ta", "ti", "te", "gulo", "guli", "gula"})
_SHORTEST_STEM = 2  # characters before a `*`; a single one would match half the dictionary


@dataclass(frozen=True)
class FoundPhrase:
    """Words `start` to `end` (exclusive) of the message mean `value`."""

    start: int
    end: int
    value: str


@dataclass
class PhraseLexicon:
    """Phrases and what they mean; `view` maps each word to the form in which words are compared."""

    split: Callable[[str], list[str]]
    view: Callable[[str], str] = str
    _whole: dict[Key, str | None] = field(default_factory=dict)
    _stems: dict[Key, str | None] = field(default_factory=dict)
    # The longest phrase that begins with a word: most words begin none, and cost one look into this.
    _longest_from: dict[str, int] = field(default_factory=dict)
    _single_stems: set[str] = field(default_factory=set)

    def add(self, phrase: str, value: str | None, endings: Iterable[str] = ()) -> None:
        """Lists a phrase. A final `*` stands for any ending, `endings` for those its last word may take."""
        words = self.split(phrase.rstrip("*"))
        key = tuple(self.view(word) for word in words)
        if not key or not all(key):
            raise ValueError(f"The phrase {phrase!r} has no words left to compare; change or remove it.")
        if phrase.endswith("*"):
            self._stems.setdefault(key, value)
            self._single_stems.update([key[0][:_SHORTEST_STEM]] if len(key) == 1 else [])
        else:
            self._whole.setdefault(key, value)
        self._reaches(key)
        for ending in endings:
            if _may_take(words[-1], ending):
                inflected = (*key[:-1], self.view(words[-1] + ending))
                self._whole.setdefault(inflected, value)
                self._reaches(inflected)

    def add_all(self, phrases: Mapping[str, Iterable[str]], endings: Iterable[str] = ()) -> None:
        """Lists the phrases of each value."""
        known_endings = tuple(normalise(ending).text for ending in endings)
        for value, listed in phrases.items():
            for phrase in listed:
                self.add(str(phrase), value, known_endings)

    def find(self, words: Sequence[str]) -> list[FoundPhrase]:
        """From left to right the longest phrase at each place; those that mean nothing are left out."""
        compared = [self.view(word) for word in words]
        found: list[FoundPhrase] = []
        start = 0
        while start < len(compared):
            length, value = self._longest_at(compared, start)
            if value is not None:
                found.append(FoundPhrase(start, start + length, value))
            start += length or 1
        return found

    def _reaches(self, key: Key) -> None:
        self._longest_from[key[0]] = max(self._longest_from.get(key[0], 0), len(key))

    def _longest_at(self, words: Sequence[str], start: int) -> tuple[int, str | None]:
        for length in range(min(self._reach(words[start]), len(words) - start), 0, -1):
            key = tuple(words[start : start + length])
            if key in self._whole:
                return length, self._whole[key]
            stem = self._stem_of(key)
            if stem is not None:
                return length, self._stems[stem]
        return 0, None

    def _reach(self, word: str) -> int:
        """How many words a phrase beginning with this one may have; 0 when there is none."""
        known = self._longest_from.get(word)
        return known if known is not None else int(word[:_SHORTEST_STEM] in self._single_stems)

    def _stem_of(self, key: Key) -> Key | None:
        last = key[-1]
        for size in range(len(last), _SHORTEST_STEM - 1, -1):
            stem = (*key[:-1], last[:size])
            if stem in self._stems:
                return stem
        return None


def _may_take(word: str, ending: str) -> bool:
    """Of a Latin word and a Bengali ending the tokenizer makes two words; "cod" with an "e" is "code"."""
    if word.isascii() != ending.isascii():
        return False
    return not word.isascii() or len(word) >= _SHORTEST_INFLECTED or ending in _ENDINGS_OF_SHORT_WORDS
