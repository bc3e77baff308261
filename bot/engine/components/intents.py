"""A linear intent classifier with calibrated confidences."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack

from bot.engine.components.calibration import (
    UNCALIBRATED_SHARPNESS,
    best_sharpness,
    cross_validated_scores,
    neighbour_folds,
    softmax,
)
from bot.engine.components.linear import LinearModel, fit_margins
from bot.engine.components.tags import language_of_example

logger = logging.getLogger(__name__)

_LABELS_FILE = "intents.json"
Ranking = list[dict[str, Any]]
Group = tuple[str, str | None]  # intent and language


@dataclass(frozen=True)
class TrainedIntents:
    """What training leaves: the intents in the order of the model's columns, and how sharp its scores are."""

    intents: tuple[str, ...]
    model: LinearModel
    sharpness: float

    def rank(self, row: csr_matrix) -> Ranking:
        """Every intent, likeliest first; equally likely ones when the row says nothing at all."""
        scores = (
            self.model.scores_of_row(row.indices, row.data) * self.sharpness
            if row.nnz
            else np.zeros(len(self.intents))
        )
        confidences = softmax(scores)
        return [
            {INTENT_NAME_KEY: self.intents[index], PREDICTED_CONFIDENCE_KEY: float(confidences[index])}
            for index in np.argsort(-confidences, kind="stable")
        ]

    def save(self, folder: Path) -> None:
        """Writes names and arrays."""
        content = {"intents": self.intents, "sharpness": self.sharpness}
        (folder / _LABELS_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        self.model.save(folder)

    @classmethod
    def read(cls, folder: Path) -> TrainedIntents:
        """What `save` wrote."""
        content = json.loads((folder / _LABELS_FILE).read_text(encoding="utf-8"))
        return cls(tuple(content["intents"]), LinearModel.read(folder), content["sharpness"])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks every intent by one dot product over the sparse sentence features made before it."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength`: scikit-learn's C; `folds`: parts of the cross-validation that calibrates."""
        return {"strength": 0.3, "folds": 4}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        trained: TrainedIntents | None = None,
    ) -> None:
        """A classifier that is untrained unless it is given what training left."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._trained = trained

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """The classifier as trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TrainedIntents.read(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the weights to all examples, and the confidences to a cross-validation on them."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        intents = tuple(sorted({example.get(INTENT) for example in examples}))
        if len(intents) < 2:
            raise ValueError(
                "The training data must hold examples of at least two intents; add files to data/nlu."
            )
        number_of = {intent: number for number, intent in enumerate(intents)}
        labels = np.array([number_of[example.get(INTENT)] for example in examples])
        groups = [(example.get(INTENT), language_of_example(example)) for example in examples]
        rows = vstack([sentence_row(example) for example in examples]).tocsr()
        self._trained = TrainedIntents(
            intents, self._fit(rows, labels), self._calibrate(rows, labels, groups)
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._trained.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `intent` and `intent_ranking` to incoming messages."""
        if self._trained is None:
            raise RuntimeError("The intent classifier is not trained; train the model again.")
        for message in messages:
            ranking = self._trained.rank(sentence_row(message))
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _fit(self, rows: csr_matrix, labels: np.ndarray) -> LinearModel:
        return fit_margins(rows, labels, self._config["strength"])

    def _calibrate(self, rows: csr_matrix, labels: np.ndarray, groups: list[Group]) -> float:
        groups = _large_groups(groups, self._config["folds"])
        folds = min(self._config["folds"], min(Counter(groups).values()))
        if folds < 2:
            logger.warning("An intent has a single example: confidences stay uncalibrated.")
            return UNCALIBRATED_SHARPNESS
        scores = cross_validated_scores(self._fit, rows, labels, neighbour_folds(groups, folds))
        sharpness = best_sharpness(scores, labels)
        accuracy = float((scores.argmax(axis=1) == labels).mean())
        logger.info("Intents: cross-validated accuracy %.3f, sharpness %.2f.", accuracy, sharpness)
        return sharpness


def _large_groups(groups: list[Group], smallest: int) -> list[Group]:
    """The groups, except that an intent with few examples in one of its languages is a single group."""
    mixed = {intent for (intent, _), size in Counter(groups).items() if size < smallest}
    return [(intent, None if intent in mixed else language) for intent, language in groups]


def sentence_row(message: Message) -> csr_matrix:
    """The message's sparse sentence features of all featurizers, side by side; shape (1, features)."""
    rows = [
        features.features
        for features in message.features
        if features.attribute == TEXT and features.type == FEATURE_TYPE_SENTENCE and features.is_sparse()
    ]
    if not rows:
        raise ValueError(
            "The message has no sparse sentence features; put NgramFeaturizer before the classifier."
        )
    return rows[0] if len(rows) == 1 else hstack(rows, format="csr")
