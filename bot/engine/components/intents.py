"""An intent classifier with calibrated confidences: words and meaning judge apart and are added up."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.engine.components.calibration import (
    UNCALIBRATED_SHARPNESS,
    best_sharpness,
    cross_validated_scores,
    folds_to_judge,
    large_groups,
    neighbour_folds,
    softmax,
)
from bot.engine.components.lesson import Lesson
from bot.engine.components.linear import LinearModel, fit_margins
from bot.engine.components.nearness import (
    IN_EVERY_MODEL,
    NearnessFit,
    NearnessModel,
    NearnessSettings,
    StoredNearness,
)
from bot.engine.components.network import NetworkFit, NetworkModel, NetworkSettings
from bot.engine.components.rows import (
    dense_row,
    read_meanings,
    sparse_row,
)
from bot.engine.components.settling import Settling

logger = logging.getLogger(__name__)

_LABELS_FILE = "intents.json"
_JUDGES_FOLD = 0  # of the examples that were drawn to judge
Ranking = list[dict[str, Any]]
Meaning = NearnessModel | StoredNearness | NetworkModel
MeaningFit = NearnessFit | NetworkFit


@dataclass(frozen=True)
class TrainedIntents:
    """What training leaves; `sharpness` has a factor for each model's scores."""

    intents: tuple[str, ...]
    margins: LinearModel
    meaning: Meaning | None
    sharpness: tuple[float, ...]
    settling: Settling | None = None

    def rank(self, messages: Sequence[Message]) -> list[Ranking]:
        """Every intent for each, likeliest first; equally likely ones when a message says nothing at all."""
        confidences = softmax(self._scores(messages))
        orders = np.argsort(-confidences, kind="stable")
        return [
            [
                {INTENT_NAME_KEY: self.intents[index], PREDICTED_CONFIDENCE_KEY: float(row[index])}
                for index in order
            ]
            for row, order in zip(confidences, orders, strict=True)
        ]

    def _scores(self, messages: Sequence[Message]) -> np.ndarray:
        by_words = self._word_scores(messages)
        factors = np.full((len(messages), 1), self.sharpness[0])
        settled = np.zeros(len(messages), dtype=bool)
        if self.settling:
            settled = self.settling.settled(by_words)
            factors[settled] = self.settling.sharpness
        scores = by_words * factors
        if self.meaning is not None and not settled.all():
            self._add_meaning(scores, messages, np.flatnonzero(~settled))
        return scores

    def _word_scores(self, messages: Sequence[Message]) -> np.ndarray:
        scores = np.zeros((len(messages), len(self.intents)))
        for row, message in zip(scores, messages, strict=True):
            sparse = sparse_row(message)
            if sparse.nnz:
                row += self.margins.scores_of_row(sparse.indices, sparse.data)
        return scores

    def _add_meaning(self, scores: np.ndarray, messages: Sequence[Message], unsettled: np.ndarray) -> None:
        read_meanings([messages[number] for number in unsettled])
        dense = {number: dense_row(messages[number]) for number in unsettled}
        felt = {number: row for number, row in dense.items() if row is not None and row.any()}
        if self.meaning is not None and felt:
            scores[list(felt)] += self.meaning.scores(np.stack(list(felt.values()))) * self.sharpness[1]

    def save(self, folder: Path) -> None:
        """Writes names and arrays."""
        settling = self.settling.content() if self.settling else None
        content = {"intents": self.intents, "sharpness": self.sharpness, "settling": settling}
        (folder / _LABELS_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        self.margins.save(folder)
        if isinstance(self.meaning, NearnessModel | NetworkModel):
            self.meaning.save(folder)

    @classmethod
    def read(cls, folder: Path) -> TrainedIntents:
        """What `save` wrote."""
        content = json.loads((folder / _LABELS_FILE).read_text(encoding="utf-8"))
        return cls(
            tuple(content["intents"]),
            LinearModel.read(folder),
            NetworkModel.read(folder) or StoredNearness.read(folder),
            tuple(content["sharpness"]),
            Settling.read(content["settling"]),
        )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BlendedIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks every intent by two views of a message.

    Support vector machines read its words (sparse features); its meaning (dense features, when a featurizer
    makes them) is read by kernel regression, or by a neural network where there are more examples than
    landmarks. Cross-validation tells how much to believe each. With very many examples the network reads only
    those that `HardExampleMiner` chose, and learns what to add to what words say; a message whose words are
    clear enough is then not read at all (`Settling`).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength`: scikit-learn's C; `folds`: of the cross-validation.

        Where `HardExampleMiner` has chosen examples it fits the words, too, and both are its own matter.
        Others: `NearnessSettings` and `NetworkSettings`.
        """
        nearness = {"reach": 2.0, "damping": 0.05, "landmarks": 4000}
        return {"strength": 0.3, "folds": 5, **nearness, "width": 320, "rounds": 9}

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
    ) -> BlendedIntentClassifier:
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
    ) -> BlendedIntentClassifier:
        """The classifier as trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TrainedIntents.read(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits both models to all examples, and the confidences to a cross-validation on them."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._trained = self._fit(Lesson.of(examples))
        with self._model_storage.write_to(self._resource) as folder:
            self._trained.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `intent` and `intent_ranking` to incoming messages."""
        if self._trained is None:
            raise RuntimeError("The intent classifier is not trained; train the model again.")
        for message, ranking in zip(messages, self._trained.rank(messages), strict=True):
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _fit(self, lesson: Lesson) -> TrainedIntents:
        if lesson.known is None or lesson.word_model is None:
            return self._fit_all(lesson)
        return self._fit_chosen(lesson, lesson.known, lesson.word_model)

    def _fit_chosen(
        self, lesson: Lesson, known: np.ndarray, word_model: Future[LinearModel]
    ) -> TrainedIntents:
        """Of the examples that were chosen; those drawn by lot taught neither the words nor one network."""
        labels = lesson.labels[lesson.read]
        fold_of = np.where(lesson.judges, _JUDGES_FOLD, IN_EVERY_MODEL)
        meaning = self._fit_network(*_with_names(lesson, labels, fold_of), known)
        by_words = word_model.result().scores(lesson.sparse[lesson.read][lesson.judges])
        views = [by_words, meaning.cross_validated_scores([_JUDGES_FOLD])]
        sharpness = _sharpness(views, labels[lesson.judges])
        together = views[0] * sharpness[0] + views[1] * sharpness[1]
        settling = Settling.of(by_words, together, labels[lesson.judges])
        return TrainedIntents(lesson.intents, word_model.result(), meaning.model(), sharpness, settling)

    def _fit_all(self, lesson: Lesson) -> TrainedIntents:
        groups = large_groups(lesson.groups, self._config["folds"])
        folds = min(self._config["folds"], min(Counter(groups).values()))
        fold_of = neighbour_folds(groups, max(folds, 1))
        with ThreadPoolExecutor(2) as beside:  # scikit-learn lets go of the interpreter while it fits
            margins = beside.submit(self._fit_margins, lesson.sparse, lesson.labels)
            judged = beside.submit(self._judge_margins, lesson, fold_of) if folds > 1 else None
            meaning = self._fit_meaning(lesson, fold_of)
        return TrainedIntents(
            lesson.intents,
            margins.result(),
            meaning.model() if meaning else None,
            _judged_sharpness(judged.result(), meaning, lesson.labels, fold_of)
            if judged
            else _uncalibrated(meaning),
        )

    def _fit_margins(self, rows: csr_matrix, labels: np.ndarray) -> LinearModel:
        return fit_margins(rows, labels, self._config["strength"])

    def _fit_meaning(self, lesson: Lesson, fold_of: np.ndarray) -> MeaningFit | None:
        if lesson.dense is None:
            return None
        rows, labels, folds = _with_names(lesson, lesson.labels, fold_of)
        settings = NearnessSettings(*(self._config[key] for key in ("reach", "damping", "landmarks")))
        if len(rows) <= settings.landmarks or not fold_of.any():
            return NearnessFit(rows, labels, folds, settings, lesson.widths)
        return self._fit_network(rows, labels, folds)

    def _fit_network(
        self, rows: np.ndarray, labels: np.ndarray, fold_of: np.ndarray, known: np.ndarray | None = None
    ) -> NetworkFit:
        """`known` are scores of the first rows; of the others, the intents' names, words say nothing."""
        settings = NetworkSettings(self._config["width"], self._config["rounds"])
        if known is not None:
            said = np.zeros((len(rows), known.shape[1]), dtype=np.float32)
            said[: len(known)] = known
            known = said
        judged = folds_to_judge(fold_of[fold_of != IN_EVERY_MODEL])
        return NetworkFit(rows, labels, fold_of, settings, judged, known)

    def _judge_margins(self, lesson: Lesson, fold_of: np.ndarray) -> np.ndarray:
        folds = folds_to_judge(fold_of)
        return cross_validated_scores(self._fit_margins, lesson.sparse, lesson.labels, fold_of, folds)


def _with_names(
    lesson: Lesson, labels: np.ndarray, fold_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dense rows, labels and folds of the examples that were read, and of the intents' names."""
    named = [number for number, intent in enumerate(lesson.intents) if intent in lesson.names]
    names = [lesson.names[lesson.intents[number]] for number in named]
    rows = np.vstack([np.asarray(lesson.dense), *names]).astype(np.float32)
    folds = np.concatenate([fold_of, np.full(len(named), IN_EVERY_MODEL)])
    return rows, np.concatenate([labels, named]).astype(int), folds


def _judged_sharpness(
    by_words: np.ndarray, meaning: MeaningFit | None, labels: np.ndarray, fold_of: np.ndarray
) -> tuple[float, ...]:
    folds = folds_to_judge(fold_of)
    judged = np.isin(fold_of, folds)
    views = [by_words, *([meaning.cross_validated_scores(folds)] if meaning else [])]
    return _sharpness([view[judged] for view in views], labels[judged])


def _sharpness(views: Sequence[np.ndarray], labels: np.ndarray) -> tuple[float, ...]:
    sharpness = best_sharpness(views, labels)
    together = sum(view * factor for view, factor in zip(views, sharpness, strict=True))
    accuracy = float((np.asarray(together).argmax(axis=1) == labels).mean())
    logger.info("Intents: cross-validated accuracy %.3f, sharpness %s.", accuracy, sharpness)
    return tuple(sharpness)


def _uncalibrated(meaning: MeaningFit | None) -> tuple[float, ...]:
    logger.warning("An intent has a single example: confidences stay uncalibrated.")
    return (UNCALIBRATED_SHARPNESS,) * (2 if meaning else 1)
