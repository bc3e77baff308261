"""The sentences in which the service says that something is wrong."""

from __future__ import annotations

from functools import lru_cache

from bot.phrases import load_phrases
from crm_store.wording import LANGUAGES, say
from tests.faults.words import AGENT_TEXT, PICK_UPS

# Says that a person will answer: an honest answer (G6), counted apart.
HONEST = ("handed_over", "handed_over_as_asked", "kept_for_colleague")
# Says only that the answer takes longer: no answer.
NOT_YET = ("engine_trouble",)


@lru_cache
def phrases(names: tuple[str, ...]) -> frozenset[str]:
    """These sentences in every language."""
    return frozenset(catalogue[name] for catalogue in load_phrases().catalogues.values() for name in names)


@lru_cache
def _around_the_name(notice: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(say(language, notice, agent="\0").split("\0")) for language in LANGUAGES)


def tells(text: str | None, notice: str) -> bool:
    """Whether this is the store's own notice of that name (`agent_joined`, `handed_back` …), of any agent."""
    return text is not None and any(all(part in text for part in parts) for parts in _around_the_name(notice))


def is_of_a_person(text: str | None) -> bool:
    """Whether an agent wrote this, or it tells of an agent."""
    ours = text is not None and AGENT_TEXT.partition("{")[0] in text
    return ours or tells(text, "agent_joined") or tells(text, "handed_back")


def answers_nothing(text: str) -> bool:
    """Whether the bot says this beside an answer, or before there is one."""
    return says(text, NOT_YET) or text.startswith(PICK_UPS)


def says(text: str | None, names: tuple[str, ...]) -> bool:
    """Whether a message is, or begins with, one of these sentences."""
    return text is not None and any(text.startswith(phrase) for phrase in phrases(names))
