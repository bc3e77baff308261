"""In what steps the inputs of an encoder's matrices are rounded: measured on texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.engine.components.encoders.encoder import Tokenizer, make_encoder
from bot.engine.components.encoders.transformer import Range, build_measuring_graph
from bot.engine.components.encoders.weights import Weights

_TEXTS = 100  # twice as many change no range by a hundredth
_USUAL = 90  # per cent of the texts stay in range; the others' outliers are cut, for everybody's finer steps


def input_ranges(weights: Weights, tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, Range]:
    """What goes into each matrix lies between these two numbers, by the matrix's name."""
    graph, names = build_measuring_graph(weights)
    encoder = make_encoder(graph, tokenizer, weights.words, weights.positions)
    chosen = texts[:: max(1, len(texts) // _TEXTS)]
    measured = np.array([encoder.outputs(text) for text in chosen])
    least = np.percentile(measured[..., 0], 100 - _USUAL, axis=0)
    greatest = np.percentile(measured[..., 1], _USUAL, axis=0)
    return {name: (float(low), float(high)) for name, low, high in zip(names, least, greatest, strict=True)}
