"""The sparse features of a message: n-grams of its words as written, folded and without vowels."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.engine.components.grams import Block
from bot.engine.components.ngrams import NgramVectoriser
from bot.engine.components.rows import with_entries
from bot.engine.components.words import ClassifierWords

# Pieces of words as written and without vowels do the work of the folded ones over again: beside the sentence
# encoders they changed nothing but the time (docs/decisions/understanding-linear.md).
DEFAULT_BLOCKS = (
    Block("words", "written", "word", 1, 1),
    Block("folded words", "folded", "word", 1, 2),
    Block("folded pieces", "folded", "character", 1, 4, weight=1.4, min_messages=2),
    Block("skeletons", "skeleton", "word", 1, 2),
    Block("concepts", "concept", "word", 1, 1),
    Block("concept phrases", "concept", "word", 2, 3, weight=0.7, min_messages=2),
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(GraphComponent):
    """Adds one sparse sentence feature per message, as any Rasa featurizer does.

    Whatever reads Rasa's sentence features can use it, and further featurizers can stand beside it.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """It counts the tokens of a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`blocks`: the kinds of n-gram (see `ngrams.Block`), chosen by cross-validation."""
        return {"blocks": [asdict(block) for block in DEFAULT_BLOCKS]}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        vectoriser: NgramVectoriser | None = None,
    ) -> None:
        """A featurizer that is untrained unless a vectoriser is given."""
        self._origin = config.get(FEATURIZER_CLASS_ALIAS) or name
        self._model_storage = model_storage
        self._resource = resource
        self._words = ClassifierWords()
        self._vectoriser = vectoriser or NgramVectoriser(Block(**block) for block in config["blocks"])
        self._empty = csr_matrix((1, self._vectoriser.size), dtype=np.float32)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        """An untrained featurizer."""
        return cls(config, execution_context.node_name or cls.__name__, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeaturizer:
        """The featurizer as trained."""
        with model_storage.read_from(resource) as folder:
            vectoriser = NgramVectoriser.read(folder)
        return cls(config, execution_context.node_name or cls.__name__, model_storage, resource, vectoriser)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the n-grams of the intent examples."""
        self._vectoriser.fit(
            [self._words.of(example) for example in _with_text(training_data) if example.get(INTENT)]
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._vectoriser.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the features to incoming messages."""
        for message in messages:
            indices, values = self._vectoriser.row(self._words.of(message))
            self._add(message, np.array(indices, dtype=np.int32), np.array(values, dtype=np.float32))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the features to the examples."""
        examples = _with_text(training_data)
        rows = self._vectoriser.transform(self._words.of(example) for example in examples)
        parts = rows.indptr[1:-1]
        indices = np.split(rows.indices.astype(np.int32), parts)
        for example, places, values in zip(examples, indices, np.split(rows.data, parts), strict=True):
            self._add(example, places, values)
        return training_data

    def _add(self, message: Message, indices: np.ndarray, values: np.ndarray) -> None:
        row = with_entries(self._empty, indices, values)
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._origin))


def _with_text(training_data: TrainingData) -> list[Message]:
    return [example for example in training_data.training_examples if example.get(TEXT)]
