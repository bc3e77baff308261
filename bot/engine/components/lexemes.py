"""Numbers, words and signs of a normalised text: the letters in which money, days and counts are spelt.

Unlike the tokenizer, which serves the classifiers, this keeps "1,200" and "3.5" in one piece.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bot.engine.components.romanise import fold

_SHORT = 5  # letters; folding shorter words makes too many of them equal ("tell" and তেল)
_FOLDED = "~"
_CACHED_WORDS = 20_000
_LETTERS = "a-z\u00e0-\u024f\u0980-\u09e3\u09f0-\u09f1\u09fc-\u09fe"
_LEXEME = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{2,3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?P<word>[{_LETTERS}](?:[{_LETTERS}']*[{_LETTERS}])?)"
    r"|(?P<sign>\S)"
)
_LONGEST_NUMBER = 12  # digits; longer ones are account or card numbers, no amount of anything
_MOST_LEXEMES = 600  # what a story of 4,000 characters holds; the rest of a longer one is not searched


class Lexeme(NamedTuple):
    """One number, word or sign; `number` is None for the other two."""

    text: str
    start: int
    end: int
    number: float | None


def scan(text: str) -> list[Lexeme]:
    """The lexemes of a normalised text, in order."""
    lexemes: list[Lexeme] = []
    for match in _LEXEME.finditer(text):
        written = match.group()
        lexemes.append(Lexeme(written, match.start(), match.end(), _number(match["number"])))
        if len(lexemes) == _MOST_LEXEMES:
            break
    return lexemes


def split(text: str) -> list[str]:
    """The texts of the lexemes, as a phrase lexicon wants them."""
    return [lexeme.text for lexeme in scan(text)]


@lru_cache(maxsize=_CACHED_WORDS)
def spelling(word: str) -> str:
    """The form in which listed words are compared: folded (see romanise.py) unless the word is short.

    The mark keeps the folded ones apart: "shale" folds to "sale", which is a word of its own.
    """
    return _FOLDED + fold(word) if len(word) >= _SHORT else word


def _number(written: str | None) -> float | None:
    if written is None or len(written) > _LONGEST_NUMBER:
        return None
    return float(written.replace(",", ""))
