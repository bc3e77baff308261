"""How many pieces: "2 ta", তিনটি, "three pieces", "ek dozen", and "two" before a product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.engine.components.amounts import Amount, AmountReader
from bot.engine.components.found import Found
from bot.engine.components.lexemes import Lexeme
from bot.engine.components.patterns import read_patterns
from bot.engine.components.text import normalise

QUANTITY = "quantity"
_MOST = 1000  # pieces; more is a year, a price or a slip
_WORDS_BETWEEN = 2  # "2 blue cotton sarees"


class QuantityFinder:
    """Finds counts of articles; `amounts` gives it the numerals onto which a counter may be written."""

    def __init__(self, amounts: AmountReader) -> None:
        """Reads the words."""
        data = read_patterns("quantities")
        self._counters = dict(_with_endings(data["counters"], data["endings"]))
        irregular = dict(_with_endings(data["joined_irregular"], data["endings"]))
        self._joined = {**_joined(amounts.small_numerals(), data["joined"], data["endings"]), **irregular}
        self._indefinite = _words(data["indefinite"])
        self._counters_of_indefinite = _words(data["counters_of_indefinite"])
        self._single = _words(data["single"])
        self._plain_counters = _words(data["plain_counters"])
        self._not_pieces = _words(data["not_pieces"])
        self._times_before = _words(data["times_before"])
        self._between = _words(data["between"])

    def find(
        self, lexemes: Sequence[Lexeme], amounts: Sequence[Amount], products: Iterable[int]
    ) -> list[Found]:
        """Counts by a counting word, and numbers before a product; `products` are where products begin."""
        starts = frozenset(products)
        found = [one for amount in amounts if (one := self._counted(lexemes, amount, starts))]
        found += self._joined_words(lexemes, starts)
        return found

    def _counted(self, lexemes: Sequence[Lexeme], amount: Amount, products: frozenset[int]) -> Found | None:
        if not amount.value.is_integer() or not 0 < amount.value <= _MOST:
            return None
        if self._is_time(lexemes, amount.first):
            return None
        pieces = self._counters.get(lexemes[amount.after].text) if amount.after < len(lexemes) else None
        if pieces is not None:
            return self._with_counter(lexemes, amount, pieces, products)
        if lexemes[amount.first].text in self._indefinite:
            return None
        if self._stands_before_product(lexemes, amount.after, products):
            return _quantity(lexemes, amount.first, amount.after, int(amount.value))
        return None

    def _with_counter(
        self, lexemes: Sequence[Lexeme], amount: Amount, pieces: int, products: frozenset[int]
    ) -> Found | None:
        after = amount.after + 1
        if self._counts_something_else(lexemes, after):
            return None
        if self._is_article(lexemes, amount) and not self._stands_before_product(lexemes, after, products):
            return None
        return _quantity(lexemes, amount.first, after, int(amount.value) * pieces)

    def _is_article(self, lexemes: Sequence[Lexeme], amount: Amount) -> bool:
        """ "ek ta" is "a" more often than "one", as is "an item"."""
        first, counter = lexemes[amount.first].text, lexemes[amount.after].text
        if first in self._indefinite:
            return counter not in self._counters_of_indefinite
        return first in self._single and counter in self._plain_counters

    def _joined_words(self, lexemes: Sequence[Lexeme], products: frozenset[int]) -> Iterator[Found]:
        for at, lexeme in enumerate(lexemes):
            value = self._joined.get(lexeme.text)
            if value is None or self._is_time(lexemes, at) or self._counts_something_else(lexemes, at + 1):
                continue
            if value > 1 or self._stands_before_product(lexemes, at + 1, products):
                yield _quantity(lexemes, at, at + 1, value)

    def _stands_before_product(self, lexemes: Sequence[Lexeme], at: int, products: frozenset[int]) -> bool:
        for lexeme in lexemes[at : at + 1 + _WORDS_BETWEEN]:
            if lexeme.start in products:
                return True
            if lexeme.text not in self._between:
                return False
        return False

    def _is_time(self, lexemes: Sequence[Lexeme], first: int) -> bool:
        return first > 0 and lexemes[first - 1].text in self._times_before

    def _counts_something_else(self, lexemes: Sequence[Lexeme], at: int) -> bool:
        return at < len(lexemes) and lexemes[at].text in self._not_pieces


def _quantity(lexemes: Sequence[Lexeme], first: int, after: int, value: int) -> Found:
    return Found(QUANTITY, lexemes[first].start, lexemes[after - 1].end, value)


def _joined(numerals: dict[str, int], counters: Iterable[str], endings: Iterable[str]) -> dict[str, int]:
    suffixes = [counter + ending for counter in counters for ending in ("", *endings)]
    return {normalise(word + suffix).text: value for word, value in numerals.items() for suffix in suffixes}


def _with_endings(table: dict[str, list[str]], endings: Iterable[str]) -> Iterator[tuple[str, int]]:
    for value, words in table.items():
        for word in words:
            for ending in ("", *endings):
                yield normalise(word + ending).text, int(value)


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(word).text for word in words)
