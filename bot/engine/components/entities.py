"""Entities found by patterns, grammar and word lists, in all three ways of writing: docs/entities.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components import lexicons
from bot.engine.components.found import Found, overlaps_any
from bot.engine.components.normaliser import normalised_text
from bot.engine.components.phrases import FoundPhrase, PhraseLexicon
from bot.engine.components.readings import Readings
from bot.engine.components.text import NormalisedText
from bot.engine.components.tokenizer import FROM, TO, Words

CITY, AREA, LANGUAGE, OPTION, RETURN_REASON = "city", "area", "language", "option", "return_reason"
PRODUCT, PAYMENT_METHOD = "product", "payment_method"
DAY = "day"
"""Key of a message's metadata: the ISO day it was written on, where that is not today."""

PRODUCT_SYNONYMS = "product/"
"""What the synonyms of the training data that name products begin with."""

_LEARNT_FILE = "learnt_phrases.json"
_LONGEST_LEARNT_PHRASE = 4  # words; a longer annotation describes one case and would never be met again
_OPTION_VERBS_ALONE = 3  # words: "2 ta", "2 ta please" pick an option, a longer text with a 2 in it does not
_AREA_NUMBER = re.compile(
    r"[ ]?-?[ ]?(?P<digits>\d{1,2})(?![\d/.,-]*\d)"
    r"(?![ ]?(?:tk|taka|টাকা|ta(?![a-z])|টা|টি|din|দিন|days?|pcs|kg|%))"
)
_WORDS_BEFORE_REASON = 2  # "the card is not working"
_WITHIN_PRODUCTS = frozenset({CITY, LANGUAGE, AREA, PAYMENT_METHOD})  # "Tangail saree" is no place
_MANY_WORDS = (
    400  # beyond these a story of 4,000 characters holds nothing new; the same as for the classifiers
)

Learnt = Mapping[str, Iterable[tuple[str, str]]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PatternEntityExtractor(GraphComponent):
    """Every entity of docs/entities.md, with its place in the original text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The name entities carry as their extractor, and the shop's clock for "today"."""
        return {"extractor_name": "PatternEntityExtractor", "utc_offset_hours": 6}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, learnt: Learnt
    ) -> None:
        """Compiles the patterns; `learnt` are (phrase, meaning) from the training data, by entity."""
        self._name = config["extractor_name"]
        self._clock = timezone(timedelta(hours=float(config["utc_offset_hours"])))
        self._model_storage = model_storage
        self._resource = resource
        self._readings = Readings()
        split = Words().split
        self._lexicons = {
            CITY: lexicons.cities(split),
            AREA: lexicons.areas(split),
            LANGUAGE: lexicons.languages(split),
            OPTION: lexicons.options(split),
            RETURN_REASON: lexicons.reasons(split),
            PAYMENT_METHOD: lexicons.payment_methods(split),
        }
        self._split = split
        self._not_articles = lexicons.not_articles()
        self._alone = lexicons.options_alone(split)
        self._numbered_areas = lexicons.numbered_areas()
        self._weak_payment = lexicons.weak_payment_methods(split)
        self._payment_words = lexicons.payment_words(split)
        self._learn(learnt)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PatternEntityExtractor:
        """An extractor that knows the patterns and has learnt nothing yet."""
        return cls(config, model_storage, resource, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PatternEntityExtractor:
        """The extractor with what it learnt from the training data."""
        with model_storage.read_from(resource) as folder:
            learnt = json.loads((folder / _LEARNT_FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, learnt)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the names of products and the phrases annotated as return reasons."""
        learnt = {
            RETURN_REASON: sorted(set(_annotated_reasons(training_data))),
            PRODUCT: sorted(set(_product_names(training_data))),
        }
        self._learn(learnt)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _LEARNT_FILE).write_text(json.dumps(learnt, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities to incoming messages."""
        for message in messages:
            tokens = (message.get(TOKENS_NAMES[TEXT]) or [])[:_MANY_WORDS]
            found = self.extract(normalised_text(message), tokens, self._day_of(message))
            entities = [_with_own_words(one, message.get(TEXT)) for one in found]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def extract(self, text: NormalisedText, tokens: list[Token], today: date) -> list[dict[str, Any]]:
        """Entities in Rasa's form, in the order of the text; None: what the customer wrote."""
        words = [token.text for token in tokens]
        phrases = self._phrases(text.text, words, tokens)
        product_starts = [one.start for one in phrases if one.entity == PRODUCT]
        readings = self._readings.find(text.text, today, phrases, product_starts)
        # "kt 10234 no 2" picks nothing twice: what lies inside a number is that number
        phrases = [one for one in phrases if not overlaps_any(one, readings)]
        picked = list(self._picked_by_whole_message(words, tokens))
        if picked:
            phrases = [one for one in phrases if one.entity != OPTION]
        ordered = sorted([*readings, *phrases, *picked], key=lambda found: (found.start, found.entity))
        return [self._as_rasa(found, text) for found in ordered]

    def _phrases(self, text: str, words: list[str], tokens: list[Token]) -> list[Found]:
        products = _placed(PRODUCT, self._products.find(words), tokens)
        found = [
            phrase
            for entity, lexicon in self._lexicons.items()
            for phrase in _placed(entity, self._sifted(entity, lexicon.find(words), words), tokens)
            if entity not in _WITHIN_PRODUCTS or not overlaps_any(phrase, products)
        ]
        found = [self._with_number(one, text) if one.entity == AREA else one for one in found]
        products = [replace(one, value=None, key=one.value) for one in products]
        return [_with_kind(one) for one in found] + products + self._weakly_named(words, tokens, found)

    def _sifted(self, entity: str, phrases: list[FoundPhrase], words: list[str]) -> list[FoundPhrase]:
        """ "Wrong password" is no reason to send something back."""
        if entity != RETURN_REASON:
            return phrases
        return [one for one in phrases if not self._not_articles.intersection(_around(one, words))]

    def _with_number(self, area: Found, text: str) -> Found:
        match = _AREA_NUMBER.match(text, area.end) if area.value in self._numbered_areas else None
        if match is None:
            return area
        return replace(area, end=match.end(), value=f"{area.value} {int(match['digits'])}")

    def _weakly_named(self, words: list[str], tokens: list[Token], found: list[Found]) -> list[Found]:
        """Upay is an everyday word: it names a way to pay only beside another one or a word of paying."""
        named = _placed(PAYMENT_METHOD, self._weak_payment.find(words), tokens)
        if not named:
            return []
        is_about_paying = any(one.entity == PAYMENT_METHOD for one in found) or self._payment_words.find(
            words
        )
        return [one for one in named if is_about_paying and not overlaps_any(one, found)]

    def _picked_by_whole_message(self, words: list[str], tokens: list[Token]) -> Iterator[Found]:
        if len(words) <= _OPTION_VERBS_ALONE:
            value = self._alone.get(tuple(word for word in words if word not in ".!?,)("))
            if value is not None:
                yield Found(OPTION, tokens[0].get(FROM), tokens[-1].get(TO), value)

    def _day_of(self, message: Message) -> date:
        try:
            return date.fromisoformat(message.get(METADATA)[DAY])
        except (TypeError, KeyError, ValueError):
            return datetime.now(self._clock).date()

    def _as_rasa(self, found: Found, text: NormalisedText) -> dict[str, Any]:
        start, end = text.span_in_original(found.start, found.end)
        entity = {
            "entity": found.entity,
            "start": start,
            "end": end,
            "value": found.value,
            "extractor": self._name,
        }
        return entity if found.key is None else {**entity, "key": found.key}

    def _learn(self, learnt: Learnt) -> None:
        for phrase, reason in learnt.get(RETURN_REASON, ()):
            self._lexicons[RETURN_REASON].add(phrase, reason)
        self._products: PhraseLexicon = lexicons.products(self._split, learnt.get(PRODUCT, ()))


def _with_own_words(entity: dict[str, Any], original: str) -> dict[str, Any]:
    if entity["value"] is not None:
        return entity
    return {**entity, "value": original[entity["start"] : entity["end"]]}


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


def _annotated_reasons(training_data: TrainingData) -> Iterator[tuple[str, str]]:
    words = Words()
    for example in training_data.entity_examples:
        for entity in example.get(ENTITIES, []):
            phrase = example.get(TEXT)[entity["start"] : entity["end"]]
            if entity["entity"] == RETURN_REASON and 0 < len(words.split(phrase)) <= _LONGEST_LEARNT_PHRASE:
                yield phrase.rstrip("*"), entity["value"]


def _product_names(training_data: TrainingData) -> Iterator[tuple[str, str]]:
    for name, key in training_data.entity_synonyms.items():
        if key.startswith(PRODUCT_SYNONYMS):
            yield name, key[len(PRODUCT_SYNONYMS) :]
