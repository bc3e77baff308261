"""The listed phrases of each entity, from `patterns/` and from the training data."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.engine.components.lexemes import spelling
from bot.engine.components.patterns import read_patterns
from bot.engine.components.phrases import NOTHING, PhraseLexicon
from bot.engine.components.text import normalise

Split = Callable[[str], list[str]]

# An ending that a product's name may take; the longer names are listed with their endings in the lists.
_PRODUCT_ENDINGS = tuple(
    normalise(ending).text
    for ending in (
        *("s", "es", "ta", "ti", "r", "er", "tar", "tir", "te", "e", "ke", "take", "gulo", "guli", "gula"),
        *("gulor", "টা", "টি", "র", "ের", "এর", "টার", "টির", "টাকে", "টাও", "তে", "ে", "য়", "ও", "ই"),
        *("গুলো", "গুলি", "গুলোর", "গুলা", "রা"),
    )
)
_SHORTEST_INFLECTED = 3  # letters; "cha" + "y" would be চায় (wants)


def cities(split: Split) -> PhraseLexicon:
    """Districts and towns."""
    data = read_patterns("cities")
    return _listed(PhraseLexicon(split), data["cities"], data["endings"])


def areas(split: Split) -> PhraseLexicon:
    """Neighbourhoods."""
    data = read_patterns("areas")
    lexicon = _without(PhraseLexicon(split, view=_latin_spelling), data["nothing"])
    return _listed(lexicon, data["areas"], data["endings"])


def numbered_areas() -> frozenset[str]:
    """Neighbourhoods whose parts are told apart by a number: Mirpur 10."""
    return frozenset(read_patterns("areas")["numbered"])


def languages(split: Split) -> PhraseLexicon:
    """Languages one may ask for."""
    data = read_patterns("languages")
    return _listed(PhraseLexicon(split), data["phrases"], data["endings"])


def messengers(split: Split) -> PhraseLexicon:
    """Where else customers may write from."""
    data = read_patterns("messengers")
    return _listed(PhraseLexicon(split, view=spelling), data["phrases"], data["endings"])


def payment_methods(split: Split) -> PhraseLexicon:
    """Ways to pay; "card/visa" is the value and the key."""
    data = read_patterns("payment_methods")
    lexicon = _without(PhraseLexicon(split, view=spelling), data["nothing"])
    return _listed(lexicon, data["phrases"], data["endings"])


def weak_payment_methods(split: Split) -> PhraseLexicon:
    """Words that name a way to pay only beside another one or a word of paying."""
    return _listed(PhraseLexicon(split, view=spelling), read_patterns("payment_methods")["weak"])


def payment_words(split: Split) -> PhraseLexicon:
    """Words of paying."""
    return _listed(PhraseLexicon(split, view=spelling), {"pay": read_patterns("payment_methods")["beside"]})


def products(split: Split, names: Iterable[tuple[str, str]]) -> PhraseLexicon:
    """The (name, key) pairs of the training data, with the endings of both languages."""
    lexicon = PhraseLexicon(split, view=spelling)
    for name, key in names:
        if key != NO_PRODUCT:
            lexicon.add(name, key, _PRODUCT_ENDINGS if len(name) >= _SHORTEST_INFLECTED else ())
    return lexicon


def no_products(split: Split, names: Iterable[tuple[str, str]]) -> PhraseLexicon:
    """Those that only look like names, compared as they are written: বাঘের (tiger's) is folded a bag's."""
    lexicon = PhraseLexicon(split)
    for name, key in names:
        if key == NO_PRODUCT:
            lexicon.add(name, key)
    return lexicon


NO_PRODUCT = "no_product"
"""Key of names that hold a product's name and are none, such as "bag of rice" or "order book"."""


def _latin_spelling(word: str) -> str:
    """Names are folded in Latin letters only: folded, বাঁধার (tying) would be Badda."""
    return spelling(word) if word.isascii() else word


def _listed(
    lexicon: PhraseLexicon, phrases: dict[str, list[str]], endings: Iterable[str] = ()
) -> PhraseLexicon:
    lexicon.add_all(phrases, endings)
    return lexicon


def _without(lexicon: PhraseLexicon, nothing: Iterable[str]) -> PhraseLexicon:
    for phrase in nothing:
        lexicon.add(phrase, NOTHING)
    return lexicon
