"""What is known about a message besides its words: what it seems to want, and what the customer was asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, METADATA
from rasa.shared.nlu.training_data.message import Message

FORM, ASKED = "form", "asked"
"""Keys of a message's metadata: the form it was written in, and the slot that form had asked for."""

_FALLBACK = "nlu_fallback"
_CONSIDERED = 2  # meanings of a message nobody is sure about, likeliest first


@dataclass(frozen=True)
class Situation:
    """The likely meanings of a message (none: nobody has judged it) and the question it may answer."""

    intents: Collection[str] = ()
    form: str | None = None
    asked: str | None = None

    def is_about(self, intents: Collection[str], forms: Collection[str]) -> bool:
        """Whether it was written in one of the forms, or may mean one of the intents."""
        if self.form is not None and self.form in forms:
            return True
        return not self.intents or any(intent in intents for intent in self.intents)


@dataclass(frozen=True)
class Topic:
    """Where an entity is told: the `told_in` and `forms` of its patterns."""

    intents: frozenset[str] = field(default_factory=frozenset)
    forms: frozenset[str] = field(default_factory=frozenset)

    def fits(self, situation: Situation) -> bool:
        """Whether the entity may be told in that situation."""
        return situation.is_about(self.intents, self.forms)


def situation_of(message: Message) -> Situation:
    """What the components before, and whoever sent the message, know about it."""
    metadata = message.get(METADATA)
    told = metadata if isinstance(metadata, dict) else {}
    return Situation(_likely_intents(message), told.get(FORM), told.get(ASKED))


def _likely_intents(message: Message) -> tuple[str, ...]:
    first = (
        (message.get(INTENT) or {}).get(INTENT_NAME_KEY) if isinstance(message.get(INTENT), dict) else None
    )
    if first is None:
        return ()
    if first != _FALLBACK:
        return (first,)
    ranking = [one[INTENT_NAME_KEY] for one in message.get(INTENT_RANKING_KEY) or ()]
    return tuple(name for name in ranking if name != _FALLBACK)[:_CONSIDERED]
