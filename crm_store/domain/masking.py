"""Takes out of a customer's words what identifies a person or an order, so that others may read them.

What is taken out leaves its kind in its place, `<phone>`. In doubt more is taken out: a price that is gone
costs a labeller nothing, a telephone number that stays is a leak.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crm_store.domain.blanks import single_blanks

MAX_CHARS: Final = 500  # of a kept message; a question is in it or in none of it
INFLECTED_NAME_CHARS: Final = (
    4  # Bengali adds endings: রহিমার, Rahimar; to a short name other words would match
)
MIN_NAME_CHARS: Final = 2  # a single letter would be found in every word

# Engine entities whose very place in the text is personal.
PERSONAL_ENTITIES: Final = {
    "order_number": "order",
    "phone": "phone",
    "email": "email",
    "postcode": "address",
    "house": "address",
    "flat": "address",
    "road": "address",
    "block": "address",
    "sector": "address",
    "area": "address",
}

_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_NUMBER: Final = r"(?:[0-9০-৯]+(?:\s?[/-]\s?[0-9০-৯a-zA-Z]+)*[a-zA-Z]?|[a-zA-Zক-হ](?![\w\u0980-\u09ff]))"
_KEYWORD: Final = (
    r"house|home|flat|apt|apartment|plot|holding|road|rd|lane|block|blk|sector|sec|floor|level|ward|gate"
    r"|basa|basha|bari|goli|gali|tola|tala|বাসা|বাড়ি|বাড়ী|হাউজ|হাউস|ফ্ল্যাট|প্লট|হোল্ডিং|রোড|সড়ক|লেন|গলি|ব্লক|সেক্টর|ওয়ার্ড|তলা|ফ্লোর"
)
_STREET: Final = (
    r"road|rd|street|st|lane|ln|avenue|ave|drive|close|sarani|sharani|goli|para"
    r"|রোড|সড়ক|সড়কের|লেন|গলি|সরণি|এভিনিউ|পাড়া"
)
_NO: Final = r"(?:\s*(?:no|nmbr|num|number|nong|নং|নম্বর|#))?\s*[:.#-]?\s*"
_LETTER: Final = r"\w\u0980-\u09ff"  # `\w` alone ends a word at every vowel sign
_WORD: Final = rf"[{_LETTER}.'-]+"
_NAME: Final = rf"[{_LETTER}'-]+"
_EDGE: Final = rf"(?<![{_LETTER}])"
_END: Final = rf"(?![{_LETTER}])"
_DIGIT_WORD: Final = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
    r"|shunno|shunyo|zero|ek|dui|tin|char|pach|panch|choy|chhoy|soy|sat|shat|at|aat|noy|nine"
    r"|শূন্য|জিরো|এক|দুই|তিন|চার|পাঁচ|ছয়|সাত|আট|নয়|ডাবল)"
)


@dataclass(frozen=True)
class Span:
    """A stretch of a text and the kind of thing that stands there."""

    start: int
    end: int
    kind: str


_PATTERNS: Final = [
    ("link", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    (
        "email",
        re.compile(
            r"(?<![\w.+-])[\w.+-]+\s?(?:@|\(at\)|\[at\]|\sat\s)\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\sdot\s)\s?[a-z]{2,})+",
            re.IGNORECASE,
        ),
    ),
    ("order", re.compile(rf"{_EDGE}(?:kt|কেটি|কে\.?টি\.?)\s?[-–#:.]?\s?\d{{3,}}", re.IGNORECASE)),
    ("number", re.compile(r"\+?\d(?:[\s().,/_–-]{0,2}\d){6,}")),
    ("number", re.compile(rf"{_EDGE}{_DIGIT_WORD}(?:[\s,-]+{_DIGIT_WORD}){{4,}}{_END}", re.IGNORECASE)),
    ("address", re.compile(rf"{_EDGE}(?:{_KEYWORD}){_NO}{_NUMBER}{_END}", re.IGNORECASE)),
    (
        "address",
        re.compile(
            rf"{_EDGE}[0-9০-৯]+[a-z]?(?:/[0-9০-৯]+[a-z]?){{0,9}},?\s+(?:{_WORD}\s+){{0,2}}(?:{_STREET}){_END}",
            re.IGNORECASE,
        ),
    ),
    (
        "address",
        re.compile(
            rf"{_EDGE}[0-9০-৯]+\s?(?:nong|no|নং|নম্বর)\s+(?:{_KEYWORD}|{_STREET})[\u0980-\u09ff]*{_END}",
            re.IGNORECASE,
        ),
    ),
    ("handle", re.compile(r"(?<!\S)@[\w.]{2,}")),
    ("code", re.compile(r"(?<![\w-])(?=[\w-]*\d[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{6,}(?![\w-])")),
    ("number", re.compile(r"\d{4,}")),
    (
        "name",
        re.compile(
            rf"(?:my name is|my name's|my name|name\s?[:=-]|nam\s?[:=-]|this is (?:mr|mrs|ms)\.?"
            rf"|amar na+m|ame?r na+m|আমার নাম|নাম\s?[:=-])\s*[:=-]?\s*(?P<secret>{_NAME}(?:[ ]+{_NAME}){{0,2}})",
            re.IGNORECASE,
        ),
    ),
]
# What stands between two parts of an address, or after one: "House 4, Road 2, Mohammadpur, Dhaka".
_ADDRESS_GAP: Final = re.compile(rf"(?:[\s,;/{_LETTER}.'-]*[\s,;/-])?")
_BETWEEN_WORDS: Final = re.compile(r"[\s,;/]+")
MOST_WORDS_IN_GAP: Final = 2
_ADDRESS_TAIL: Final = re.compile(rf"(?:\s*,\s*{_WORD}(?:\s{_WORD})?(?=\s*(?:[,.।!?\n]|$)))+")


def mask(text: str, *, names: Iterable[str] = (), phrases: Iterable[tuple[str, str]] = ()) -> str:
    """`text` without numbers, addresses, links and `names`; `phrases` (words, kind) are personal, too."""
    text = _plain(text)
    listed = [*_listed(text, phrases), *_named(text, names)]
    masked, at = [], 0
    for span in _joined([*listed, *_found(text)], text):
        masked += [text[at : span.start], f"<{span.kind}>"]
        at = span.end
    return " ".join("".join([*masked, text[at:]]).split())[:MAX_CHARS]


def without_invisible(text: str) -> str:
    """Without the marks that nobody sees and that would hide a number from every pattern."""
    return _INVISIBLE.sub("", text)


def _plain(text: str) -> str:
    """As the patterns read it."""
    return single_blanks(without_invisible(text))


def _listed(text: str, phrases: Iterable[tuple[str, str]]) -> Iterator[Span]:
    for words, kind in phrases:
        for match in re.finditer(re.escape(_plain(words)), text) if words.strip() else ():
            yield Span(match.start(), match.end(), kind)


def _found(text: str) -> Iterator[Span]:
    for kind, pattern in _PATTERNS:
        group = "secret" if "secret" in pattern.groupindex else 0
        for match in pattern.finditer(text):
            yield Span(match.start(group), match.end(group), kind)


def _named(text: str, names: Iterable[str]) -> Iterator[Span]:
    words = {word for name in names for word in name.split() if len(word) >= MIN_NAME_CHARS}
    for word in words:
        ending = rf"[{_LETTER}]{{0,2}}" if len(word) >= INFLECTED_NAME_CHARS else ""
        for match in re.finditer(rf"{_EDGE}{re.escape(word)}{ending}{_END}", text, re.IGNORECASE):
            yield Span(match.start(), match.end(), "name")


def _joined(spans: Iterable[Span], text: str) -> list[Span]:
    """Overlapping spans as one, and an address with all that stands between and after its parts."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        last = joined[-1] if joined else None
        if last and span.start < last.end:
            joined[-1] = Span(last.start, max(last.end, span.end), last.kind)
        elif last and last.kind == span.kind == "address" and _is_address_gap(text[last.end : span.start]):
            joined[-1] = Span(last.start, span.end, "address")
        else:
            joined.append(span)
    return [_with_tail(span, text) if span.kind == "address" else span for span in joined]


def _is_address_gap(between: str) -> bool:
    """In steps: one pattern for all of it could part a row of hyphens in more ways than can be tried."""
    if not _ADDRESS_GAP.fullmatch(between):
        return False
    words = [word for word in _BETWEEN_WORDS.split(between) if word.strip("-")]
    return len(words) <= MOST_WORDS_IN_GAP


def _with_tail(span: Span, text: str) -> Span:
    tail = _ADDRESS_TAIL.match(text, span.end)
    return Span(span.start, tail.end(), span.kind) if tail else span
