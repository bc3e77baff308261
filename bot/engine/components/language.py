"""Which language, and which way of writing it, one message is in."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.grams import Block
from bot.engine.components.linear import LinearModel, fit_probability
from bot.engine.components.ngrams import NgramVectoriser
from bot.engine.components.patterns import read_patterns
from bot.engine.components.tags import language_of_example

logger = logging.getLogger(__name__)

LANGUAGE = "language"
"""Key of the parse data: "en", "bn", "bn-Latn", or "" when the message does not tell."""
ENGLISH, BENGALI, ROMANISED, UNCLEAR = "en", "bn", "bn-Latn", ""

_BENGALI_LETTER = re.compile("[\u0985-\u09b9\u09dc-\u09e1]")
_LATIN_WORD = re.compile(r"[a-z][a-z'\u00e0-\u024f]*")
_BLOCKS = (
    Block("words", "written", "word", 1, 2, weight=1.0, min_messages=2),
    Block("pieces", "written", "character", 1, 4, weight=1.0, min_messages=2),
)
_WINDOWS = (1, 2, 3)  # words; customers mix, so the model must judge fragments as short as these
_CUT_MESSAGES = 12_000  # are enough: all 70,000 took three times as long and told little more
_STRANGE_WORDS = 3  # so few words, none of them ever seen, are a name or an address


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Sets `language` in the parse data: script decides for Bengali, a character model for Latin letters.

    The model learns from the examples' language tags (see `importer`); without tags Latin letters stay "".
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`sure`: probability below which neither language is named; `strength`: scikit-learn's C."""
        return {"sure": 0.85, "strength": 10.0}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vectoriser: NgramVectoriser | None = None,
        model: LinearModel | None = None,
    ) -> None:
        """An identifier that knows scripts only, unless a model is given."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._vectoriser = vectoriser
        self._model = model
        self._neutral = frozenset(read_patterns("neutral_words")["words"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        """An untrained identifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageIdentifier:
        """The identifier as trained."""
        with model_storage.read_from(resource) as folder:
            if not any(folder.iterdir()):
                return cls(config, model_storage, resource)
            return cls(
                config, model_storage, resource, NgramVectoriser.read(folder), LinearModel.read(folder)
            )

    def train(self, training_data: TrainingData) -> Resource:
        """Learns to tell English from romanised Bengali by the tagged examples."""
        tagged = [
            (_latin_words(example), language_of_example(example)) for example in training_data.nlu_examples
        ]
        with self._model_storage.write_to(self._resource) as folder:
            if {ENGLISH, ROMANISED} <= {language for _, language in tagged}:
                vectoriser, model = self._fit(
                    [
                        (words, language == ROMANISED)
                        for words, language in tagged
                        if language in (ENGLISH, ROMANISED)
                    ]
                )
                vectoriser.save(folder)
                model.save(folder)
            else:
                logger.warning("No examples tagged en and bn-Latn: Latin letters will not be told apart.")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing: the language of examples is known and no later component learns from it."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the language to incoming messages."""
        for message in messages:
            message.set(LANGUAGE, self.identify(message), add_to_output=True)
        return messages

    def identify(self, message: Message) -> str:
        """The language of one tokenised message."""
        words = [token.text for token in message.get(TOKENS_NAMES[TEXT]) or []]
        bengali = sum(1 for word in words if _BENGALI_LETTER.search(word))
        latin = [word for word in words if _LATIN_WORD.fullmatch(word)]
        if bengali and bengali >= len([word for word in latin if word not in self._neutral]):
            return BENGALI
        return self._identify_latin(latin)

    def _identify_latin(self, words: Sequence[str]) -> str:
        telling = [word for word in words if word not in self._neutral]
        if self._model is None or self._vectoriser is None or not telling:
            return UNCLEAR
        if len(words) <= _STRANGE_WORDS and not any(self._vectoriser.knows(word) for word in telling):
            return UNCLEAR
        score = float(self._model.scores_of_row(*self._vectoriser.row(words))[0])
        romanised = 1 / (1 + math.exp(-score))
        if romanised >= self._config["sure"]:
            return ROMANISED
        return ENGLISH if 1 - romanised >= self._config["sure"] else UNCLEAR

    def _fit(self, tagged: list[tuple[list[str], bool]]) -> tuple[NgramVectoriser, LinearModel]:
        step = max(1, len(tagged) // _CUT_MESSAGES)
        some = tagged[::step]
        fragments = [(fragment, romanised) for words, romanised in some for fragment in _fragments(words)]
        vectoriser = NgramVectoriser(_BLOCKS)
        vectoriser.fit([words for words, _ in tagged])
        rows = vectoriser.transform(words for words, _ in fragments)
        labels = np.array([int(romanised) for _, romanised in fragments])
        return vectoriser, fit_probability(rows, labels, self._config["strength"])


def _latin_words(example: Message) -> list[str]:
    words = [token.text for token in example.get(TOKENS_NAMES[TEXT]) or []]
    return [word for word in words if _LATIN_WORD.fullmatch(word)]


def _fragments(words: list[str]) -> Iterator[list[str]]:
    """The message and the windows of a few words that it falls into, side by side."""
    if words:
        yield words
    for size in _WINDOWS:
        if size < len(words):
            yield from (words[start : start + size] for start in range(0, len(words) - size + 1, size))
