"""Finds listed phrases among the tokens of a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Key = tuple[str, ...]
NOTHING = None
"""Value of a phrase that is listed only to keep a shorter one inside it from matching."""

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
    _longest: int = 0

    def add(self, phrase: str, value: str | None, endings: Iterable[str] = ()) -> None:
        """Lists a phrase. A final `*` stands for any ending, `endings` for those its last word may take."""
        known = self._stems if phrase.endswith("*") else self._whole
        known.setdefault(self._key(phrase.rstrip("*")), value)
        for ending in endings:
            self._whole.setdefault(self._key(phrase + ending), value)

    def add_all(self, phrases: Mapping[str, Iterable[str]], endings: Iterable[str] = ()) -> None:
        """Lists the phrases of each value."""
        known_endings = tuple(endings)
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

    def _key(self, phrase: str) -> Key:
        key = tuple(self.view(word) for word in self.split(phrase))
        if not key or not all(key):
            raise ValueError(f"The phrase {phrase!r} has no words left to compare; change or remove it.")
        self._longest = max(self._longest, len(key))
        return key

    def _longest_at(self, words: Sequence[str], start: int) -> tuple[int, str | None]:
        for length in range(min(self._longest, len(words) - start), 0, -1):
            key = tuple(words[start : start + length])
            if key in self._whole:
                return length, self._whole[key]
            stem = self._stem_of(key)
            if stem is not None:
                return length, self._stems[stem]
        return 0, None

    def _stem_of(self, key: Key) -> Key | None:
        last = key[-1]
        for size in range(len(last), _SHORTEST_STEM - 1, -1):
            stem = (*key[:-1], last[:size])
            if stem in self._stems:
                return stem
        return None
