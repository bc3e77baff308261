"""A message's sentence features as the classifier reads them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Protocol

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, hstack

_NO_LENGTH = 1e-9
_READERS = "readers"


class Reader(Protocol):
    """A featurizer that costs so much that it waits until somebody wants to know."""

    def read(self, messages: Sequence[Message]) -> None:
        """Adds its features to the messages."""


def wait_to_be_asked(reader: Reader, messages: Sequence[Message]) -> None:
    """Lets the reader be called when somebody wants to know what the messages mean."""
    for message in messages:
        message.set(_READERS, [*(message.get(_READERS) or []), reader])


def read_meanings(messages: Sequence[Message]) -> None:
    """Lets the readers that wait read the messages, which came through the same pipeline, all together."""
    for reader in (messages[0].get(_READERS) or []) if messages else []:
        reader.read(messages)
    for message in messages:
        message.set(_READERS, [])


def with_entries(empty: csr_matrix, indices: np.ndarray, values: np.ndarray) -> csr_matrix:
    """A row of `empty`'s shape, (1, width); indices and values are 32 bits wide.

    SciPy looks for mistakes in every matrix that it makes, which costs as much as counting does.
    """
    row = copy(empty)
    row.indices, row.data = indices, values
    row.indptr = np.array([0, len(indices)], dtype=np.int32)
    return row


def sparse_rows(messages: Sequence[Message]) -> csr_matrix:
    """Their sparse sentence features; shape (messages, features)."""
    rows = [sparse_row(message) for message in messages]
    ends = np.cumsum([0, *(row.nnz for row in rows)])
    entries = (
        np.concatenate([row.data for row in rows]),
        np.concatenate([row.indices for row in rows]),
        ends,
    )
    return csr_matrix(entries, shape=(len(rows), rows[0].shape[1]))


def sparse_row(message: Message) -> csr_matrix:
    """The sparse sentence features of all featurizers, side by side; shape (1, features)."""
    rows = [features.features for features in _sentence_features(message, TEXT) if features.is_sparse()]
    if not rows:
        raise ValueError(
            "The message has no sparse sentence features; put NgramFeaturizer before the classifier."
        )
    return rows[0] if len(rows) == 1 else hstack(rows, format="csr")


def dense_row(message: Message, attribute: str = TEXT) -> np.ndarray | None:
    """Each featurizer's dense sentence features at length 1, side by side; None without any.

    What a featurizer left at zero stays zero.
    """
    parts = dense_parts(message, attribute)
    return (
        np.concatenate([part / max(float(np.linalg.norm(part)), _NO_LENGTH) for part in parts])
        if parts
        else None
    )


def dense_parts(message: Message, attribute: str = TEXT) -> list[np.ndarray]:
    """The dense sentence features of each featurizer."""
    return [
        features.features[0] for features in _sentence_features(message, attribute) if features.is_dense()
    ]


def dense_rows_of_intents(examples: Sequence[Message]) -> dict[str, np.ndarray]:
    """What the featurizers made of the intents' names, of those that have it."""
    first = {example.get(INTENT): example for example in reversed(examples)}
    rows = {intent: dense_row(example, INTENT) for intent, example in first.items()}
    return {intent: row for intent, row in rows.items() if row is not None}


def _sentence_features(message: Message, attribute: str) -> list[Features]:
    return [
        features
        for features in message.features
        if features.attribute == attribute and features.type == FEATURE_TYPE_SENTENCE
    ]
