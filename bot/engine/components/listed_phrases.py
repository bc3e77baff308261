"""Entities that are lists of words: products, places, ways to pay, reasons, options, languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rasa.nlu.tokenizers.tokenizer import Token

from bot.engine.components import lexicons
from bot.engine.components.found import Found, overlaps_any
from bot.engine.components.phrases import FoundPhrase
from bot.engine.components.tokenizer import FROM, TO

CITY, AREA, LANGUAGE, OPTION, RETURN_REASON = "city", "area", "language", "option", "return_reason"
PRODUCT, PAYMENT_METHOD = "product", "payment_method"

_OPTION_VERBS_ALONE = 3  # words: "2 ta", "2 ta please" pick an option, a longer text with a 2 in it does not
_SHORT_ANSWER = 2  # words: "vul", "ভুল ছিল" answer "why?"; in longer texts much else is wrong
_VERB_WITHIN = 3  # words after a weak reason in which its verb stands: "deri kore asche"
_WORDS_BEFORE_REASON = 2  # "the card is not working"
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
        self._reasons = lexicons.reasons(split)
        self._lexicons = {
            CITY: lexicons.cities(split),
            AREA: lexicons.areas(split),
            LANGUAGE: lexicons.languages(split),
            OPTION: lexicons.options(split),
            PAYMENT_METHOD: lexicons.payment_methods(split),
        }
        self._products = lexicons.products(split, ())
        self._alone = lexicons.options_alone(split)
        self._numbered_areas = lexicons.numbered_areas()
        self._not_articles = lexicons.not_articles()
        self._weak_reasons = lexicons.weak_reasons(split)
        self._reason_verbs = lexicons.reason_verbs(split)
        self._weak_payment = lexicons.weak_payment_methods(split)
        self._payment_words = lexicons.payment_words(split)

    def learn(self, reasons: Iterable[tuple[str, str]], products: Iterable[tuple[str, str]]) -> None:
        """Take in (phrase, reason) and (name, key of the product) from the training data."""
        for phrase, reason in reasons:
            self._reasons.add(phrase, reason)
        self._products = lexicons.products(self._split, products)

    def find(self, text: str, tokens: Sequence[Token]) -> list[Found]:
        """All listed phrases of a message; a product's value is None: the words as written."""
        words = [token.text for token in tokens]
        products = _placed(PRODUCT, self._products.find(words), tokens)
        found = [
            phrase
            for entity, lexicon in self._lexicons.items()
            for phrase in _placed(entity, lexicon.find(words), tokens)
            if entity not in _WITHIN_PRODUCTS or not overlaps_any(phrase, products)
        ]
        found = [self._with_number(one, text) if one.entity == AREA else one for one in found]
        found = [_with_kind(one) for one in found]
        found += self._weakly_named(words, tokens, found)
        found += _placed(RETURN_REASON, self._reasons_in(words), tokens)
        return found + [replace(one, value=None, key=one.value) for one in products]

    def picked_by_whole_message(self, tokens: Sequence[Token]) -> Iterator[Found]:
        """The option that a message names which holds nothing else: "2", "2 ta"."""
        if len(tokens) <= _OPTION_VERBS_ALONE:
            value = self._alone.get(tuple(token.text for token in tokens if token.text not in ".!?,)("))
            if value is not None:
                yield Found(OPTION, tokens[0].get(FROM), tokens[-1].get(TO), value)

    def _reasons_in(self, words: list[str]) -> list[FoundPhrase]:
        """ "Wrong password" is no reason to send something back, "deri hobe keno" is a question."""
        found = self._reasons.find(words)
        for weak in self._weak_reasons.find(words):
            is_new = all(weak.end <= one.start or one.end <= weak.start for one in found)
            verbs = self._reason_verbs.find(words[weak.end : weak.end + _VERB_WITHIN])
            if is_new and (verbs or len(words) <= _SHORT_ANSWER):
                found.append(weak)
        return [one for one in found if not self._not_articles.intersection(_around(one, words))]

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


def _around(phrase: FoundPhrase, words: list[str]) -> list[str]:
    before = words[max(0, phrase.start - _WORDS_BEFORE_REASON) : phrase.start]
    return before + words[phrase.end : phrase.end + 1]


def _with_kind(found: Found) -> Found:
    """ "card/visa" is the value "card" of the kind "visa"."""
    if found.entity != PAYMENT_METHOD:
        return found
    value, _, kind = str(found.value).partition("/")
    return replace(found, value=value, key=kind or None)
