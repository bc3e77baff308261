"""Amounts of money in normalised text: whole minor units and a currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.engine.components.amounts import Amount
from bot.engine.components.found import Found
from bot.engine.components.lexemes import Lexeme
from bot.engine.components.patterns import read_patterns
from bot.engine.components.text import normalise

MONEY = "money"
HOME = "BDT"
MINOR_UNITS = 100
_SMALLEST_WITHOUT_UNIT = 10  # "total 3" counts things, "total 1250" is money
_LARGEST = 1_000_000_000  # nothing a shop handles; what is above was no amount
_WORDS_BETWEEN = 3  # "dam ta chilo 750": as many words may stand between the price word and the number


class MoneyFinder:
    """Finds amounts by their unit, or by a word of price before them."""

    def __init__(self) -> None:
        """Reads the words."""
        data = read_patterns("money")
        self._after = dict(_currencies(data["after"], data["endings"]))
        self._before = dict(_currencies(data["before"], ()))
        self._price_words = _words(data["price_words"])
        self._between = _words(data["between"])
        self._not_money_after = _words(data["not_money_after"])

    def find(self, lexemes: Sequence[Lexeme], amounts: Sequence[Amount]) -> list[Found]:
        """The amounts of money among a message's numbers."""
        found: list[Found] = []
        for amount in amounts:
            one = self._read(lexemes, amount)
            # "1200 tk 2 ta": the unit belongs to the number before it
            if one and not (found and one.start < found[-1].end):
                found.append(one)
        return found

    def _read(self, lexemes: Sequence[Lexeme], amount: Amount) -> Found | None:
        unit, after = self._unit_after(lexemes, amount.after)
        if unit is not None:
            first = amount.first - self._sign_before(lexemes, amount.first)
            return _money(lexemes, amount, first, after, unit)
        if amount.in_words or self._is_something_else(lexemes, amount):
            return None
        lead = self._sign_before(lexemes, amount.first)
        if lead:
            first = amount.first - lead
            return _money(lexemes, amount, first, after, self._before[lexemes[first].text])
        if amount.value >= _SMALLEST_WITHOUT_UNIT and self._follows_price(lexemes, amount.first):
            return _money(lexemes, amount, amount.first, after, HOME)
        return None

    def _unit_after(self, lexemes: Sequence[Lexeme], at: int) -> tuple[str | None, int]:
        """The currency named at `at` and where the lexemes after it begin."""
        at, receipt = _receipt_sign(lexemes, at)
        unit = self._after.get(lexemes[at].text) if at < len(lexemes) else None
        if unit is not None:
            return unit, _receipt_sign(lexemes, at + 1)[0]
        return (HOME if receipt else None), at

    def _sign_before(self, lexemes: Sequence[Lexeme], first: int) -> int:
        """How many lexemes before `first` are a currency: 1 for "tk", 2 for "tk."."""
        if first >= 1 and lexemes[first - 1].text in self._before:
            return 1
        dotted = first >= 2 and lexemes[first - 1].text in ".:" and lexemes[first - 2].text in self._before
        return 2 if dotted else 0

    def _follows_price(self, lexemes: Sequence[Lexeme], first: int) -> bool:
        for at in range(first - 1, max(-1, first - 2 - _WORDS_BETWEEN), -1):
            if lexemes[at].text in self._price_words:
                return True
            if lexemes[at].text not in self._between:
                return False
        return False

    def _is_something_else(self, lexemes: Sequence[Lexeme], amount: Amount) -> bool:
        return amount.after < len(lexemes) and lexemes[amount.after].text in self._not_money_after


def _receipt_sign(lexemes: Sequence[Lexeme], at: int) -> tuple[int, bool]:
    """Steps over "/-" and "/="."""
    signs = [lexeme.text for lexeme in lexemes[at : at + 2]]
    is_there = len(signs) == 2 and signs[0] == "/" and signs[1] in "-="
    return (at + 2, True) if is_there else (at, False)


def _money(lexemes: Sequence[Lexeme], amount: Amount, first: int, after: int, currency: str) -> Found | None:
    if not 0 < amount.value < _LARGEST:
        return None
    value = {"amount": round(amount.value * MINOR_UNITS), "currency": currency}
    return Found(MONEY, lexemes[first].start, lexemes[after - 1].end, value)


def _currencies(table: dict[str, list[str]], endings: Iterable[str]) -> Iterator[tuple[str, str]]:
    for currency, words in table.items():
        for word in words:
            for ending in ("", *endings) if word[0].isalpha() else ("",):
                yield normalise(word + ending).text, currency


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(word).text for word in words)
