"""Turns a linear classifier's scores into confidences that mean what they say."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_matrix

from bot.engine.components.linear import LinearModel

Scores = np.ndarray  # shape (messages, intents)
Group = tuple[str, str | None]  # an example's intent and language
UNCALIBRATED_SHARPNESS = (
    4.0  # typical of the values found on a few thousand examples; used when there are too few
)
ENOUGH_ROWS = 4000  # judged by a model that has not seen them: plenty to find two factors
_SHARPNESS_BOUNDS = (0.05, 200.0)


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


def large_groups(groups: Sequence[Group], smallest: int) -> list[Group]:
    """The groups, except that an intent with few examples in one of its languages is a single group."""
    mixed = {intent for (intent, _), size in Counter(groups).items() if size < smallest}
    return [(intent, None if intent in mixed else language) for intent, language in groups]


def cross_validated_scores(
    fit: Callable[[csr_matrix, np.ndarray], LinearModel],
    features: csr_matrix,
    labels: np.ndarray,
    fold_of: np.ndarray,
    folds: Sequence[int],
) -> Scores:
    """Scores of the messages of `folds`, each by a model trained without its own fold; the other rows stay 0.

    Every fold must leave every label.
    """
    scores = np.zeros((len(labels), int(labels.max()) + 1), dtype=np.float64)

    def judge(fold: int) -> None:
        inside = fold_of == fold
        scores[inside] = fit(features[~inside], labels[~inside]).scores(features[inside])

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # scikit-learn lets go of the interpreter while it fits
        list(pool.map(judge, folds))
    return scores


def folds_to_judge(fold_of: np.ndarray) -> list[int]:
    """The first folds that hold `ENOUGH_ROWS`; all of them when there are fewer."""
    folds, sizes = np.unique(fold_of, return_counts=True)
    needed = int(np.searchsorted(np.cumsum(sizes), ENOUGH_ROWS)) + 1
    return [int(fold) for fold in folds[:needed]]


def best_sharpness(views: Sequence[Scores], labels: np.ndarray) -> list[float]:
    """A factor for each view's scores under which, added up, the right answers are likeliest.

    For one view this is the inverse temperature of the softmax; for several it also says whom to believe.
    """
    from scipy.optimize import minimize

    centred = [scores - scores.mean(axis=1, keepdims=True) for scores in views]

    def surprise(logs: np.ndarray) -> float:
        scores = sum(view * np.exp(log) for view, log in zip(centred, logs, strict=True))
        likelihood = softmax(np.asarray(scores))[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(likelihood, 1e-12)).mean())

    start = np.full(len(views), np.log(UNCALIBRATED_SHARPNESS))
    bounds = [tuple(np.log(_SHARPNESS_BOUNDS))] * len(views)
    found = minimize(
        surprise, start, bounds=bounds, method="Nelder-Mead", options={"xatol": 0.01, "fatol": 1e-5}
    )
    return [float(factor) for factor in np.exp(found.x)]


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
