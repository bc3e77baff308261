"""Scores intents with a small neural network over the dense features, where there are many examples.

One hidden layer. With tens of thousands of examples it knows more than kernel regression over landmarks and
asks for a tenth of its memory; with ten examples an intent kernel regression is better (`nearness`).
Two networks are asked together. One has not seen a part of the examples; what it makes of them calibrates the
confidences, so that no network is trained for that alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_FILE = "network.npz"
# Adam's usual figures: how long the mean gradient and the mean square are remembered, and a divisor's least.
_MEAN_MEMORY, _SQUARE_MEMORY, _LEAST = 0.9, 0.999, 1e-7
_GELU, _GELU_CUBE = float(np.sqrt(2 / np.pi)), 0.044715  # the usual approximation by a hyperbolic tangent


@dataclass(frozen=True)
class NetworkSettings:
    """`width`: of the hidden layer; `rounds`: how often every example is seen.

    `seen` and `kept`: the share of inputs and of hidden units that take part in one step. `trust`: what the
    scores of words are multiplied by where the network learns what to add to them.
    """

    width: int = 320
    rounds: int = 9
    batch: int = 256
    rate: float = 2e-3
    decay: float = 0.01
    seen: float = 0.8
    kept: float = 0.4
    trust: float = 2.0


@dataclass(frozen=True)
class NetworkModel:
    """Networks side by side: `hidden` of shape (features, units), `votes` of shape (units, classes)."""

    hidden: np.ndarray
    hidden_bias: np.ndarray
    votes: np.ndarray
    bias: np.ndarray

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Scores of messages, shape (messages, classes)."""
        bent, _ = _bent(rows @ self.hidden + self.hidden_bias)
        return np.asarray(bent @ self.votes + self.bias)

    def save(self, folder: Path) -> None:
        """Writes the arrays."""
        np.savez(folder / _FILE, **vars(self))

    @classmethod
    def read(cls, folder: Path) -> NetworkModel | None:
        """The model `save` wrote, None if there is none."""
        if not (folder / _FILE).exists():
            return None
        with np.load(folder / _FILE, allow_pickle=False) as arrays:
            return cls(**arrays)

    @classmethod
    def together(cls, models: Sequence[NetworkModel]) -> NetworkModel:
        """One model whose scores are the mean of theirs."""
        share = np.float32(1 / len(models))
        return cls(
            np.hstack([model.hidden for model in models]),
            np.concatenate([model.hidden_bias for model in models]),
            np.vstack([model.votes for model in models]) * share,
            np.asarray(sum(model.bias for model in models)) * share,
        )


class NetworkFit:
    """A network of all examples, and one that has not seen those of the judged folds."""

    def __init__(
        self,
        rows: np.ndarray,
        labels: np.ndarray,
        fold_of: np.ndarray,
        settings: NetworkSettings,
        judged: Sequence[int],
        known: np.ndarray | None = None,
    ) -> None:
        """Trains both, one a core. Rows whose fold is negative are in every network.

        `known`: scores of the rows by another view; the networks then learn what to add to them.
        """
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # only training needs it

        self._rows, self._fold_of = rows, fold_of
        everything, some = np.ones(len(rows), dtype=bool), ~np.isin(fold_of, judged)

        def fit(seen: np.ndarray) -> NetworkModel:
            return fit_network(
                rows[seen], labels[seen], settings, known=None if known is None else known[seen]
            )

        with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
            self._of_all, self._of_some = pool.map(fit, (everything, some))

    def model(self) -> NetworkModel:
        """Both together: two opinions are better than one."""
        return NetworkModel.together([self._of_all, self._of_some])

    def cross_validated_scores(self, judged: Sequence[int]) -> np.ndarray:
        """Scores of the rows of the judged folds by the network that has not seen them; other rows stay 0."""
        scores = np.zeros((len(self._rows), len(self._of_some.bias)))
        inside = np.isin(self._fold_of, judged)
        scores[inside] = self._of_some.scores(self._rows[inside])
        return scores[self._fold_of >= 0]


def fit_network(
    rows: np.ndarray, labels: np.ndarray, settings: NetworkSettings, *, known: np.ndarray | None = None
) -> NetworkModel:
    """A network trained on rows of shape (examples, features) whose labels are 0..n-1.

    `known`, shape (examples, classes): what another view says of them, if the network is to add to that.
    """
    chance = np.random.default_rng(0)
    scale = np.float32(np.sqrt(rows.shape[1] / 2))  # makes the usual entry about as large as 1
    training = _Training(chance, rows.shape[1], int(labels.max()) + 1, settings)
    batch = min(settings.batch, len(rows))
    steps = len(rows) // batch * settings.rounds
    for step, chosen in enumerate(_batches(chance, len(rows), batch, settings.rounds)):
        rate = settings.rate * (1 + np.cos(np.pi * step / steps)) / 2
        said = settings.trust * known[chosen] if known is not None else np.float32(0)
        training.step(rows[chosen] * scale, labels[chosen], rate, said)
    hidden, hidden_bias, votes, bias = training.weights
    return NetworkModel(hidden * scale, hidden_bias, votes, bias)


class _Training:
    """The weights and what Adam remembers of them."""

    def __init__(
        self, chance: np.random.Generator, features: int, classes: int, settings: NetworkSettings
    ) -> None:
        self._chance, self._settings = chance, settings
        self.weights = [
            _spread(chance, features, settings.width),
            np.zeros(settings.width, dtype=np.float32),
            _spread(chance, settings.width, classes),
            np.zeros(classes, dtype=np.float32),
        ]
        self._means = [np.zeros_like(weights) for weights in self.weights]
        self._squares = [np.zeros_like(weights) for weights in self.weights]
        self._spare = [np.empty_like(weights) for weights in self.weights]
        self._steps = 0

    def step(self, rows: np.ndarray, labels: np.ndarray, rate: float, said: np.ndarray | np.float32) -> None:
        """Moves the weights by one batch; `rows` may be written to, `said` is added to the scores."""
        self._drop(rows, self._settings.seen)
        hidden, hidden_bias, votes, bias = self.weights
        bent, slope = _bent(rows @ hidden + hidden_bias)
        slope *= self._drop(bent, self._settings.kept)
        errors = _likelihoods(bent @ votes + bias + said)
        errors[np.arange(len(labels)), labels] -= 1
        errors /= len(labels)
        back = (errors @ votes.T) * slope
        self._move([rows.T @ back, back.sum(axis=0), bent.T @ errors, errors.sum(axis=0)], rate)

    def _drop(self, values: np.ndarray, share: float) -> np.ndarray:
        """Leaves `share` of the values, enlarged; answers what each was multiplied by."""
        levels = self._chance.integers(0, 256, values.shape, dtype=np.uint8)  # quicker than fractions
        factors = (levels < round(256 * share)).astype(np.float32)
        factors *= np.float32(1 / share)
        values *= factors
        return factors

    def _move(self, gradients: Sequence[np.ndarray], rate: float) -> None:
        """One step of Adam with decoupled decay, written into arrays that exist: they are large."""
        self._steps += 1
        pace = np.float32(rate / (1 - _MEAN_MEMORY**self._steps))
        growth = np.float32(1 / np.sqrt(1 - _SQUARE_MEMORY**self._steps))
        stay = np.float32(1 - rate * self._settings.decay)
        arrays = zip(self.weights, self._means, self._squares, self._spare, gradients, strict=True)
        for weights, mean, square, spare, gradient in arrays:
            mean *= np.float32(_MEAN_MEMORY)
            mean += np.multiply(gradient, np.float32(1 - _MEAN_MEMORY), out=spare)
            square *= np.float32(_SQUARE_MEMORY)
            np.multiply(gradient, gradient, out=spare)
            spare *= np.float32(1 - _SQUARE_MEMORY)
            square += spare
            np.sqrt(square, out=spare)
            spare *= growth
            spare += np.float32(_LEAST)
            np.divide(mean, spare, out=spare)
            spare *= pace
            weights *= stay
            weights -= spare


def _batches(chance: np.random.Generator, count: int, batch: int, rounds: int) -> Iterator[np.ndarray]:
    for _ in range(rounds):
        order = chance.permutation(count)
        yield from (order[start : start + batch] for start in range(0, count - batch + 1, batch))


def _spread(chance: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """Weights to start from, after Glorot."""
    limit = np.sqrt(6 / (inputs + outputs))
    return chance.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def _bent(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """GELU, and its slope."""
    squares = values * values
    tanh = np.tanh(_GELU * values * (1 + _GELU_CUBE * squares))
    slope = 0.5 * (1 + tanh) + 0.5 * values * (1 - tanh * tanh) * _GELU * (1 + 3 * _GELU_CUBE * squares)
    return 0.5 * values * (1 + tanh), slope


def _likelihoods(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
