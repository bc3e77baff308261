"""All that grammar and patterns find in one message; they agree on who keeps which characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.engine.components.address_parts import BLOCK, FLAT, HOUSE, ROAD, SECTOR, AddressPatterns
from bot.engine.components.amounts import AmountReader
from bot.engine.components.contacts import ContactPatterns
from bot.engine.components.dates import DateFinder
from bot.engine.components.found import Found, first_come
from bot.engine.components.lexemes import scan
from bot.engine.components.money import MoneyFinder
from bot.engine.components.numbers import NumberPatterns
from bot.engine.components.quantities import QuantityFinder

_PARTS_OF_ADDRESS = frozenset({HOUSE, FLAT, ROAD, BLOCK, SECTOR})


class Readings:
    """Numbers, contacts, money, days, parts of addresses and counts."""

    def __init__(self) -> None:
        """Reads and compiles all patterns."""
        self._contacts = ContactPatterns()
        self._numbers = NumberPatterns()
        self._addresses = AddressPatterns()
        self._amounts = AmountReader()
        self._money = MoneyFinder()
        self._dates = DateFinder()
        self._quantities = QuantityFinder(self._amounts)

    def find(
        self, text: str, today: date, phrases: Sequence[Found], product_starts: Iterable[int]
    ) -> list[Found]:
        """All of them, none overlapping another; a likelier reading was asked first."""
        lexemes = scan(text)
        amounts = self._amounts.read_all(lexemes)
        numbers = self._numbers.find(text)
        found = first_come([*self._contacts.find_emails(text), *(one for one in numbers if one.sure)])
        found += first_come(self._money.find(lexemes, amounts), found)
        found += first_come(self._dates.find(text, lexemes, amounts, today), found)
        found += first_come(self._addresses.find(text), found)
        found += first_come(self._postcodes(text, phrases, found), found)
        found += first_come((one for one in numbers if not one.sure), found)
        found += first_come(self._quantities.find(lexemes, amounts, product_starts), found)
        return found

    def _postcodes(self, text: str, phrases: Iterable[Found], found: Iterable[Found]) -> Iterator[Found]:
        """The digits of "Dhaka-1216" and "1213 Banani", and four digits beside a house or a road."""
        places = [one for one in phrases if one.entity in ("city", "area")]
        for place in places:
            after = self._numbers.find_postcode_after(text, place.end)
            before = None if after else self._numbers.find_postcode_before(text, place.start)
            yield from (one for one in (after, before) if one)
        if any(one.entity in _PARTS_OF_ADDRESS for one in found):
            yield from self._numbers.find_postcodes_anywhere(text)
