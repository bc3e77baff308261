"""Splits text into the likeliest pieces of a unigram vocabulary, as SentencePiece does."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

_WORD_START = "\u2581"
FIRST, LAST, UNKNOWN = 0, 1, 2
_SPECIAL = 3  # rows of the table before the pieces
_REMEMBERED_WORDS = 20_000  # words whose pieces are kept ready; a few MB when full, then it starts again
_IMPOSSIBLE = float("-inf")


class Unigrams:
    """Token numbers are rows of the encoder's table: three special ones, then the pieces in order.

    E5 was trained with "query: " before each text. It is left out: a classifier learns from vectors
    without it as well, even a little better, and it was a fifth of all tokens.
    """

    kind = "unigrams"

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], unknown_score: float) -> None:
        """`scores` are the pieces' log-probabilities."""
        self._pieces, self._scores, self._unknown_score = list(pieces), list(scores), unknown_score
        self._number = {piece: number for number, piece in enumerate(self._pieces)}
        self._longest = max(map(len, self._pieces), default=1)
        self._ready: dict[str, list[int]] = {}

    def tokens(self, text: str, most: int) -> list[int]:
        """At most `most` token numbers of a text, the marks at both ends included."""
        return [FIRST, *self._pieces_of(text)[: most - 2], LAST]

    def content(self) -> dict[str, Any]:
        """What `from_content` needs."""
        return {
            "pieces": self._pieces,
            "scores": [round(score, 4) for score in self._scores],
            "unknown_score": self._unknown_score,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Unigrams:
        """The tokenizer whose `content` this was."""
        return cls(**content)

    def _pieces_of(self, text: str) -> list[int]:
        words = unicodedata.normalize("NFKC", text).split()  # pieces hold য় as two code points, texts as one
        return [piece for word in words for piece in self._pieces_of_word(word)]

    def _pieces_of_word(self, word: str) -> list[int]:
        known = self._ready.get(word)
        if known is None:
            if len(self._ready) >= _REMEMBERED_WORDS:
                self._ready.clear()
            known = self._ready[word] = self._likeliest(_WORD_START + word)
        return known

    def _likeliest(self, word: str) -> list[int]:
        """The best way through the word: `best[end]` is (score, start of the last piece, its number)."""
        best: list[tuple[float, int, int]] = [(0.0, 0, UNKNOWN)] + [(_IMPOSSIBLE, 0, UNKNOWN)] * len(word)
        for start in range(len(word)):
            score = best[start][0]
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                number = self._number.get(word[start:end])
                if number is not None and score + self._scores[number] > best[end][0]:
                    best[end] = (score + self._scores[number], start, number + _SPECIAL)
            if score + self._unknown_score > best[start + 1][0]:
                best[start + 1] = (score + self._unknown_score, start, UNKNOWN)
        numbers: list[int] = []
        end = len(word)
        while end:
            _, end, number = best[end]
            numbers.append(number)
        return numbers[::-1]
