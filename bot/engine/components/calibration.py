"""Turns a linear classifier's scores into confidences that mean what they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix

from bot.engine.components.linear import LinearModel

Scores = np.ndarray  # shape (messages, intents)
UNCALIBRATED_SHARPNESS = (
    4.0  # typical of the values found on a few thousand examples; used when there are too few
)
_SHARPNESS_BOUNDS = (0.05, 100.0)
_SEED = 20  # the folds, and so the model, are the same each time


def softmax(scores: Scores) -> Scores:
    """Confidences of each row, summing to 1."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def cross_validated_scores(
    fit: Callable[[csr_matrix, np.ndarray], LinearModel],
    features: csr_matrix,
    labels: np.ndarray,
    folds: int,
) -> Scores:
    """Scores of each message by a model that `fit` trained without it."""
    from sklearn.model_selection import StratifiedKFold  # only training needs scikit-learn

    scores = np.zeros((len(labels), int(labels.max()) + 1), dtype=np.float64)
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=_SEED).split(features, labels):
        scores[test] = fit(features[train], labels[train]).scores(features[test])
    return scores


def best_sharpness(scores: Scores, labels: np.ndarray) -> float:
    """The factor on the scores under which the right answers are likeliest (inverse softmax temperature)."""
    from scipy.optimize import minimize_scalar

    def surprise(log_sharpness: float) -> float:
        likelihood = softmax(scores * np.exp(log_sharpness))[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(likelihood, 1e-12)).mean())

    bounds = tuple(np.log(_SHARPNESS_BOUNDS))
    return float(np.exp(minimize_scalar(surprise, bounds=bounds, method="bounded").x))


def calibration_error(confidences: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error: how far confidence and accuracy differ, averaged over equal-width bins."""
    if not len(confidences):
        return 0.0
    bin_of = np.minimum((confidences * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = bin_of == number
        if inside.any():
            error += inside.mean() * abs(confidences[inside].mean() - right[inside].mean())
    return float(error)
