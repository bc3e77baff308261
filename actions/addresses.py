"""Reading an address out of a message. It is confirmed by the customer before it is used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crm_store.domain.blanks import single_blanks

MIN_LETTERS: Final = 8  # "House 5" alone is not yet an address
MAX_PART: Final = 150  # the store refuses longer ones
MIN_WORDS: Final = 2

# What a Bangladeshi address is written with, in three scripts.
_ADDRESS_WORDS: Final = re.compile(
    r"\b(?:house|hse|holding|flat|apt|apartment|floor|road|rd|lane|street|block|sector|section|building|tower"
    r"|village|vill|post office|p\.?o|thana|upazila|union|ward|bazar|bazaar|bari|basha|basa|goli|gram|rasta"
    r"|tola|para|nogor|nagar|avenue|plot|college|school|market|hall|hostel)\b"
    r"|বাড়ি|বাসা|ফ্ল্যাট|রোড|রাস্তা|গলি|লেন|ব্লক|সেক্টর|সেকশন|তলা|ভবন|টাওয়ার|গ্রাম|ডাকঘর|থানা|উপজেলা"
    r"|ইউনিয়ন|ওয়ার্ড|বাজার|মোড়|পাড়া|নগর|হোল্ডিং|প্লট|কলেজ|স্কুল|মার্কেট",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_ORDER_NUMBER: Final = re.compile(r"#?\s*\bKT[\s-]*\d{5}\b", re.IGNORECASE)
_ONLY_PHONE_WORDS: Final = re.compile(
    r"(?:my|and|phone|mobile|mob|cell|contact|number|no|nombor|nambar|amar|postcode|post code"
    r"|ফোন|মোবাইল|নম্বর|নাম্বার|আমার|পোস্টকোড|\s|[.:#-])*",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(r"\s*[,;\n،।]+\s*")

# Everything up to and including these words leads in to the address ("send it to …", "নতুন ঠিকানা হলো …").
_LEAD_IN: Final = re.compile(
    r"^.*?(?:\baddress\s*(?:is|to|now|will be|should be)?\s*[:=-]?\s+"
    r"|\b(?:send|deliver|ship)\s+(?:it|them|this|the order|the parcel)?\s*(?:to|at)\s+"
    r"|\bto\s*:?\s+(?=(?:house|flat|holding|road|vill|apt|bari|basha)\b)"
    r"|\bth?ikana\s*(?:ta|ti)?\s*(?:holo|hobe|hocche|hoilo|din|den|koren|korun)?\s*[:=-]?\s+"
    r"|ঠিকানা(?:টা|টি)?\s*(?:হলো|হবে|হচ্ছে|হল|দিন|করুন|করেন)?\s*[:=-]?\s+)",
    re.IGNORECASE | re.DOTALL,
)


# What is left between the lead-in and the address once the order's number is cut out: "of … to House 9".
_FILLERS: Final = re.compile(
    r"^\s*(?:(?:of|for|my|the|this|order|parcel|is|to|at|now|please|ei|ekhon|amar|এই|এখন|আমার|অর্ডার)\s*[:,]?\s+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WrittenAddress:
    """An address as far as it could be read; `city` is None when the message named no known one."""

    line: str
    area: str
    city: str | None
    postcode: str | None
    phone: str | None


def looks_like_address(text: str) -> bool:
    """Whether `text` has what addresses have: words such as "road", and a number."""
    rest = _without_order_number(text)
    return bool(_ADDRESS_WORDS.search(rest) and _DIGIT.search(rest))


def is_long_enough(text: str) -> bool:
    """Whether `text` can be an address at all."""
    return len(text.strip()) >= MIN_LETTERS and len(text.split()) >= MIN_WORDS


def without_lead_in(text: str) -> str:
    """`text` from where the address begins, when something leads in to it."""
    return _FILLERS.sub("", _LEAD_IN.sub("", text, count=1))


def read_address(
    text: str,
    *,
    city: str | None,
    postcode: str | None,
    phone: str | None,
    recognised: Sequence[tuple[int, int]] = (),
    area: tuple[int, int] | None = None,
) -> WrittenAddress:
    """Split what the customer wrote.

    `city` is the known city named in it (English name); `recognised` are the places in `text` of city,
    postcode and phone, which are left out of the rest. The area is the part that is the known neighbourhood
    at `area`, or else the last one; where nothing separates parts ("house 7 road 11 banani dhaka") it is
    taken out from between them.
    """
    parts = _address_parts(text, recognised)
    named = text[slice(*area)] if area is not None else ""
    if named in parts and len(parts) > 1:
        parts.remove(named)
        last = named
    elif len(parts) > 1:
        last = parts.pop()
    else:
        parts, last = _address_parts(text, [*recognised, area]) if area else parts, named
    return WrittenAddress(
        line=", ".join(parts)[:MAX_PART].strip(),
        area=last[:MAX_PART].strip(),
        city=city,
        postcode=postcode,
        phone=phone,
    )


def _address_parts(text: str, recognised: Sequence[tuple[int, int]]) -> list[str]:
    return _parts(without_lead_in(_without_order_number(_blank_out(text, recognised))))


def _without_order_number(text: str) -> str:
    """`text` without the order's number, each run of blanks collapsed; a line's end remains one."""
    return single_blanks(_ORDER_NUMBER.sub(" ", single_blanks(text)))


def _blank_out(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _parts(text: str) -> list[str]:
    pieces = (piece.strip(" .-–:\t") for piece in _SEPARATOR.split(text))
    return [" ".join(piece.split()) for piece in pieces if not _ONLY_PHONE_WORDS.fullmatch(piece)]
