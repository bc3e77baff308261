"""The encoders that config.yml can name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.engine.components.encoders.e5_package import read_e5
from bot.engine.components.encoders.encoder import Encoder, Tokenizer, make_encoder
from bot.engine.components.encoders.errors import EncoderUnknown
from bot.engine.components.encoders.minilm_package import read_minilm
from bot.engine.components.encoders.rounding import input_ranges
from bot.engine.components.encoders.transformer import build_graph
from bot.engine.components.encoders.weights import Weights


@dataclass(frozen=True)
class Source:
    """Where an encoder comes from, and which of its layers are looked at."""

    read: Callable[[], tuple[Weights, Tokenizer]]
    layers: tuple[int, ...]


# Layers by measurement (docs/decisions/understanding-embeddings.md): those below the last say more about
# what is wanted than the last alone, which was trained to find similar passages.
SOURCES = {"e5": Source(read_e5, (12, 11, 10, 9)), "minilm": Source(read_minilm, (6, 5, 4))}


def make(name: str, texts: Sequence[str]) -> Encoder:
    """The encoder of that name, from the weights in its package, rounding as suits these texts."""
    if name not in SOURCES:
        raise EncoderUnknown(f"{name}: {EncoderUnknown.__doc__} ({', '.join(sorted(SOURCES))})")
    weights, tokenizer = SOURCES[name].read()
    graph = build_graph(weights, SOURCES[name].layers, input_ranges(weights, tokenizer, texts))
    return make_encoder(graph, tokenizer, weights.words, weights.positions)
