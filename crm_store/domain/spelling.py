"""Words as customers write them, made comparable: "saree", "shari" and "sari" are one word."""

import re
import unicodedata
from typing import Final

from crm_store.domain.romanise import romanise

# \w would split Bengali at its vowel signs.
_WORD: Final = re.compile(r"[^\s.,;:!?|/()\[\]{}\"'“”‘’…।·–—+&-]+")

# Spellings of romanised Bengali that differ from writer to writer.
_FOLDS: Final = (
    ("sh", "s"),
    ("ph", "f"),
    ("ee", "i"),
    ("oo", "u"),
    ("aa", "a"),
    ("z", "j"),
    ("v", "b"),
    ("y", "i"),
)
_DOUBLED: Final = re.compile(r"(.)\1")


def words_of(text: str) -> set[str]:
    """The words of `text`, folded so that spellings of one word are equal."""
    return set(list_words(text))


def list_words(text: str) -> list[str]:
    """The folded words of `text` in their order."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return [folded for word in _WORD.findall(plain) if (folded := _fold(word))]


def spellings_of(name: str) -> set[str]:
    """The words of a name, a Bengali one also as romanised Bengali writes it."""
    return words_of(name) | words_of(romanise(name))


def _fold(word: str) -> str:
    for spelling, folded in _FOLDS:
        word = word.replace(spelling, folded)
    return _DOUBLED.sub(r"\1", word)
