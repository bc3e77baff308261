"""The sentences in which the service says that something is wrong."""

from __future__ import annotations

from functools import lru_cache

from bot.phrases import load_phrases

# Says that a person will answer: an honest answer (G6), counted apart.
HONEST = ("handed_over", "handed_over_as_asked", "kept_for_colleague")
# Says only that the answer takes longer: no answer.
NOT_YET = ("engine_trouble",)


@lru_cache
def phrases(names: tuple[str, ...]) -> frozenset[str]:
    """These sentences in every language."""
    return frozenset(catalogue[name] for catalogue in load_phrases().catalogues.values() for name in names)


def says(text: str | None, names: tuple[str, ...]) -> bool:
    """Whether a message is, or begins with, one of these sentences."""
    return text is not None and any(text.startswith(phrase) for phrase in phrases(names))
