"""Which products a customer's words mean, in any of the three scripts, misspelt or only by their kind.

Rare words count more than common ones: in "cotton panjabi" the panjabi decides. A word is worth less when it
only begins like a product's word, and least when one letter differs.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crm_store.domain.catalogue import Product
from crm_store.domain.spelling import list_words, spellings_of, words_of

# How sure a match is, by how it was found.
_SAME, _BEGINS, _ONE_LETTER_OFF = 1.0, 0.8, 0.6
# A kind ("shoes") names all its products, so it must not outweigh a word of one product's name.
_OF_CATEGORY: Final = 0.7
# Products whose words fit nearly as well as the best one's may be meant too.
_NEARLY: Final = 0.8

MIN_STEM: Final = 4  # "shirts" begins like "shirt"; shorter words begin like too many
MIN_FUZZY: Final = 5  # of shorter words every second one differs from another by one letter
MIN_STRIPPED: Final = 3  # what must be left of a word without its ending; Bengali letters say more
MIN_STRIPPED_BENGALI: Final = 2
# "sneaker" may go on as "sneakers", not as a compound of twice its length.
MAX_GROWTH: Final = 1.8

_BENGALI: Final = re.compile("[\u0980-\u09ff]")
# The longer one first: what is left of it is the better guess.
_ENDINGS_BENGALI: Final = (
    *("গুলোর", "গুলো", "গুলা", "গুলি", "টার", "টির"),
    *("টাই", "টা", "টি", "য়ের", "ের", "তে", "কে", "র", "ে"),
)
_ENDINGS: Final = (
    "gulor",
    "gulo",
    "gula",
    "guli",
    "tar",
    "tir",
    "tai",
    "ta",
    "ti",
    "er",
    "te",
    "ke",
    "r",
    "e",
)

# Words of names that say nothing alone. "Double" does not mean the mosquito net, but helps to tell two sheets
# apart.
_WEAK: Final = words_of(
    """
    of for and a in the with to box set family little ones short single double printed print study shopping
    home homemade organic winter rural portable charger light bag dress kg g litre litres mah led girls boys
    bengal bengali bangla eid pure khati
    ঘরে তৈরি জন্য করা কেজি গ্রাম লিটার সেট ডাবল সিঙ্গেল ছোটদের বাড়ির বাজারের খাঁটি
    মেয়েদের ছেলেদের ঈদের বাংলা জামা ঘর শীতের
    """
)
# What looks like a word of a name and is nearly always something else: "book me a fan".
# So are everyday words that begin or sound like one: "pick it up" is no pickle, "moddhe" no honey (modhu).
_IGNORED: Final = words_of(
    """
    book booked booking chai i is it on no not order
    pick picked send comes those hand house slip paper facebook connect checkout checking blocked based codes
    packet package packing packed train sister thrice wrapping wrapped
    kotha kothar dhaka dhakar khulna moddhe modhe khali chara tahole khushi accha bhanga katen katbe
    বাতিল চার্জ পাওয়া পাওয়া ঢাকা ঢাকার মধ্যে সুন্দর চায় চায়
    """
)


@dataclass(frozen=True)
class _Index:
    """Which products each word names and how well, and how much a word that few of them have is worth."""

    products: tuple[Product, ...]
    words: Mapping[str, Mapping[int, float]]
    rarity: Mapping[str, float]


def rank_products(text: str, products: Sequence[Product]) -> list[Product]:
    """The products `text` may mean, best first; those that fit clearly worse than the best are left out."""
    named = [product for product in products if product.sku.casefold() in text.casefold()]
    if named:
        return named
    index = _index(tuple(products))
    scores, established = _score(list_words(text), index)
    best = max((scores[position] for position in established), default=0.0)
    fitting = [position for position in established if scores[position] >= best * _NEARLY]
    return [index.products[position] for position in sorted(fitting, key=lambda at: (-scores[at], at))]


def _score(said: Iterable[str], index: _Index) -> tuple[Mapping[int, float], set[int]]:
    """Points by product, and the products that a word which can stand alone has named."""
    scores: defaultdict[int, float] = defaultdict(float)
    established: set[int] = set()
    for word in dict.fromkeys(said):
        if word in _IGNORED:
            continue
        for position, (points, strong) in _points(word, index).items():
            scores[position] += points
            if strong:
                established.add(position)
    return scores, established


def _points(word: str, index: _Index) -> dict[int, tuple[float, bool]]:
    """What one word of the message is worth to each product it can name."""
    best: dict[int, tuple[float, bool]] = {}
    for known, quality in _matches(word, index.words):
        strong = not _is_weak(known)
        for position, weight in index.words[known].items():
            points = quality * weight * index.rarity[known]
            if points > best.get(position, (0.0, False))[0]:
                best[position] = (points, strong)
    return best


def _is_weak(word: str) -> bool:
    return word in _WEAK or any(char.isdigit() for char in word)


def _matches(word: str, known: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Words of the index that `word` may be: itself, without its ending, begun alike, or one letter off."""
    whole = [form for form in (word, *_without_endings(word)) if form in known]
    if whole:
        yield from ((form, _SAME) for form in whole)
        return
    alike = [other for other in known if _begins_alike(word, other)]
    if alike:
        yield from ((other, _BEGINS) for other in alike)
        return
    yield from ((other, _ONE_LETTER_OFF) for other in known if _is_one_letter_off(word, other))


def _without_endings(word: str) -> Iterator[str]:
    bengali = _BENGALI.search(word) is not None
    shortest = MIN_STRIPPED_BENGALI if bengali else MIN_STRIPPED
    for ending in _ENDINGS_BENGALI if bengali else _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            yield word.removesuffix(ending)


def _begins_alike(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return len(short) >= MIN_STEM and long.startswith(short) and len(long) <= len(short) * MAX_GROWTH


def _is_one_letter_off(word: str, other: str) -> bool:
    """One letter changed, missing, added, or two swapped; the first letter is the same."""
    if min(len(word), len(other)) < MIN_FUZZY or abs(len(word) - len(other)) > 1 or word[0] != other[0]:
        return False
    same = 0
    while same < min(len(word), len(other)) and word[same] == other[same]:
        same += 1
    rest, others_rest = word[same:], other[same:]
    return (
        rest[1:] == others_rest[1:]
        or rest[1:] == others_rest
        or rest == others_rest[1:]
        or (rest[1:2] + rest[:1] + rest[2:] == others_rest)
    )


@lru_cache(maxsize=2)  # the catalogue as it was read last; a change of price makes a new one
def _index(products: tuple[Product, ...]) -> _Index:
    words: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for position, product in enumerate(products):
        for word in spellings_of(f"{product.category} {product.category_bn}"):
            words[word][position] = _OF_CATEGORY
        for word in spellings_of(f"{product.name} {product.name_bn} {product.search_words}"):
            words[word][position] = 1.0
    rarity = {word: math.log(1 + len(products) / len(named)) for word, named in words.items()}
    return _Index(products, dict(words), rarity)
