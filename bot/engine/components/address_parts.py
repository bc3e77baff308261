"""House, flat, road, block and sector numbers in normalised text; areas and cities are phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.engine.components.found import Found, first_come
from bot.engine.components.patterns import read_patterns

HOUSE, FLAT, ROAD, BLOCK, SECTOR = "house", "flat", "road", "block", "sector"
_LETTER = r"a-z\u0980-\u09fe"
_STARTS = rf"(?<![{_LETTER}0-9])"
_ENDS = rf"(?![0-9]|[{_LETTER}])"
_DIGITS_END = r"(?!\d)"
# "25/3 Tajmahal Road": a number that begins the address needs no keyword.
_HOUSE_BEFORE = re.compile(r"(?:^|[,;:] ?)(?P<house>\d{1,4}[a-z]?(?:/[0-9a-z]{1,3})?),? $")
_BENGALI_LETTERS = re.compile("[\u0980-\u09fe]+")


class AddressPatterns:
    """The compiled patterns of `patterns/addresses.yml`."""

    def __init__(self) -> None:
        """Reads and compiles the patterns."""
        data = read_patterns("addresses")
        keywords, no, number = data["keywords"], data["no"], data["number"]
        self._letters: dict[str, str] = data["letters"]
        self._abbreviated = re.compile(_STARTS + data["abbreviated"] + _ENDS)
        self._floor = re.compile(_STARTS + data["floor"])
        self._numbered = {
            name: re.compile(
                f"{_STARTS}{keywords[name]}{no}(?P<value>{number}){_DIGITS_END}{data['not_after']}"
            )
            for name in (HOUSE, ROAD, SECTOR)
        }
        self._numbered[FLAT] = re.compile(
            f"{_STARTS}{keywords[FLAT]}{no}(?P<value>{data['flat_number']}){_DIGITS_END}{data['not_after']}"
        )
        letter = data["block_letter"]
        self._block = re.compile(
            f"{_STARTS}(?:{data['block']}{no}(?P<value>{letter})"
            f"|(?P<before>(?![0-9]){letter})[ -]?{data['block']}{_ENDS})"
        )
        self._named_road = re.compile(
            rf"{_STARTS}(?P<value>(?:{data['road_name_first']}[ ])?(?P<name>[{_LETTER}]{{3,20}})[ ]"
            rf"{data['road_name_last']}){_ENDS}"
        )
        self._not_a_road_name = frozenset(data["not_a_road_name"])
        self._may_have = re.compile(rf"\d|{data['block']}|{data['road_name_last']}")

    def find(self, text: str) -> list[Found]:
        """The parts of an address, none overlapping another."""
        if not self._may_have.search(text):
            return []
        return first_come(self._candidates(text))

    def _candidates(self, text: str) -> Iterator[Found]:
        for match in self._abbreviated.finditer(text):
            yield Found(HOUSE, match.start(), match.end("house"), match["house"].upper())
            yield Found(ROAD, text.index("r", match.end("house")), match.end(), match["road"].upper())
        for entity, pattern in self._numbered.items():
            for match in pattern.finditer(text):
                yield Found(entity, *match.span(), self._identifier(match["value"]))
        for match in self._floor.finditer(text):
            yield Found(FLAT, *match.span(), f"floor {match['digits']}")
        for match in self._block.finditer(text):
            yield Found(BLOCK, *match.span(), self._identifier(match["value"] or match["before"]))
        yield from self._named_roads(text)

    def _named_roads(self, text: str) -> Iterator[Found]:
        for match in self._named_road.finditer(text):
            if match["name"] not in self._not_a_road_name:
                yield Found(ROAD, *match.span("value"), None)
                if house := _HOUSE_BEFORE.search(text[: match.start("value")]):
                    yield Found(HOUSE, *house.span("house"), self._identifier(house["house"]))

    def _identifier(self, written: str) -> str:
        """12 / a -> 12/A, b-4 -> B4, সি -> C."""
        latin = _BENGALI_LETTERS.sub(lambda match: self._letters.get(match[0], match[0]), written)
        latin = latin.replace(" ", "").upper()
        return latin if latin[0].isdigit() else latin.replace("-", "")
