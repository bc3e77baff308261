"""What agents read, in both of their languages at once: the console shows whichever its owner uses.

The wording stands in `crm_store/texts`, a catalogue a file; here values are only put into it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal

_TEXTS: Final = "crm_store"
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_MINOR_UNITS: Final = 100
_WEEK: Final = 7
_MONTH: Final = 30
_YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same said in English and in Bengali."""

    en: str
    bn: str

    def __add__(self, other: "Sentence") -> "Sentence":
        return Sentence(self.en + other.en, self.bn + other.bn)


Value = Sentence | str | int
"""What fills a blank: a number gets each language's own digits."""


def same(text: str) -> Sentence:
    """What is not translated: a name, an order number, the customer's words."""
    return Sentence(text, text)


@cache
def catalogue(name: str) -> Mapping[str, Any]:
    """The wording of one kind of sentence, by code."""
    text = files(_TEXTS).joinpath("texts", f"{name}.json").read_text(encoding="utf-8")
    read: Mapping[str, Any] = json.loads(text)
    return read


def say(name: str, code: str, **values: Value) -> Sentence:
    """The sentence `code` of the catalogue `name` with its blanks filled."""
    return fill(catalogue(name)[code], **values)


class _Blanks(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def fill(wording: Mapping[str, str], **values: Value) -> Sentence:
    """Both wordings with their blanks filled; one that nothing fills is shown as a gap."""
    return Sentence(
        wording["en"].format_map(_Blanks({key: _english(value) for key, value in values.items()})),
        wording["bn"].format_map(_Blanks({key: _bengali(value) for key, value in values.items()})),
    )


def _english(value: Value) -> str:
    return value.en if isinstance(value, Sentence) else str(value)


def _bengali(value: Value) -> str:
    if isinstance(value, Sentence):
        return value.bn
    return bengali_digits(str(value)) if isinstance(value, int) else value


def bengali_digits(text: str) -> str:
    return text.translate(_BENGALI_DIGITS)


def money(amount: int) -> Sentence:
    """Minor units as "৳1,250" and "৳১,২৫০", grouped as the country does; poisha only when there are any."""
    pattern = "#,##,##0" if amount % _MINOR_UNITS == 0 else "#,##,##0.00"
    written = "৳" + str(format_decimal(amount / _MINOR_UNITS, format=pattern, locale="en_IN"))
    return Sentence(written, bengali_digits(written))


def day(when: date) -> Sentence:
    """ "19 November" and "১৯ নভেম্বর"."""
    english = str(format_date(when, "d MMMM", locale="en_IN"))
    return Sentence(english, bengali_digits(str(format_date(when, "d MMMM", locale="bn_BD"))))


def ago(then: date, today: date) -> Sentence:
    """ "today", "yesterday", "3 days ago", "2 months ago"."""
    days = max(0, (today - then).days)
    if days < 2:
        return say("times", ("today", "yesterday")[days])
    for unit, length in (("years", _YEAR), ("months", _MONTH), ("weeks", _WEEK)):
        if days >= 2 * length:
            return say("times", unit, count=days // length)
    return say("times", "days", count=days)


def listed(parts: list[Sentence]) -> Sentence:
    """Parts with commas between them."""
    return Sentence(", ".join(part.en for part in parts), ", ".join(part.bn for part in parts))
