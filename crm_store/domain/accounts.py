"""What belongs to a customer's account, how its parts are written, and what may be shown of them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_store.domain.errors import UnusableDetail
from crm_store.domain.identities import shown_name

# A longer name was pasted by mistake; a shorter one is a slip of the finger.
MAX_NAME: Final = 80
MIN_LETTERS_OF_NAME: Final = 2
MAX_EMAIL: Final = 254  # RFC 5321

# Until when a person has dealt with a request for erasure: the month that data protection laws allow.
ERASURE_DAYS: Final = 30

# Generous on purpose: only the owner can tell that an address exists, and they confirm it.
_EMAIL: Final = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+\.[^\s@<>(),;:\".]{2,}")
_BANGLADESHI_MOBILE: Final = re.compile(r"(?:\+?880|00880|0)?(1[3-9]\d{8})")
_ABROAD: Final = re.compile(r"(?:\+|00)(?!880)([1-9]\d{7,14})")
_NOT_IN_NAMES: Final = re.compile(r"[\d@<>{}\[\]/\\|_=+*#$%^&~?!]")
_BENGALI: Final = re.compile("[\u0980-\u09ff]")

SHOWN_OF_PHONE: Final = 3


class AccountDetail(StrEnum):
    """What a customer can have changed in the chat."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True)
class Account:
    """What is stored under a customer's account; e-mail address and phone number are shown masked only."""

    name: str
    name_bn: str | None
    email: str | None
    phone: str | None
    gets_offers: bool

    def holds(self, detail: AccountDetail, value: str) -> bool:
        """Whether the account says `value` (as `check_detail` gives it) already."""
        if detail is AccountDetail.NAME:
            return value in (self.name, self.name_bn)
        if detail is AccountDetail.EMAIL:
            return value == (self.email or "").casefold()
        return self.phone is not None and value == _read_phone(self.phone)


def check_detail(detail: AccountDetail, text: str) -> str:
    """The new value as it is kept: tidy name, lower-case address, "+880…". Raises UnusableDetail."""
    checks = {
        AccountDetail.NAME: check_name,
        AccountDetail.EMAIL: check_email,
        AccountDetail.PHONE: check_phone,
    }
    return checks[detail](text)


def check_name(text: str) -> str:
    """A name a person can have: letters of any script. Raises UnusableDetail."""
    name = (shown_name(unicodedata.normalize("NFC", text)) or "").strip(" ,;:।\"'“”‘’")
    letters = sum(char.isalpha() for char in name)
    if not MIN_LETTERS_OF_NAME <= letters <= len(name) <= MAX_NAME or _NOT_IN_NAMES.search(name):
        raise UnusableDetail("name")
    return name


def check_email(text: str) -> str:
    """Something that can be an e-mail address. Raises UnusableDetail."""
    address = text.strip(" .,;:<>()।").casefold()
    if len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address):
        raise UnusableDetail("email")
    return address


def check_phone(text: str) -> str:
    """A Bangladeshi mobile number or one with its country's code, as "+8801…". Raises UnusableDetail."""
    number = _read_phone(text)
    if number is None:
        raise UnusableDetail("phone")
    return number


def _read_phone(text: str) -> str | None:
    digits = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text if char not in " -.()\t"
    )
    if home := _BANGLADESHI_MOBILE.fullmatch(digits):
        return f"+880{home[1]}"
    abroad = _ABROAD.fullmatch(digits)
    return f"+{abroad[1]}" if abroad else None


def mask_email(address: str) -> str:
    """ "rahima@example.com" is "r•••@example.com"."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"


def mask_phone(number: str) -> str:
    """ "01711-000234" is "•••234"."""
    return f"•••{number[-SHOWN_OF_PHONE:]}"


def is_bengali(name: str) -> bool:
    """Whether a name is written in Bengali script."""
    return bool(_BENGALI.search(name))
