"""The training examples as the intent classifier reads them: arrays."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from bot.engine.components.calibration import Group
from bot.engine.components.hard_examples import JUDGES, WORD_MODEL, WORD_SCORES
from bot.engine.components.linear import LinearModel
from bot.engine.components.rows import dense_parts, dense_row, dense_rows_of_intents, sparse_rows
from bot.engine.components.tags import language_of_example


@dataclass(frozen=True)
class Lesson:
    """The examples as arrays; `dense` is None when no featurizer makes dense features.

    It holds those of the examples that are `read`. When `HardExampleMiner` has chosen them, `known` are other
    words' scores of them, `judges` says which of them judge and `word_model` is being fitted to all examples.
    """

    intents: tuple[str, ...]
    labels: np.ndarray
    groups: list[Group]
    sparse: csr_matrix
    read: np.ndarray
    dense: np.ndarray | None
    known: np.ndarray | None
    judges: np.ndarray
    word_model: Future[LinearModel] | None
    names: dict[str, np.ndarray]
    widths: tuple[int, ...]

    @classmethod
    def of(cls, examples: list[Message]) -> Lesson:
        """The arrays of examples that have an intent and a text.

        Raises ValueError when they all have the same intent.
        """
        intents = tuple(sorted({example.get(INTENT) for example in examples}))
        if len(intents) < 2:
            raise ValueError(
                "The training data must hold examples of at least two intents; add files to data/nlu."
            )
        number_of = {intent: number for number, intent in enumerate(intents)}
        dense = [dense_row(example) for example in examples]
        read = [example for example, row in zip(examples, dense, strict=True) if row is not None]
        known = [example.get(WORD_SCORES) for example in read]
        return cls(
            intents,
            np.array([number_of[example.get(INTENT)] for example in examples]),
            [(example.get(INTENT), language_of_example(example)) for example in examples],
            sparse_rows(examples),
            np.array([row is not None for row in dense]),
            np.stack([row for row in dense if row is not None]).astype(np.float32) if read else None,
            np.stack(known) if read and known[0] is not None else None,
            np.array([bool(example.get(JUDGES)) for example in read]),
            read[0].get(WORD_MODEL) if read else None,
            dense_rows_of_intents(examples) if read else {},
            tuple(len(part) for part in dense_parts(read[0])) if read else (),
        )
