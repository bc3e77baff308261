"""Words for searching: written in either script, or spelled in any of its usual ways, a word is one.

রহিমা, Rahima and Rohima have the same words here. They are for looking up only, never for showing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crm_store.domain.romanise import romanise
from crm_store.domain.spelling import list_words

MAX_WORD: Final = 40  # characters, as wide as the column
MIN_WORD: Final = 2
# A wall of text must not fill the index; what is looked for stands near the beginning.
MAX_WORDS_OF_TEXT: Final = 120
MAX_TERMS: Final = 6
# Digits of a phone that are compared: the country code and the zero before them come and go.
PHONE_DIGITS: Final = 10
# Fewer digits than this are a house number or an amount.
MIN_PHONE_DIGITS: Final = 4
MIN_SKELETON: Final = 3
MIN_ORDER_DIGITS: Final = 3
# Mark what is no plain word, so that none is taken for the other.
PHONE_MARK: Final = "#"
SKELETON_MARK: Final = "~"

_BENGALI: Final = re.compile("[\u0980-\u09ff]")
# \w would split Bengali at its vowel signs.
_BETWEEN_WORDS: Final = re.compile(r"[\s.,;:!?|/()\[\]{}\"'“”‘’…।·–—+&_-]+")
_DIGITS: Final = re.compile(r"\d+")
_PHONE: Final = re.compile(r"\+?\d[\d\s()-]{2,}\d")
# How romanised Bengali varies beyond `crm_store.domain.spelling`: breath, o for a, w for u.
_FOLDS: Final = (
    ("ck", "k"),
    ("ch", "\0"),
    ("c", "k"),
    ("\0", "c"),
    ("kh", "k"),
    ("gh", "g"),
    ("jh", "j"),
    ("th", "t"),
    ("dh", "d"),
    ("bh", "b"),
    ("ow", "ou"),
    ("w", "u"),
    ("q", "k"),
    ("o", "a"),
)
_DOUBLED: Final = re.compile(r"([^\d])\1")
_VOWELS: Final = re.compile("[aeiou]")


@dataclass(frozen=True, slots=True)
class Term:
    """One word that is looked for: it finds words that begin with any of `prefixes`, or are `whole`."""

    prefixes: tuple[str, ...]
    whole: tuple[str, ...] = ()


def words_of_text(text: str) -> list[str]:
    """The words a message is found by."""
    found: dict[str, None] = {}
    for written in _written(text):
        found |= dict.fromkeys(_variants(written))
        if len(found) >= MAX_WORDS_OF_TEXT:
            break
    return list(found)[:MAX_WORDS_OF_TEXT]


def words_of_person(names: Iterable[str | None], email: str | None, phone: str | None) -> list[str]:
    """The words a customer is found by: names also by their consonants, the phone by its last digits."""
    found: dict[str, None] = {}
    for name in names:
        for written in _written(name or ""):
            found |= dict.fromkeys((*_variants(written), *_skeletons(written)))
    if email:
        found |= dict.fromkeys(_clean(email))
        found |= dict.fromkeys(_variant_words(email))
    if phone and (digits := _plain_digits(phone)):
        found[_phone_word(digits)] = None
    return list(found)


def read_terms(query: str) -> list[Term]:
    """What somebody types into the search, word for word; the first few count."""
    terms: list[Term] = []
    rest = query
    for number in _PHONE.findall(_ascii_digits(query)):
        if len(digits := _plain_digits(number)) > MIN_PHONE_DIGITS:
            terms.append(Term((_phone_word(digits), digits)))
            rest = _ascii_digits(rest).replace(number, " ")
    if "@" in rest:
        terms += [Term(tuple(_clean(part))) for part in rest.split() if "@" in part and _clean(part)]
        rest = " ".join(part for part in rest.split() if "@" not in part)
    terms += [_term(written) for written in _written(rest)]
    return [term for term in terms if term.prefixes][:MAX_TERMS]


def order_digits(query: str) -> str | None:
    """The digits of an order number, as far as they are typed, or None when there are too few to be one."""
    found = max(_DIGITS.findall(_ascii_digits(query)), key=len, default="")
    return found if len(found) >= MIN_ORDER_DIGITS else None


def _term(written: str) -> Term:
    variants = tuple(dict.fromkeys(_variants(written)))
    digits = _ascii_digits(written)
    if digits.isdecimal() and len(digits) >= MIN_PHONE_DIGITS:
        variants += (_phone_word(digits),)
    return Term(variants, tuple(dict.fromkeys(_skeletons(written))))


def _written(text: str) -> list[str]:
    """The words as they are written, not folded yet, with Western digits."""
    return [word for word in _BETWEEN_WORDS.split(_ascii_digits(text)) if word]


def _variants(written: str) -> Iterator[str]:
    """A Bengali word in both ways it is romanised: with the vowel nobody writes, and without."""
    if _BENGALI.search(written):
        yield from _clean_fold(romanise(written))
        yield from _clean_fold(romanise(written, inherent=""))
    else:
        yield from _clean_fold(written)


def _variant_words(text: str) -> Iterator[str]:
    for written in _written(text.replace("@", " ")):
        yield from _variants(written)


def _clean_fold(word: str) -> Iterator[str]:
    for folded in list_words(word):
        for spelling, instead in _FOLDS:
            folded = folded.replace(spelling, instead)
        yield from _clean(_DOUBLED.sub(r"\1", folded))


def _clean(word: str) -> list[str]:
    """Letters and digits only, as long as the column is wide; nothing when too little is left."""
    kept = "".join(char for char in word.casefold() if char.isalnum())[:MAX_WORD]
    return [kept] if len(kept) >= MIN_WORD else []


def _skeletons(written: str) -> Iterator[str]:
    """The consonants of a name: Begum, Begom and বেগম have the same."""
    for variant in _variants(written):
        skeleton = variant[:1] + _VOWELS.sub("", variant[1:])
        if len(skeleton) >= MIN_SKELETON and not skeleton.isdecimal():
            yield SKELETON_MARK + skeleton


def _phone_word(digits: str) -> str:
    """Last digit first: what is typed are a number's last digits."""
    return PHONE_MARK + digits[::-1][:PHONE_DIGITS]


def _plain_digits(text: str) -> str:
    return "".join(_DIGITS.findall(_ascii_digits(text)))


def _ascii_digits(text: str) -> str:
    plain = unicodedata.normalize("NFC", text)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
