"""What every encoder is made of, whichever package it came from."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.engine.components.encoders.errors import EncoderMissing


@dataclass(frozen=True)
class Dense:
    """A matrix of shape (inputs, outputs) and what is added after it."""

    matrix: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Norm:
    """A layer normalisation's scale and shift."""

    scale: np.ndarray
    shift: np.ndarray


@dataclass(frozen=True)
class Layer:
    """One layer: attention (queries, keys and values side by side), then the feed-forward part."""

    attention: Dense
    attended: Dense
    attended_norm: Norm
    widened: Dense
    narrowed: Dense
    narrowed_norm: Norm


@dataclass(frozen=True)
class Weights:
    """An encoder as its package has it, with the vocabulary cut down to what our texts can hold."""

    heads: int
    epsilon: float
    words: np.ndarray
    positions: np.ndarray
    norm: Norm
    layers: tuple[Layer, ...]


def package_folder(package: str) -> Path:
    """Where an installed package's files are; the package itself is not imported."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EncoderMissing(f"{package}: {EncoderMissing.__doc__}")
    return Path(found.origin).parent
