"""A linear model over sparse rows: trained with scikit-learn, kept and applied as two NumPy arrays."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from bot.engine.components.mapped import mapped_array, write_array

if TYPE_CHECKING:
    from sklearn.svm import LinearSVC

_WEIGHTS_FILE, _BIAS_FILE = "weights.npy", "bias.npy"
_TOLERANCE = 0.01  # a hundred times closer changes no answer and takes a third longer
_JOINT_TOLERANCE = 0.3  # likewise; this solver counts otherwise
_MOST_ITERATIONS = 3000  # more than any fold needed; scikit-learn warns when it is reached


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
    """Support vector machines, one a class against all the rest; `strength` is C.

    Labels are 0..n-1, all occur.
    """
    from sklearn.svm import LinearSVC  # only training needs scikit-learn

    machine = LinearSVC(C=strength, tol=_TOLERANCE, max_iter=_MOST_ITERATIONS, random_state=0)
    return _of_classes(machine.fit(rows, labels))


def fit_joint_margins(rows: csr_matrix, labels: np.ndarray, strength: float) -> LinearModel:
    """One support vector machine over all classes (Crammer and Singer 2001), in a third of the time.

    Alone it answers as well as `fit_margins`; together with the encoders a third of a point worse.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC  # only training needs scikit-learn

    # liblinear does not count this solver's iterations: what scikit-learn 1.1.3 reads there is any number.
    warnings.filterwarnings("ignore", "Liblinear failed to converge", ConvergenceWarning)
    machine = LinearSVC(
        multi_class="crammer_singer",
        C=strength,
        tol=_JOINT_TOLERANCE,
        max_iter=_MOST_ITERATIONS,
        random_state=0,
    )
    return _of_classes(machine.fit(rows, labels))


def fit_probability(rows: csr_matrix, labels: np.ndarray, strength: float) -> LinearModel:
    """Logistic regression for labels 0 and 1: the sigmoid of the single score is the probability of 1."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=strength,
        solver="liblinear",
        tol=_TOLERANCE,
        class_weight="balanced",
        max_iter=_MOST_ITERATIONS,
    )
    trained = model.fit(rows, labels)
    return _arrays(trained.coef_, trained.intercept_)


def _of_classes(trained: LinearSVC) -> LinearModel:
    """With one score a class; of two classes scikit-learn keeps the score of the second alone."""
    if len(trained.classes_) > 2:
        return _arrays(trained.coef_, trained.intercept_)
    return _arrays(np.vstack([-trained.coef_, trained.coef_]), np.outer([-1, 1], trained.intercept_).ravel())


def _arrays(coefficients: np.ndarray, intercepts: np.ndarray) -> LinearModel:
    """scikit-learn's arrays with one column per score."""
    return LinearModel(np.ascontiguousarray(coefficients.T, dtype=np.float32), intercepts.astype(np.float32))
