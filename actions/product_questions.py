"""What a question about a product wants to know, told by its words: actions/words/product_questions.yml."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from crm_store.domain.product_facts import FactKind
from crm_store.domain.spelling import list_words

WORDS: Final = Path(__file__).with_name("words") / "product_questions.yml"
_STEM: Final = "*"


class _Phrase:
    """Words in a row; the last one may be the beginning of a longer word."""

    def __init__(self, written: str) -> None:
        self._words = list_words(written.rstrip(_STEM))
        self._is_stem = written.endswith(_STEM)

    def stands_in(self, words: Sequence[str]) -> bool:
        return any(self._fits(words[start:]) for start in range(len(words) - len(self._words) + 1))

    def _fits(self, words: Sequence[str]) -> bool:
        *first, last = self._words
        if list(words[: len(first)]) != first:
            return False
        word = words[len(first)]
        return word.startswith(last) if self._is_stem else word == last


@cache
def _phrases() -> dict[str, list[_Phrase]]:
    listed: dict[str, list[object]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return {topic: [_Phrase(str(phrase)) for phrase in phrases] for topic, phrases in listed.items()}


def asks_for(topic: str, text: str) -> bool:
    """Whether `text` has a word of `topic`: a kind of fact, or "restock", "reserve", "claim", "again" …"""
    words = list_words(text)
    return any(phrase.stands_in(words) for phrase in _phrases()[topic])


def asked_kinds(text: str) -> list[FactKind]:
    """The kinds of facts that `text` asks for, in the order in which facts are told."""
    return [kind for kind in FactKind if asks_for(kind.value, text)]
