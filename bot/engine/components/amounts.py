"""Numbers as customers write them: 1,200, "dui hajar", দেড় লাখ, 5k, "two hundred and fifty"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.engine.components.lexemes import Lexeme
from bot.engine.components.patterns import read_patterns
from bot.engine.components.text import normalise

_TENS = 10
_HUNDRED = 100


class Amount(NamedTuple):
    """The number that the lexemes from `first` up to `after` (exclusive) write."""

    value: float
    first: int
    after: int
    in_words: bool


class AmountReader:
    """Reads numbers in digits, in words of three scripts, and in both ("1 hajar 200")."""

    def __init__(self) -> None:
        """Reads the numerals."""
        data = read_patterns("number_words")
        self._numerals = dict(_values(data["numerals"]))
        self._scales = dict(_values(data["scales"]))
        self._halves = dict(_values(data["halves"]))
        self._bound_scales = frozenset(normalise(word).text for word in data["scales_after_numbers_only"])
        self._hundreds = dict(self._joined_hundreds(data["hundred_endings"]))
        self._and = frozenset(data["and"])

    def read(self, lexemes: Sequence[Lexeme], first: int) -> Amount | None:
        """The longest number that begins at `first`."""
        reading = _Reading()
        at = first
        while at < len(lexemes) and (taken := self._take(lexemes, at, reading)):
            at += taken
        if reading.is_empty:
            return None
        return Amount(reading.value, first, at, in_words=lexemes[first].number is None)

    def read_all(self, lexemes: Sequence[Lexeme]) -> list[Amount]:
        """Every number of a message, from left to right."""
        found: list[Amount] = []
        at = 0
        while at < len(lexemes):
            amount = self.read(lexemes, at) if self._may_begin(lexemes[at]) else None
            if amount:
                found.append(amount)
            at = amount.after if amount else at + 1
        return found

    def small_numerals(self) -> dict[str, int]:
        """Numerals up to twenty, onto which customers write a counter: dui + ta."""
        return {word: int(value) for word, value in self._numerals.items() if value <= _TENS * 2}

    def _may_begin(self, lexeme: Lexeme) -> bool:
        word = lexeme.text
        return (
            lexeme.number is not None
            or word in self._numerals
            or word in self._hundreds
            or word in self._halves
            or (word in self._scales and word not in self._bound_scales)
        )

    def _take(self, lexemes: Sequence[Lexeme], at: int, reading: _Reading) -> int:
        """How many lexemes from `at` belong to the number being read."""
        lexeme = lexemes[at]
        word = lexeme.text
        if lexeme.number is not None:
            return int(reading.open is None and reading.add(lexeme.number))
        if word in self._halves:
            return int(reading.add_half(self._halves[word]))
        if word in self._scales and (reading.open is not None or word not in self._bound_scales):
            return int(reading.scale(self._scales[word]))
        known = self._numerals.get(word) or self._hundreds.get(word)
        if known is not None:
            return int(reading.add(known))
        return self._take_and(lexemes, at, reading)

    def _take_and(self, lexemes: Sequence[Lexeme], at: int, reading: _Reading) -> int:
        joins = lexemes[at].text in self._and and reading.scaled and at + 1 < len(lexemes)
        if not joins or lexemes[at + 1].text not in self._numerals:
            return 0
        return 1 + int(reading.add(self._numerals[lexemes[at + 1].text]))

    def _joined_hundreds(self, endings: Sequence[str]) -> Iterator[tuple[str, float]]:
        for word, value in self._numerals.items():
            if value < _TENS:
                for ending in endings:
                    yield word + normalise(ending).text, value * _HUNDRED


class _Reading:
    """A number while it is being read."""

    def __init__(self) -> None:
        self.total = 0.0
        self.open: float | None = None
        self.scaled = False
        self._extra: float | None = None
        self._last_scale = float("inf")

    @property
    def is_empty(self) -> bool:
        return self.open is None and not self.scaled

    @property
    def value(self) -> float:
        return self.total + (self.open or 0.0)

    def add(self, number: float) -> bool:
        if self.open is None:
            if self.scaled and number >= self._last_scale:
                return False
            self.open = number + (self._extra or 0.0)
            self._extra = None
            return True
        if _continues(self.open, number):
            self.open += number
            return True
        return False

    def add_half(self, half: float) -> bool:
        """দেড় is 1.5 of what follows; সাড়ে (0.5) adds to the number that follows."""
        if self.open is not None or self._extra is not None:
            return False
        if half < 1:
            self._extra = half
        else:
            self.open = half
        return True

    def scale(self, factor: float) -> bool:
        if factor >= self._last_scale:
            return False
        self.total += (1.0 if self.open is None else self.open) * factor
        self.open = None
        self.scaled = True
        self._last_scale = factor
        return True


def _continues(open_number: float, number: float) -> bool:
    """ "twenty" goes on with "five", পাঁচশ with পঞ্চাশ."""
    if open_number % _HUNDRED == 0 and open_number < _HUNDRED * _TENS:
        return open_number > 0 and number < _HUNDRED
    return open_number % _TENS == 0 and _TENS < open_number < _HUNDRED and 0 < number < _TENS


def _values(table: dict[str, list[str]]) -> Iterator[tuple[str, float]]:
    for value, words in table.items():
        for word in words:
            yield normalise(word).text, float(value)
