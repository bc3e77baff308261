"""Entities that are lists of words: products, places, ways to pay, messengers, reasons, languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rasa.nlu.tokenizers.tokenizer import Token

from bot.engine.components import lexicons
from bot.engine.components.found import Found, overlaps_any
from bot.engine.components.options import OPTION, OptionFinder
from bot.engine.components.phrases import FoundPhrase
from bot.engine.components.return_reasons import RETURN_REASON, ReasonFinder
from bot.engine.components.situation import Situation
from bot.engine.components.tokenizer import FROM, TO

CITY, AREA, LANGUAGE = "city", "area", "language"
PRODUCT, PAYMENT_METHOD, MESSENGER = "product", "payment_method", "messenger"

_WITHIN_PRODUCTS = frozenset({CITY, LANGUAGE, AREA, PAYMENT_METHOD})  # "Tangail saree" is no place
_AREA_NUMBER = re.compile(
    r"[ ]?-?[ ]?(?P<digits>\d{1,2})(?![\d/.,-]*\d)"
    r"(?![ ]?(?:tk|taka|টাকা|ta(?![a-z])|টা|টি|din|দিন|days?|pcs|kg|%))"
)


class ListedPhrases:
    """Finds the listed phrases; products and more reasons are learnt at training."""

    def __init__(self, split: lexicons.Split) -> None:
        """Reads the lists."""
        self._split = split
        self._reasons = ReasonFinder(split)
        self._options = OptionFinder(split)
        self._lexicons = {
            CITY: lexicons.cities(split),
            AREA: lexicons.areas(split),
            LANGUAGE: lexicons.languages(split),
            PAYMENT_METHOD: lexicons.payment_methods(split),
            MESSENGER: lexicons.messengers(split),
        }
        self._products = lexicons.products(split, ())
        self._no_products = lexicons.no_products(split, ())
        self._numbered_areas = lexicons.numbered_areas()
        self._weak_payment = lexicons.weak_payment_methods(split)
        self._payment_words = lexicons.payment_words(split)

    def learn(self, reasons: Iterable[tuple[str, str]], products: Iterable[tuple[str, str]]) -> None:
        """Take in (phrase, reason) and (name, key of the product) from the training data."""
        self._reasons.learn(reasons)
        names = tuple(products)
        self._products = lexicons.products(self._split, names)
        self._no_products = lexicons.no_products(self._split, names)

    def find(self, text: str, tokens: Sequence[Token], situation: Situation) -> list[Found]:
        """All listed phrases of a message; a product's value is None: the words as written."""
        words = [token.text for token in tokens]
        products = _placed(PRODUCT, self._named_products(words), tokens)
        found = [
            phrase
            for entity, lexicon in self._lexicons.items()
            for phrase in _placed(entity, lexicon.find(words), tokens)
            if entity not in _WITHIN_PRODUCTS or not overlaps_any(phrase, products)
        ]
        found = [self._with_number(one, text) if one.entity == AREA else one for one in found]
        found = [_with_kind(one) for one in found]
        found += self._weakly_named(words, tokens, found)
        found += _placed(OPTION, self._options.find(words, situation), tokens)
        reason = self._reasons.find(words, situation)
        found += _placed(RETURN_REASON, [reason] if reason else [], tokens)
        return found + [replace(one, value=None, key=one.value) for one in products]

    def picked_by_whole_message(self, tokens: Sequence[Token]) -> Iterator[Found]:
        """The option that a message names which holds nothing else: "2", "2 ta"."""
        value = self._options.picked_by_whole_message([token.text for token in tokens])
        if value is not None:
            yield Found(OPTION, tokens[0].get(FROM), tokens[-1].get(TO), value)

    def _named_products(self, words: list[str]) -> list[FoundPhrase]:
        """Names, but for those inside words that mean something else: "book an order"."""
        others = self._no_products.find(words)
        return [
            one
            for one in self._products.find(words)
            if not any(other.start <= one.start and one.end <= other.end for other in others)
        ]

    def _with_number(self, area: Found, text: str) -> Found:
        match = _AREA_NUMBER.match(text, area.end) if area.value in self._numbered_areas else None
        if match is None:
            return area
        return replace(area, end=match.end(), value=f"{area.value} {int(match['digits'])}")

    def _weakly_named(self, words: list[str], tokens: Sequence[Token], found: list[Found]) -> list[Found]:
        """Upay is an everyday word: it names a way to pay only beside another one or a word of paying."""
        named = _placed(PAYMENT_METHOD, self._weak_payment.find(words), tokens)
        if not named:
            return []
        is_about_paying = any(one.entity == PAYMENT_METHOD for one in found) or self._payment_words.find(
            words
        )
        return [one for one in named if is_about_paying and not overlaps_any(one, found)]


def _placed(entity: str, phrases: Iterable[FoundPhrase], tokens: Sequence[Token]) -> list[Found]:
    return [
        Found(entity, tokens[one.start].get(FROM), tokens[one.end - 1].get(TO), one.value) for one in phrases
    ]


def _with_kind(found: Found) -> Found:
    """ "card/visa" is the value "card" of the kind "visa"."""
    if found.entity != PAYMENT_METHOD:
        return found
    value, _, kind = str(found.value).partition("/")
    return replace(found, value=value, key=kind or None)
