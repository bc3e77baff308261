"""E-mail addresses and phone numbers in normalised text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from bot.engine.components.found import Found, first_come
from bot.engine.components.patterns import read_patterns

EMAIL, PHONE = "email", "phone"
HOME = "BD"
_LONGEST_TEXT = 2000  # characters in which a phone number that is no Bangladeshi mobile is looked for
# What a number that is no Bangladeshi mobile begins with; seven digits alone are too many other things.
_MAY_BE_PHONE = re.compile(r"(?<![\w+])(?:\(?\+|0)[\d(][\d ()./-]{5,20}\d(?!\d)")


class ContactPatterns:
    """Finds how a customer can be reached."""

    def __init__(self) -> None:
        """Compiles the patterns of `patterns/contacts.yml`."""
        data = read_patterns("contacts")
        self._email = re.compile(data["email"])
        self._spoken_email = re.compile(data["spoken_email"])
        self._mobiles = [
            re.compile(r"(?<![\d])" + data[name] + r"(?!\d)") for name in ("mobile_abroad", "mobile")
        ]

    def find_emails(self, text: str) -> list[Found]:
        """E-mail addresses, also where somebody spells out "at gmail dot com"."""
        found = [Found(EMAIL, *match.span(), match.group()) for match in self._written_emails(text)]
        if " at " in text or "[at]" in text or "(at)" in text:
            spoken = (_spoken(match) for match in self._spoken_email.finditer(text))
            found += first_come(spoken, found)
        return found

    def find_phones(self, text: str) -> list[Found]:
        """Phone numbers in E.164; Bangladeshi mobiles however they are grouped."""
        mobiles = (
            Found(PHONE, *_without_blanks(match), "+880" + _digits(match["digits"]))
            for pattern in self._mobiles
            for match in pattern.finditer(text)
        )
        found = first_come(mobiles)
        return found + first_come(_other_phones(text[:_LONGEST_TEXT]), found)

    def _written_emails(self, text: str) -> Iterator[re.Match[str]]:
        return self._email.finditer(text) if "@" in text else iter(())


def _other_phones(text: str) -> Iterator[Found]:
    for candidate in _MAY_BE_PHONE.finditer(text):
        for match in phonenumbers.PhoneNumberMatcher(candidate.group(), HOME):
            start = candidate.start() + match.start
            e164 = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            yield Found(PHONE, start, start + len(match.raw_string), e164)


def _spoken(match: re.Match[str]) -> Found:
    domain = re.sub(r" ?(?:\(dot\)|\[dot\]|dot|\.) ?", ".", match["domain"])
    return Found(EMAIL, *match.span(), f"{match['local']}@{domain}")


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _without_blanks(match: re.Match[str]) -> tuple[int, int]:
    blanks = len(match.group()) - len(match.group().lstrip(" "))
    return match.start() + blanks, match.end()
