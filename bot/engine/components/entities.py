"""Entities found by patterns, grammar and word lists, in all three ways of writing: docs/entities.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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

from bot.engine.components.found import Found, overlaps_any
from bot.engine.components.listed_phrases import PRODUCT, ListedPhrases
from bot.engine.components.normaliser import normalised_text
from bot.engine.components.options import OPTION
from bot.engine.components.phrases import PhraseLexicon
from bot.engine.components.readings import Readings
from bot.engine.components.return_reasons import RETURN_REASON
from bot.engine.components.situation import Situation, situation_of
from bot.engine.components.text import NormalisedText, normalise
from bot.engine.components.tokenizer import Words

DAY = "day"
"""Key of a message's metadata: the ISO day it was written on, where that is not today."""

PRODUCT_SYNONYMS = "product/"
"""What the synonyms of the training data that name products begin with."""

_LEARNT_FILE = "learnt_phrases.json"
_LONGEST_LEARNT_PHRASE = 4  # words; a longer annotation describes one case and would never be met again
_LEAST_SHARE_OF_REASONS = 0.6  # "the charger" was annotated once, and stands in many other examples
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
        self._listed = ListedPhrases(Words().split)
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
            found = self.extract(
                normalised_text(message), tokens, self._day_of(message), situation_of(message)
            )
            entities = [_with_own_words(one, message.get(TEXT)) for one in found]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def extract(
        self, text: NormalisedText, tokens: list[Token], today: date, situation: Situation
    ) -> list[dict[str, Any]]:
        """Entities in Rasa's form, in the order of the text; None: what the customer wrote."""
        phrases = self._listed.find(text.text, tokens, situation)
        product_starts = [one.start for one in phrases if one.entity == PRODUCT]
        readings = self._readings.find(text.text, today, phrases, product_starts)
        # "kt 10234 no 2" picks nothing twice: what lies inside a number is that number
        phrases = [one for one in phrases if not overlaps_any(one, readings)]
        picked = list(self._listed.picked_by_whole_message(tokens))
        if picked:
            phrases = [one for one in phrases if one.entity != OPTION]
        ordered = sorted([*readings, *phrases, *picked], key=lambda found: (found.start, found.entity))
        return [self._as_rasa(found, text) for found in ordered]

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
        self._listed.learn(learnt.get(RETURN_REASON, ()), learnt.get(PRODUCT, ()))


def _with_own_words(entity: dict[str, Any], original: str) -> dict[str, Any]:
    if entity["value"] is not None:
        return entity
    return {**entity, "value": original[entity["start"] : entity["end"]]}


def _annotated_reasons(training_data: TrainingData) -> Iterator[tuple[str, str]]:
    """Phrases that are reasons in most of the examples they stand in."""
    words = Words()
    annotated = Counter(_reasons_of_examples(training_data, words))
    met = Counter[str]()
    lexicon = PhraseLexicon(words.split)
    for phrase, _ in annotated:
        lexicon.add(phrase, phrase)
    for example in training_data.intent_examples:
        tokens = [token.text for token in example.get(TOKENS_NAMES[TEXT]) or ()]
        met.update(found.value for found in lexicon.find(tokens))
    return (one for one, times in annotated.items() if times >= _LEAST_SHARE_OF_REASONS * met[one[0]])


def _reasons_of_examples(training_data: TrainingData, words: Words) -> Iterator[tuple[str, str]]:
    for example in training_data.entity_examples:
        for entity in example.get(ENTITIES, []):
            phrase = normalise(example.get(TEXT)[entity["start"] : entity["end"]]).text.rstrip("*")
            if entity["entity"] == RETURN_REASON and 0 < len(words.split(phrase)) <= _LONGEST_LEARNT_PHRASE:
                yield phrase, entity["value"]


def _product_names(training_data: TrainingData) -> Iterator[tuple[str, str]]:
    for name, key in training_data.entity_synonyms.items():
        if key.startswith(PRODUCT_SYNONYMS):
            yield name, key[len(PRODUCT_SYNONYMS) :]
