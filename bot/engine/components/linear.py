"""A linear model over sparse rows: trained with scikit-learn, kept and applied as two NumPy arrays."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from bot.engine.components.mapped import mapped_array, write_array

_WEIGHTS_FILE, _BIAS_FILE = "weights.npy", "bias.npy"
_MARGIN_TOLERANCE = 0.3  # closer changes no answer and takes longer
_PROBABILITY_TOLERANCE = 0.01  # likewise
_MOST_ITERATIONS = 3000  # more than any fold needed


@dataclass(frozen=True)
class LinearModel:
    """`weights` of shape (features, classes), `bias` of shape (classes,)."""

    weights: np.ndarray
    bias: np.ndarray

    def scores_of_row(
        self, indices: Sequence[int] | np.ndarray, values: Sequence[float] | np.ndarray
    ) -> np.ndarray:
        """Scores of one message, shape (classes,)."""
        gathered = self.weights[np.asarray(indices, dtype=np.intp)]
        return np.asarray(np.asarray(values, dtype=np.float32) @ gathered + self.bias)

    def scores(self, rows: csr_matrix) -> np.ndarray:
        """Scores of many messages, shape (messages, classes)."""
        return np.asarray(rows @ self.weights + self.bias)

    def save(self, folder: Path) -> None:
        """Writes the arrays; half precision moves no confidence by a thousandth, and halves the file."""
        write_array(folder / _WEIGHTS_FILE, self.weights.astype(np.float16))
        write_array(folder / _BIAS_FILE, self.bias)

    @classmethod
    def read(cls, folder: Path) -> LinearModel:
        """The model `save` wrote."""
        return cls(mapped_array(folder / _WEIGHTS_FILE), np.array(mapped_array(folder / _BIAS_FILE)))


def fit_margins(rows: csr_matrix, labels: np.ndarray, strength: float) -> LinearModel:
    """A support vector machine over all classes together (Crammer and Singer 2001); `strength` is C.

    Labels are 0..n-1, all occur. One machine a class, each against all the rest, answers no better and takes
    three times as long.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC  # only training needs scikit-learn

    # liblinear does not count this solver's iterations: what scikit-learn 1.1.3 reads there is any number.
    warnings.filterwarnings("ignore", "Liblinear failed to converge", ConvergenceWarning)
    trained = LinearSVC(
        multi_class="crammer_singer",
        C=strength,
        tol=_MARGIN_TOLERANCE,
        max_iter=_MOST_ITERATIONS,
        random_state=0,
    ).fit(rows, labels)
    if (
        len(trained.classes_) == 2
    ):  # scikit-learn keeps one score then; everybody else counts on one per class
        return _arrays(
            np.vstack([-trained.coef_, trained.coef_]), np.outer([-1, 1], trained.intercept_).ravel()
        )
    return _arrays(trained.coef_, trained.intercept_)


def fit_probability(rows: csr_matrix, labels: np.ndarray, strength: float) -> LinearModel:
    """Logistic regression for labels 0 and 1: the sigmoid of the single score is the probability of 1."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=strength,
        solver="liblinear",
        tol=_PROBABILITY_TOLERANCE,
        class_weight="balanced",
        max_iter=_MOST_ITERATIONS,
    )
    trained = model.fit(rows, labels)
    return _arrays(trained.coef_, trained.intercept_)


def _arrays(coefficients: np.ndarray, intercepts: np.ndarray) -> LinearModel:
    """scikit-learn's arrays with one column per score."""
    return LinearModel(np.ascontiguousarray(coefficients.T, dtype=np.float32), intercepts.astype(np.float32))
