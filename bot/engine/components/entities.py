"""Entities found by patterns and word lists, in all three ways of writing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.normaliser import normalised_text
from bot.engine.components.numbers import Found, NumberPatterns
from bot.engine.components.patterns import read_patterns
from bot.engine.components.phrases import NOTHING, PhraseLexicon
from bot.engine.components.romanise import fold
from bot.engine.components.text import NormalisedText
from bot.engine.components.tokenizer import FROM, TO, Words

CITY, LANGUAGE, OPTION, RETURN_REASON = "city", "language", "option", "return_reason"
_LEARNT_FILE = "return_reasons.json"
_LONGEST_LEARNT_PHRASE = 4  # words; a longer annotation describes one case and would never be met again
_OPTION_VERBS_ALONE = 3  # words: "2 ta", "2 ta please" pick an option, a longer text with a 2 in it does not


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PatternEntityExtractor(GraphComponent):
    """order_number, phone, postcode, city, option, language and return_reason, placed in the original."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """All that may be set: the name entities carry as their extractor."""
        return {"extractor_name": "PatternEntityExtractor"}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learnt: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Compiles the patterns; `learnt` are (phrase, return reason) from annotated examples."""
        self._name = config["extractor_name"]
        self._model_storage = model_storage
        self._resource = resource
        self._numbers = NumberPatterns()
        split = Words().split
        self._reasons = _reasons(split)
        self._lexicons = {
            CITY: _cities(split),
            LANGUAGE: _languages(split),
            OPTION: _options(split),
            RETURN_REASON: self._reasons,
        }
        self._alone = {
            tuple(split(str(phrase))): value
            for value, phrases in read_patterns("options")["alone"].items()
            for phrase in phrases
        }
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
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PatternEntityExtractor:
        """The extractor with what it learnt from annotated examples."""
        with model_storage.read_from(resource) as folder:
            learnt = json.loads((folder / _LEARNT_FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, [(phrase, reason) for phrase, reason in learnt])

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the phrases annotated as return reasons."""
        learnt = sorted(set(_annotated_reasons(training_data)))
        self._learn(learnt)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _LEARNT_FILE).write_text(json.dumps(learnt, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities to incoming messages."""
        for message in messages:
            found = self.extract(normalised_text(message), message.get(TOKENS_NAMES[TEXT]) or [])
            entities = message.get(ENTITIES, []) + found
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def extract(self, text: NormalisedText, tokens: list[Token]) -> list[dict[str, Any]]:
        """Entities in Rasa's form, in the order of the text."""
        numbers = self._numbers.find(text.text)
        words = [token.text for token in tokens]
        phrases = [found for entity in self._lexicons for found in self._find_phrases(entity, words, tokens)]
        # "kt 10234 no 2" picks nothing twice: what lies inside a number is that number
        phrases = [found for found in phrases if not _overlaps_any(found, numbers)]
        numbers += self._postcodes_after_cities(text.text, phrases, numbers)
        ordered = sorted([*numbers, *phrases], key=lambda found: (found.start, found.entity))
        return [self._as_rasa(found, text) for found in ordered]

    def _find_phrases(self, entity: str, words: list[str], tokens: list[Token]) -> Iterator[Found]:
        if entity == OPTION and len(words) <= _OPTION_VERBS_ALONE:
            value = self._alone.get(tuple(word for word in words if word not in ".!?,)("))
            if value is not None:
                yield Found(OPTION, tokens[0].get(FROM), tokens[-1].get(TO), str(value))
                return
        for found in self._lexicons[entity].find(words):
            yield Found(entity, tokens[found.start].get(FROM), tokens[found.end - 1].get(TO), found.value)

    def _postcodes_after_cities(self, text: str, phrases: list[Found], taken: list[Found]) -> list[Found]:
        candidates = (
            self._numbers.find_postcode_after(text, city.end) for city in phrases if city.entity == CITY
        )
        return [found for found in candidates if found and not _overlaps_any(found, taken)]

    def _as_rasa(self, found: Found, text: NormalisedText) -> dict[str, Any]:
        start, end = text.span_in_original(found.start, found.end)
        return {
            "entity": found.entity,
            "start": start,
            "end": end,
            "value": found.value,
            "extractor": self._name,
        }

    def _learn(self, learnt: Iterable[tuple[str, str]]) -> None:
        for phrase, reason in learnt:
            self._reasons.add(phrase, reason)


def _overlaps_any(found: Found, others: Iterable[Found]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in others)


def _annotated_reasons(training_data: TrainingData) -> Iterator[tuple[str, str]]:
    words = Words()
    for example in training_data.entity_examples:
        for entity in example.get(ENTITIES, []):
            phrase = example.get(TEXT)[entity["start"] : entity["end"]]
            if entity["entity"] == RETURN_REASON and 0 < len(words.split(phrase)) <= _LONGEST_LEARNT_PHRASE:
                yield phrase.rstrip("*"), entity["value"]


def _cities(split: Any) -> PhraseLexicon:
    data = read_patterns("cities")
    lexicon = PhraseLexicon(split)
    lexicon.add_all(data["cities"], data["endings"])
    return lexicon


def _languages(split: Any) -> PhraseLexicon:
    data = read_patterns("languages")
    lexicon = PhraseLexicon(split)
    lexicon.add_all(data["phrases"], data["endings"])
    return lexicon


def _options(split: Any) -> PhraseLexicon:
    return _with_exceptions(PhraseLexicon(split), read_patterns("options"))


def _reasons(split: Any) -> PhraseLexicon:
    return _with_exceptions(PhraseLexicon(split, view=fold), read_patterns("return_reasons"))


def _with_exceptions(lexicon: PhraseLexicon, data: dict[str, Any]) -> PhraseLexicon:
    for phrase in data["nothing"]:
        lexicon.add(phrase, NOTHING)
    lexicon.add_all(data["phrases"])
    return lexicon
