"""Turns texts into vectors with ONNX Runtime; all it needs lies in one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bot.engine.components.encoders.quantising import quantised
from bot.engine.components.encoders.unigrams import Unigrams
from bot.engine.components.encoders.wordpieces import WordPieces
from bot.engine.components.mapped import mapped_array, write_array
from bot.engine.components.onnx_session import session_of

ROWS, MASK, SHARES = "rows", "mask", "shares"
"""The graph's inputs for the tokens of several texts, one text behind the other: table rows with positions
added, shape (1, tokens, width); what is added before each token looks at each other one, shape (1, 1, tokens,
tokens); each token's share in its text's mean, shape (1, texts, tokens)."""
_GRAPH_FILE, _TABLE_FILE = "encoder.onnx", "table.npy"
_ROWS_FILE, _TOKENS_FILE = "encoder.npz", "encoder.json"
_MOST_TOKENS = 64  # some 45 words; what a longer story says after that seldom changes what it is about
_TOKENS_AT_ONCE = 128  # the time for each levels off here; every token is compared with all others
_NEVER = -1e9  # added before the softmax: no weight at all
Tokenizer = Unigrams | WordPieces
_TOKENIZERS: dict[str, type[Unigrams] | type[WordPieces]] = {
    Unigrams.kind: Unigrams,
    WordPieces.kind: WordPieces,
}


class Encoder:
    """Vectors of texts: the means over their tokens after some layers of a transformer."""

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

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The means of texts, shape (layers, texts, width)."""
        return np.concatenate([self._run(batch) for batch in self._batches(texts)], axis=1)

    def encode_many(self, texts: Sequence[str]) -> np.ndarray:
        """The same for very many, each different one once; uses every core."""
        place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            means = np.concatenate(list(pool.map(self._run, self._batches(list(place)))), axis=1)
        return means[:, [place[text] for text in texts]]

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

    def outputs(self, text: str) -> list[np.ndarray]:
        """All that the graph answers to a text."""
        answered: list[np.ndarray] = self._session.run(None, self._inputs([self._tokens(text)]))
        return answered

    def _tokens(self, text: str) -> list[int]:
        return self._tokenizer.tokens(text, _MOST_TOKENS)

    def _batches(self, texts: Sequence[str]) -> Iterator[list[list[int]]]:
        """The texts' tokens, together as many as are good at once."""
        batch: list[list[int]] = []
        size = 0
        for text in texts:
            tokens = self._tokens(text)
            if batch and size + len(tokens) > _TOKENS_AT_ONCE:
                yield batch
                batch, size = [], 0
            batch.append(tokens)
            size += len(tokens)
        if batch:
            yield batch

    def _run(self, texts: list[list[int]]) -> np.ndarray:
        return np.asarray(self._session.run(None, self._inputs(texts))[0])

    def _inputs(self, texts: list[list[int]]) -> dict[str, np.ndarray]:
        numbers = np.concatenate(texts)
        lengths = np.array([len(tokens) for tokens in texts])
        places = np.concatenate([self._positions[:length] for length in lengths])
        text_of = np.repeat(np.arange(len(texts)), lengths)
        shares = (text_of == np.arange(len(texts))[:, None]) / lengths[:, None]
        return {
            ROWS: (self._table[numbers] * self._scales[numbers][:, None] + places)[None],
            MASK: np.where(text_of[:, None] == text_of, np.float32(0), np.float32(_NEVER))[None, None],
            SHARES: shares.astype(np.float32)[None],
        }


def make_encoder(graph: bytes, tokenizer: Tokenizer, words: np.ndarray, positions: np.ndarray) -> Encoder:
    """An encoder with its table in whole numbers."""
    table, scales = quantised(words, axis=1)
    return Encoder(graph, tokenizer, table, scales, positions[:_MOST_TOKENS].astype(np.float32))
