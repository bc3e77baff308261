"""TF-IDF over word and character n-grams of several views of the same words.

scikit-learn's vectorisers spend more on a single message than all else together; this one keeps each word's
n-grams ready and looks a message up in one pass.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot.engine.components.grams import VIEWS, Block, Words, character_grams, word_grams
from bot.engine.components.ngram_counts import Corpus

_VOCABULARY_FILE, _WEIGHTS_FILE = "ngrams.json", "ngrams.npz"
_UNKNOWN = -1
_REMEMBERED_WORDS = 50_000  # words whose n-grams are kept ready; some 20 MB when full, then it starts again


class NgramVectoriser:
    """Maps words to a sparse row; a block's part has the length `block.weight` when all of it is known."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        """An untrained vectoriser."""
        self.blocks = tuple(blocks)
        self._vocabularies: list[dict[str, int]] = [{} for _ in self.blocks]
        self._idf: np.ndarray = np.zeros(0, dtype=np.float32)
        self._idf_list: list[float] = []
        self._rarest = 0.0
        self._ready: dict[str, tuple[tuple[int, ...], ...]] = {}

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self._idf)

    def fit(self, messages: Sequence[Words]) -> None:
        """Learns the vocabulary and how common each n-gram is."""
        corpus = Corpus(messages)
        frequencies: list[int] = []
        for vocabulary, block in zip(self._vocabularies, self.blocks, strict=True):
            vocabulary.clear()
            counts, grams = corpus.counts(block)
            held = np.bincount(counts.indices, minlength=len(grams)).tolist()
            for gram, count in sorted(zip(grams, held, strict=True)):
                if count >= block.min_messages:
                    vocabulary[gram] = len(frequencies)
                    frequencies.append(count)
        self._set_idf(np.log((1 + len(messages)) / (1 + np.array(frequencies, dtype=np.float64))) + 1)

    def row(self, words: Words) -> tuple[list[int], list[float]]:
        """Indices and values of one message.

        Unknown n-grams count in the length: the fewer are known, the shorter the row, and the less sure is
        whoever reads it.
        """
        indices: list[int] = []
        values: list[float] = []
        idf = self._idf_list
        for number, block in enumerate(self.blocks):
            counts: dict[int, int] = Counter(self._indices(number, block, words))
            unknown = counts.pop(_UNKNOWN, 0) * self._rarest * self._rarest
            weights = [
                idf[index] if count == 1 else _damped(count) * idf[index] for index, count in counts.items()
            ]
            if weights:
                scale = block.weight / math.sqrt(sum(weight * weight for weight in weights) + unknown)
                indices.extend(counts)
                values.extend([weight * scale for weight in weights])
        return indices, values

    def transform(self, messages: Iterable[Words]) -> csr_matrix:
        """One row per message, shape (messages, size)."""
        corpus = Corpus(list(messages))
        parts = [self._part(number, corpus) for number in range(len(self.blocks))]
        return hstack(parts, format="csr", dtype=np.float32)

    def _part(self, number: int, corpus: Corpus) -> csr_matrix:
        """The columns of one block, as `row` makes them."""
        block, vocabulary = self.blocks[number], self._vocabularies[number]
        first = sum(len(earlier) for earlier in self._vocabularies[:number])
        counts, grams = corpus.counts(block)
        places = np.array([vocabulary.get(gram, _UNKNOWN) for gram in grams], dtype=np.int64)
        unknown = counts @ (places == _UNKNOWN) * self._rarest**2
        known = counts[:, places != _UNKNOWN]
        columns = places[places != _UNKNOWN][known.indices]
        weights = (1 + np.log(known.data)) * self._idf[columns]
        sizes = np.diff(known.indptr)
        message_of = np.repeat(np.arange(len(sizes)), sizes)
        squares = np.bincount(message_of, weights**2, minlength=len(sizes)) + unknown
        weights *= block.weight / np.sqrt(squares)[message_of]
        return csr_matrix((weights, columns - first, known.indptr), shape=(len(sizes), len(vocabulary)))

    def knows(self, word: str) -> bool:
        """Whether the word itself (not only pieces of it) was met in training; needs a word block."""
        return any(
            VIEWS[block.view](word) in vocabulary
            for block, vocabulary in zip(self.blocks, self._vocabularies, strict=True)
            if block.unit == "word"
        )

    def save(self, folder: Path) -> None:
        """Writes the vocabulary as JSON and the weights as a NumPy archive."""
        content = {
            "blocks": [asdict(block) for block in self.blocks],
            "vocabularies": [list(vocabulary) for vocabulary in self._vocabularies],
        }
        (folder / _VOCABULARY_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / _WEIGHTS_FILE, idf=self._idf)

    @classmethod
    def read(cls, folder: Path) -> NgramVectoriser:
        """The vectoriser `save` wrote."""
        content = json.loads((folder / _VOCABULARY_FILE).read_text(encoding="utf-8"))
        vectoriser = cls(Block(**block) for block in content["blocks"])
        start = 0
        for vocabulary, grams in zip(vectoriser._vocabularies, content["vocabularies"], strict=True):
            vocabulary.update(zip(grams, range(start, start + len(grams)), strict=True))
            start += len(grams)
        with np.load(folder / _WEIGHTS_FILE, allow_pickle=False) as weights:
            vectoriser._set_idf(weights["idf"])
        return vectoriser

    def _set_idf(self, idf: np.ndarray) -> None:
        self._idf = idf.astype(np.float32)
        self._idf_list = [float(value) for value in self._idf]
        self._rarest = max(self._idf_list, default=0.0)
        self._ready.clear()

    def _indices(self, number: int, block: Block, words: Words) -> Iterable[int]:
        """The n-grams of one block, each time they occur; `_UNKNOWN` for those not in the vocabulary."""
        if block.unit == "word":
            vocabulary = self._vocabularies[number]
            return [vocabulary.get(gram, _UNKNOWN) for gram in word_grams(block, words)]
        return chain.from_iterable(self._pieces(word)[number] for word in words)

    def _pieces(self, word: str) -> tuple[tuple[int, ...], ...]:
        """The character n-grams of a word, per block (nothing for word blocks)."""
        pieces = self._ready.get(word)
        if pieces is None:
            if len(self._ready) >= _REMEMBERED_WORDS:
                self._ready.clear()
            pieces = self._ready[word] = tuple(
                tuple(vocabulary.get(gram, _UNKNOWN) for gram in character_grams(block, word))
                if block.unit == "character"
                else ()
                for block, vocabulary in zip(self.blocks, self._vocabularies, strict=True)
            )
        return pieces


def _damped(count: int) -> float:
    """A word said twice is not twice as telling."""
    return 1.0 + math.log(count)
