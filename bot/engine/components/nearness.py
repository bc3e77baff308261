"""Scores intents by how near a message is to examples, in the space of the dense features.

Kernel ridge regression: every landmark (an example, or an intent's name) votes with weights that were fitted
together, its voice falling off with distance, which each encoder measures for itself. With more examples than
landmarks this is Nyström's method.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.engine.components.onnx_session import session_of

IN_EVERY_MODEL = -1
"""The fold of rows that no model leaves out."""
_FILE = "nearness.onnx"
_CHUNK = 2048  # rows whose distances to the landmarks are held at once
_STEADY = 1e-4  # keeps the equations solvable when two landmarks are the same sentence


@dataclass(frozen=True)
class NearnessSettings:
    """`reach`: how fast a voice falls off; `damping`: what an example may bend; `landmarks`: at most."""

    reach: float = 2.0
    damping: float = 0.05
    landmarks: int = 4000


@dataclass(frozen=True)
class NearnessModel:
    """`landmarks` of shape (landmarks, features), `votes` of shape (landmarks, classes).

    Rows consist of parts of length 1 with these `widths`.
    """

    landmarks: np.ndarray
    votes: np.ndarray
    reach: float
    widths: tuple[int, ...]

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Scores of messages, shape (messages, classes)."""
        return np.asarray(nearness(rows, self.landmarks, self.reach, self.widths) @ self.votes)

    def save(self, folder: Path) -> None:
        """Writes what `StoredNearness` reads."""
        from bot.engine.components.nearness_graph import build_graph  # only training makes graphs

        graph = build_graph(self.landmarks, self.votes, self.reach, self.widths)
        (folder / _FILE).write_bytes(graph)


class StoredNearness:
    """A model as it serves: its landmarks in 8 bits take a quarter of the memory and a tenth of the time."""

    def __init__(self, file: Path) -> None:
        """Reads the file."""
        self._session = session_of(file)

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Scores of messages, shape (messages, classes)."""
        return np.asarray(self._session.run(None, {"rows": rows.astype(np.float32, copy=False)})[0])

    @classmethod
    def read(cls, folder: Path) -> StoredNearness | None:
        """The model that was saved there, None if there is none."""
        return cls(folder / _FILE) if (folder / _FILE).exists() else None


def nearness(rows: np.ndarray, landmarks: np.ndarray, reach: float, widths: Sequence[int]) -> np.ndarray:
    """1 where row and landmark are the same, falling towards exp(-2 reach) where they are opposite."""
    edges = np.cumsum([0, *widths])
    parts = [slice(start, end) for start, end in pairwise(edges)]
    near = [np.exp(reach * (rows[:, part] @ landmarks[:, part].T - 1)) for part in parts]
    return np.asarray(sum(near) / len(near))


class NearnessFit:
    """The equations of all examples, kept by fold: a model without one fold costs one more solution."""

    def __init__(
        self,
        rows: np.ndarray,
        labels: np.ndarray,
        fold_of: np.ndarray,
        settings: NearnessSettings,
        widths: Sequence[int] = (),
    ) -> None:
        """Adds the equations up; `fold_of` is `IN_EVERY_MODEL` for the intents' names."""
        self._rows, self._labels, self._fold_of, self._settings = rows, labels, fold_of, settings
        self._widths = tuple(widths) or (rows.shape[1],)
        chosen = np.linspace(0, len(rows) - 1, min(len(rows), settings.landmarks)).round().astype(int)
        self._landmarks = rows[chosen]
        self._classes = int(labels.max()) + 1
        self._parts = {int(fold): self._equations(fold_of == fold) for fold in np.unique(fold_of)}

    def model(self) -> NearnessModel:
        """The model of all rows."""
        return self._solve(list(self._parts))

    def cross_validated_scores(self, folds: Sequence[int]) -> np.ndarray:
        """Scores of the rows of `folds`, each by a model without its own fold's votes; other rows stay 0."""
        scores = np.zeros((len(self._rows), self._classes))
        for fold in folds:
            inside = self._fold_of == fold
            scores[inside] = self._solve([part for part in self._parts if part != fold]).scores(
                self._rows[inside]
            )
        return scores[self._fold_of != IN_EVERY_MODEL]

    def _equations(self, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        size = len(self._landmarks)
        left, right = np.zeros((size, size)), np.zeros((size, self._classes))
        for rows, targets in self._chunks(inside):
            left += rows.T @ rows
            right += rows.T @ targets
        return left, right

    def _chunks(self, inside: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        rows, labels = self._rows[inside], self._labels[inside]
        for start in range(0, len(rows), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            targets = np.eye(self._classes)[labels[chunk]] - 1 / self._classes
            near = nearness(rows[chunk], self._landmarks, self._settings.reach, self._widths)
            yield near.astype(self._precision), targets.astype(self._precision)

    @property
    def _precision(self) -> type[np.floating]:
        """Few examples are fitted closely and need every digit; for many, speed matters more."""
        return np.float64 if len(self._rows) <= self._settings.landmarks else np.float32

    def _solve(self, parts: list[int]) -> NearnessModel:
        from scipy.linalg import solve  # only training needs it

        settings = self._settings
        between = nearness(self._landmarks, self._landmarks, settings.reach, self._widths).astype(np.float64)
        left = sum(self._parts[part][0] for part in parts) + settings.damping * between
        left[np.diag_indices_from(left)] += _STEADY
        votes = solve(left, sum(self._parts[part][1] for part in parts), assume_a="pos")
        return NearnessModel(self._landmarks, votes.astype(np.float32), settings.reach, self._widths)
