"""Lines of a customer's history in words, for the timeline and for what was tried."""

from typing import Any, Final

from crm_store.domain.conversations import JsonObject
from crm_store.domain.sentences import Sentence, Value, catalogue, fill, money, same

# Facts that are amounts in minor units.
_AMOUNTS: Final = frozenset({"amount", "total", "refund"})
MAX_FACT: Final = 120  # characters: a line stays a line


def word_event(kind: str, facts: JsonObject) -> Sentence:
    """What happened, in a sentence; a kind nobody has worded yet is shown by its name."""
    wording = catalogue("history").get(kind)
    if wording is None:
        return same(kind.replace("_", " ").capitalize())
    return fill(wording, **_blanks(facts))


def _blanks(facts: JsonObject) -> dict[str, Value]:
    """What fills the blanks of a line: the facts, and words for what they do not tell."""
    blanks: dict[str, Value] = {name: fill(wording) for name, wording in catalogue("blanks").items()}
    for name, value in facts.items():
        if value is not None and not isinstance(value, dict | list):
            blanks[name] = _shown(name, value)
    return blanks


def _shown(name: str, value: Any) -> Value:
    if name in _AMOUNTS and isinstance(value, int):
        return money(value)
    if isinstance(value, int):
        return value
    return str(value)[:MAX_FACT]
