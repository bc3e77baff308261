"""Order numbers and postcodes in normalised text, beside the phone numbers they must not be mistaken for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.engine.components.contacts import PHONE, ContactPatterns
from bot.engine.components.found import Found, first_come
from bot.engine.components.patterns import read_patterns

__all__ = ["ORDER_NUMBER", "PHONE", "POSTCODE", "Found", "NumberPatterns"]

ORDER_NUMBER, POSTCODE = "order_number", "postcode"
# Not \w: it leaves out Bengali vowel signs, and a Bengali suffix may follow a number directly (১০২৩৪টা).
_NOT_INSIDE_WORD = r"(?<![a-z0-9\u0980-\u09fe])"
_NOT_INSIDE_NUMBER = r"(?<![\d+])(?<!\d[.,/-])"
_NUMBER_ENDS = r"(?!\d)(?![.,/-]\d)"
_ANY_DIGIT = re.compile(r"\d")


class NumberPatterns:
    """The compiled patterns of `patterns/numbers.yml`."""

    def __init__(self) -> None:
        """Reads and compiles the patterns."""
        data = read_patterns("numbers")
        # The digits end where another digit or a decimal begins; KT-10234-2 is still KT-10234.
        self._prefixed = re.compile(_NOT_INSIDE_WORD + data["order_number_prefixed"] + r"(?!\d)")
        self._bare = re.compile(
            _NOT_INSIDE_NUMBER + r"(?:(?<![a-z])|(?<=order))" + data["order_number_bare"] + _NUMBER_ENDS
        )
        self._contacts = ContactPatterns()
        self._postcode = re.compile(_NOT_INSIDE_WORD + data["postcode_named"] + r"(?!\d)")
        self._before_place = re.compile(_NOT_INSIDE_NUMBER + data["postcode_before_place"])
        self._anywhere = re.compile(
            _NOT_INSIDE_WORD + _NOT_INSIDE_NUMBER + data["postcode_anywhere"] + _NUMBER_ENDS
        )
        self._after_place = re.compile(data["postcode_after_place"] + _NUMBER_ENDS)
        before = [*data["money_before"], *data["postcode_before"], *data["other_before"]]
        self._something_else_before = re.compile(
            f"{_NOT_INSIDE_WORD}(?:{_any_of(before)})(?:{_any_of(data['between'])}|[ .:?=-])*$"
        )
        self._something_else_after = re.compile(
            f"[ ]*(?:{_any_of(data['money_after'])})(?![a-z\u0980-\u09fe])"
        )
        self._counted_after = re.compile(
            f"[ ]*(?:{_any_of([*data['money_after'], *data['counted_after']])})(?![a-z\u0980-\u09fe])"
        )

    def find(self, text: str) -> list[Found]:
        """Every number that means something, in the order of the text, none overlapping another."""
        if not _ANY_DIGIT.search(text):
            return []
        return sorted(first_come(self._candidates(text)), key=lambda found: found.start)

    def find_postcode_after(self, text: str, end_of_place: int) -> Found | None:
        """The postcode that directly follows a place's name, as in "Dhaka-1216"."""
        match = self._after_place.match(text, end_of_place)
        return _found(POSTCODE, match, match["digits"]) if match else None

    def find_postcode_before(self, text: str, start_of_place: int) -> Found | None:
        """The postcode directly before a place's name, as in "1207 Mohammadpur"."""
        match = self._before_place.search(text[:start_of_place])
        return Found(POSTCODE, *match.span("digits"), match["digits"]) if match else None

    def find_postcodes_anywhere(self, text: str) -> Iterator[Found]:
        """Four digits that are no amount and no count: postcodes in a message that is an address."""
        for match in self._anywhere.finditer(text):
            counted = self._counted_after.match(text, match.end())
            if not counted and not self._something_else_before.search(text[: match.start()]):
                yield Found(POSTCODE, *match.span("digits"), match["digits"])

    def _candidates(self, text: str) -> Iterator[Found]:
        """Likelier readings first: an earlier one keeps its characters."""
        for match in self._prefixed.finditer(text):
            yield _found(ORDER_NUMBER, match, f"KT-{match['digits']}")
        yield from self._contacts.find_phones(text)
        for match in self._postcode.finditer(text):
            yield Found(POSTCODE, match.start("digits"), match.end("digits"), match["digits"])
        for match in self._bare.finditer(text):
            if not self._is_something_else(text, match):
                found = _found(ORDER_NUMBER, match, f"KT-{match['digits']}")
                yield replace(found, sure="#" in match.group())

    def _is_something_else(self, text: str, match: re.Match[str]) -> bool:
        if "#" in match.group():
            return False
        return bool(
            self._something_else_before.search(text[: match.start()])
            or self._something_else_after.match(text, match.end())
        )


def _found(entity: str, match: re.Match[str], value: str) -> Found:
    blanks = len(match.group()) - len(match.group().lstrip(" ,-–" if entity == POSTCODE else " "))
    return Found(entity, match.start() + blanks, match.end(), value)


def _any_of(words: Iterable[str]) -> str:
    """An alternation that tries the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
