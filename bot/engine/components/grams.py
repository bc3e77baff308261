"""What an n-gram is: of words or of characters, over one of several views of the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.components.concepts import concept_of
from bot.engine.components.romanise import fold, skeleton

Words = Sequence[str]
VIEWS: Mapping[str, Callable[[str], str]] = {
    "written": str,
    "folded": fold,
    "skeleton": skeleton,
    "concept": concept_of,
}
"""What of a word is counted; a word whose view is empty is passed over."""


@dataclass(frozen=True)
class Block:
    """One kind of n-gram: of `unit` "word" or "character", over one view of the words."""

    name: str
    view: str
    unit: str
    shortest: int
    longest: int
    weight: float = 1.0
    min_messages: int = 1


def word_grams(block: Block, words: Words) -> list[str]:
    """Words that follow one another, joined by a space."""
    view = VIEWS[block.view]
    seen = [form for form in map(view, words) if form]
    return [
        " ".join(seen[start : start + size])
        for size in range(block.shortest, block.longest + 1)
        for start in range(len(seen) - size + 1)
    ]


def character_grams(block: Block, word: str) -> list[str]:
    """Pieces of one word with its edges marked; a word shorter than the piece counts once, whole."""
    form = f" {VIEWS[block.view](word)} "
    if form == "  ":
        return []
    grams = list(form[1:-1]) if block.shortest == 1 else []  # an edge alone says nothing
    for size in range(max(2, block.shortest), block.longest + 1):
        grams.extend(form[start : start + size] for start in range(max(1, len(form) - size + 1)))
        if size >= len(form):
            break
    return grams
