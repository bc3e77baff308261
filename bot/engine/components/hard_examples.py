"""Picks the training examples whose meaning is worth reading: those that their words do not settle.

Sentence encoders are what training spends its time on. An example that a model of words gets right by a wide
margin, without having seen it, teaches the reader of meanings next to nothing (hard example mining).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.engine.components.calibration import (
    Scores,
    large_groups,
    neighbour_folds,
)
from bot.engine.components.linear import LinearModel, fit_joint_margins, fit_margins
from bot.engine.components.rows import sparse_rows
from bot.engine.components.tags import language_of_example

WORD_SCORES: Final = "word_scores"
"""Set on examples that are worth reading: the intents' scores, in the order of their names, by a model of
words that has not seen the example."""
WORD_MODEL: Final = "word_model"
"""Set on the same examples: the model of words, a future that becomes a `LinearModel`; no judge taught it."""
JUDGES: Final = "judges_views"
"""Set on examples drawn by lot; they tell how much to believe each model."""
SETTLED: Final = "settled_by_words"
"""Set on examples whose meaning need not be read."""
_UNJUDGED: Final = -1  # the half of an intent's only example: each model needs it, so none can judge it
_HALVES: Final = 2  # more folds would know more words; on held-out messages that made no difference


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class HardExampleMiner(GraphComponent):
    """Marks examples before the encoders see them; does nothing with messages, nor with few examples.

    While those read, it fits the model of words that the classifier will use: the other core would be idle.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`most`: as many of the hardest are read; `judges`: drawn from all; `strength`: scikit-learn's C."""
        return {"most": 17_000, "judges": 1_500, "strength": 0.3}

    def __init__(self, config: dict[str, Any]) -> None:
        """A miner; it keeps nothing."""
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HardExampleMiner:
        """A miner."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Leaves messages as they are."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Marks every example with an intent when there are more than `most`."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if len(examples) > self._config["most"]:
            self._mark(examples)
        return training_data

    def _mark(self, examples: list[Message]) -> None:
        intents = sorted({example.get(INTENT) for example in examples})
        labels = np.array([intents.index(example.get(INTENT)) for example in examples])
        rows = sparse_rows(examples)
        judges = self._drawn(labels)
        scores = self._scores(examples, rows, labels)
        model = self._begin_to_fit(rows, labels, judges)
        alone = np.bincount(labels)[labels] == 1  # nothing judges an intent's only example, so it is read
        hardest = np.argsort(np.where(alone, -np.inf, margins(scores, labels)), kind="stable")
        unsettled = set(hardest[: self._config["most"]]) | set(judges)
        for number, example in enumerate(examples):
            if number in unsettled:
                example.set(WORD_SCORES, scores[number].astype(np.float32))
                example.set(WORD_MODEL, model)
            else:
                example.set(SETTLED, True)
        for number in judges:
            examples[number].set(JUDGES, True)

    def _drawn(self, labels: np.ndarray) -> np.ndarray:
        """Numbers of the judges; the first example of each intent is left to the models, which need one."""
        _, first = np.unique(labels, return_index=True)
        others = np.setdiff1d(np.arange(len(labels)), first)
        chance = np.random.default_rng(0)
        return chance.choice(others, min(self._config["judges"], len(others)), replace=False)

    def _scores(self, examples: list[Message], rows: csr_matrix, labels: np.ndarray) -> Scores:
        groups = [(example.get(INTENT), language_of_example(example)) for example in examples]
        fold_of = neighbour_folds(large_groups(groups, _HALVES), _HALVES)
        fold_of[np.bincount(labels)[labels] == 1] = _UNJUDGED
        halves = [fold_of == fold for fold in range(_HALVES)]
        scores = np.zeros((len(labels), int(labels.max()) + 1))
        for half in halves:  # one after the other: liblinear draws by lot from one source for all threads
            judge = fit_joint_margins(rows[~half], labels[~half], self._config["strength"])
            scores[half] = judge.scores(rows[half])
        return scores

    def _begin_to_fit(self, rows: csr_matrix, labels: np.ndarray, judges: np.ndarray) -> Future[LinearModel]:
        seen = np.ones(len(labels), dtype=bool)
        seen[judges] = False
        beside = ThreadPoolExecutor(1)  # scikit-learn lets go of the interpreter while it fits
        try:
            return beside.submit(fit_margins, rows[seen], labels[seen], self._config["strength"])
        finally:
            beside.shutdown(wait=False)


def margins(scores: Scores, labels: np.ndarray) -> np.ndarray:
    """By how much the right label's score is above the best other one; negative where it is not."""
    numbers = np.arange(len(labels))
    others = scores.copy()
    others[numbers, labels] = -np.inf
    return np.asarray(scores[numbers, labels] - others.max(axis=1))
