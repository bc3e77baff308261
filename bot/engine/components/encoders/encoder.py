"""Turns texts into vectors with ONNX Runtime; all it needs lies in one folder."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bot.engine.components.encoders.quantising import quantised
from bot.engine.components.encoders.unigrams import Unigrams
from bot.engine.components.encoders.wordpieces import WordPieces
from bot.engine.components.mapped import mapped_array, write_array
from bot.engine.components.onnx_session import session_of

INPUT = "rows"
"""The graph's only input: table rows with their positions added, shape (texts, tokens, width)."""
_GRAPH_FILE, _TABLE_FILE, _ROWS_FILE, _TOKENS_FILE = (
    "encoder.onnx",
    "table.npy",
    "encoder.npz",
    "encoder.json",
)
_MOST_TOKENS = 64  # some 45 words; what a longer story says after that seldom changes what it is about
_BATCH = 32  # texts; more at once is no faster, and takes memory
Tokenizer = Unigrams | WordPieces
_TOKENIZERS: dict[str, type[Unigrams] | type[WordPieces]] = {
    Unigrams.kind: Unigrams,
    WordPieces.kind: WordPieces,
}


class Encoder:
    """Vectors of texts: the means over their tokens after some layers of a transformer, side by side."""

    def __init__(
        self,
        graph: bytes | Path,
        tokenizer: Tokenizer,
        table: np.ndarray,
        scales: np.ndarray,
        positions: np.ndarray,
    ) -> None:
        """`table` holds a row of whole numbers a token, `scales` what one unit of each row is worth."""
        self._graph, self._tokenizer = graph, tokenizer
        self._table, self._scales, self._positions = table, scales, positions
        self._session = session_of(graph)

    def encode(self, text: str) -> list[np.ndarray]:
        """The means of one text, one for each layer of the graph."""
        return [mean[0] for mean in self._run([self._tokenizer.tokens(text, _MOST_TOKENS)])]

    def encode_many(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The means of many texts, one array of shape (texts, width) a layer; uses every core."""
        different = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        tokens = [self._tokenizer.tokens(text, _MOST_TOKENS) for text in different]
        batches = list(_batches_of_one_length(tokens))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(self._run, ([tokens[number] for number in batch] for batch in batches)))
        order = np.argsort(np.concatenate([np.array(batch) for batch in batches]), kind="stable")
        place = order[[different[text] for text in texts]]
        return [np.concatenate(layer)[place] for layer in zip(*results, strict=True)]

    def save(self, folder: Path) -> None:
        """Writes the graph, the table and the tokenizer."""
        if isinstance(self._graph, Path):
            raise TypeError("The encoder was read from a file; copy that one.")
        (folder / _GRAPH_FILE).write_bytes(self._graph)
        write_array(folder / _TABLE_FILE, self._table)
        np.savez(folder / _ROWS_FILE, scales=self._scales, positions=self._positions)
        content = {"kind": self._tokenizer.kind, **self._tokenizer.content()}
        (folder / _TOKENS_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Encoder:
        """The encoder `save` wrote."""
        content = json.loads((folder / _TOKENS_FILE).read_text(encoding="utf-8"))
        tokenizer = _TOKENIZERS[content.pop("kind")].from_content(content)
        with np.load(folder / _ROWS_FILE, allow_pickle=False) as arrays:
            scales, positions = arrays["scales"], arrays["positions"]
        return cls(folder / _GRAPH_FILE, tokenizer, mapped_array(folder / _TABLE_FILE), scales, positions)

    def _run(self, tokens: list[list[int]]) -> list[np.ndarray]:
        numbers = np.array(tokens)
        rows = self._table[numbers] * self._scales[numbers][..., None] + self._positions[: numbers.shape[1]]
        means: list[np.ndarray] = self._session.run(None, {INPUT: rows})
        return means


def make_encoder(graph: bytes, tokenizer: Tokenizer, words: np.ndarray, positions: np.ndarray) -> Encoder:
    """An encoder with its table in whole numbers."""
    table, scales = quantised(words, axis=1)
    return Encoder(graph, tokenizer, table, scales, positions[:_MOST_TOKENS].astype(np.float32))


def _batches_of_one_length(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    by_length: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(tokens):
        by_length[len(one)].append(number)
    for numbers in by_length.values():
        yield from (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))
