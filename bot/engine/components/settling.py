"""When a message's words say enough, so that nobody needs to read its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.engine.components.calibration import Scores, best_sharpness

_LEADS: Final = tuple(round(0.1 * step, 1) for step in range(3, 21))
_MOST_CHANGED = 0.015  # of the answers that reading the meaning would change; as many get worse as get better
_FEWEST = 100  # messages that must be settled before their confidences mean something


@dataclass(frozen=True)
class Settling:
    """`lead`: how far ahead of the others the best intent's score must be; `sharpness`: of such scores."""

    lead: float
    sharpness: float

    @classmethod
    def of(cls, by_words: Scores, together: Scores, labels: np.ndarray) -> Settling | None:
        """The least lead with which words may answer alone; None when no lead is enough.

        `by_words` and `together` are scores of messages that neither had seen, shape (messages, intents).
        """
        ahead, alone, changed = leads(by_words), by_words.argmax(axis=1), together.argmax(axis=1)
        for lead in _LEADS:
            settled = ahead >= lead
            if settled.sum() < _FEWEST:
                return None
            if (alone != changed)[settled].mean() <= _MOST_CHANGED:
                return cls(lead, best_sharpness([by_words[settled]], labels[settled])[0])
        return None

    def settled(self, by_words: Scores) -> np.ndarray:
        """Which messages their words settle."""
        return leads(by_words) >= self.lead

    def content(self) -> list[float]:
        """What `read` takes."""
        return [self.lead, self.sharpness]

    @classmethod
    def read(cls, content: Sequence[float] | None) -> Settling | None:
        """What `content` told."""
        return cls(*content) if content else None


def leads(scores: Scores) -> np.ndarray:
    """How far the best score of each row is ahead of the second best."""
    best = np.sort(scores, axis=1)[:, -2:]
    return np.asarray(best[:, 1] - best[:, 0])
