"""Turns a linear classifier's scores into confidences that mean what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.engine.components.linear import LinearModel

Scores = np.ndarray  # shape (messages, intents)
UNCALIBRATED_SHARPNESS = (
    4.0  # typical of the values found on a few thousand examples; used when there are too few
)
_SHARPNESS_BOUNDS = (0.05, 100.0)


def softmax(scores: Scores) -> Scores:
    """Confidences of each row, summing to 1."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def neighbour_folds(groups: Sequence[Hashable], folds: int) -> np.ndarray:
    """The fold of each example: consecutive stretches of each group's examples, in the order they stand in.

    Shuffled folds flatter: in the files the same idea stands next to itself in other words, and at the same
    place in another language's file. `groups` names each example's intent and language.
    """
    sizes = Counter(groups)
    seen: Counter[Hashable] = Counter()
    fold_of = np.zeros(len(groups), dtype=int)
    for index, group in enumerate(groups):
        fold_of[index] = seen[group] * folds // sizes[group]
        seen[group] += 1
    return fold_of


def cross_validated_scores(
    fit: Callable[[csr_matrix, np.ndarray], LinearModel],
    features: csr_matrix,
    labels: np.ndarray,
    fold_of: np.ndarray,
) -> Scores:
    """Scores of each message by a model trained without its fold; every fold must leave every label."""
    scores = np.zeros((len(labels), int(labels.max()) + 1), dtype=np.float64)
    for fold in np.unique(fold_of):
        inside = fold_of == fold
        scores[inside] = fit(features[~inside], labels[~inside]).scores(features[inside])
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
