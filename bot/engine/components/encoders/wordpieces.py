"""Splits text into the longest known pieces of each word, as BERT does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

_WORD = re.compile(r"\w+|[^\w\s]")  # BERT's own vocabulary: Latin words and single signs
_ACCENTS = re.compile("[\u0300-\u036f]")
_REMEMBERED_WORDS = 20_000  # words whose pieces are kept ready; a few MB when full, then it starts again
_LONGEST_WORD = 100  # letters; BERT, too, gives up on what is longer


class WordPieces:
    """Token numbers are the lines of BERT's vocabulary."""

    kind = "wordpieces"

    def __init__(self, pieces: Sequence[str]) -> None:
        """`pieces`: the vocabulary; what continues a word begins with `##`."""
        self._pieces = list(pieces)
        self._number = {piece: number for number, piece in enumerate(self._pieces)}
        self._first, self._last, self._unknown = (self._number[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        self._ready: dict[str, list[int]] = {}

    def tokens(self, text: str, most: int) -> list[int]:
        """At most `most` token numbers of a text, the marks at both ends included."""
        plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text.lower()))
        inner = [piece for word in _WORD.findall(plain) for piece in self._pieces_of_word(word)]
        return [self._first, *inner[: most - 2], self._last]

    def content(self) -> dict[str, Any]:
        """What `from_content` needs."""
        return {"pieces": self._pieces}

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> WordPieces:
        """The tokenizer whose `content` this was."""
        return cls(**content)

    def _pieces_of_word(self, word: str) -> list[int]:
        known = self._ready.get(word)
        if known is None:
            if len(self._ready) >= _REMEMBERED_WORDS:
                self._ready.clear()
            known = self._ready[word] = self._longest_first(word[:_LONGEST_WORD])
        return known

    def _longest_first(self, word: str) -> list[int]:
        numbers: list[int] = []
        start = 0
        while start < len(word):
            end, number = self._longest_at(word, start)
            if number is None:
                return [self._unknown]
            numbers.append(number)
            start = end
        return numbers

    def _longest_at(self, word: str, start: int) -> tuple[int, int | None]:
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            number = self._number.get(mark + word[start:end])
            if number is not None:
                return end, number
        return start, None
