"""Messages worth a second look: what the assistant may have misunderstood, for a person to label."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.masking import PERSONAL_ENTITIES, mask

MAX_GUESSES: Final = 3  # beyond them a labeller chooses from the list of intents anyway
FALLBACK: Final = "nlu_fallback"


class ReviewReason(StrEnum):
    """Why a message was kept."""

    NOT_UNDERSTOOD = "not_understood"
    """The assistant asked what was meant."""
    CORRECTED = "corrected"
    """The customer said that the answer missed the point: this message, or the one before it."""
    PERSON_ASKED = "person_asked"
    """After this message the customer asked for a person, or was handed over."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent the message was taken for."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """What was written and how it was understood, before anything personal is taken out."""

    text: str
    understanding: JsonObject | None


@dataclass(frozen=True, slots=True)
class ReviewCandidate:
    """A masked message. Of the customer nothing is kept but the conversation it goes away with."""

    id: UUID
    conversation_id: UUID
    text: str
    language: str
    guesses: tuple[Guess, ...]
    reason: ReviewReason
    model: str
    at: datetime

    @property
    def likeliest(self) -> str:
        """The intent a labeller starts from."""
        return self.guesses[0].intent if self.guesses else FALLBACK


def masked_text(message: CustomerMessage, names: tuple[str, ...]) -> str:
    """The words without what is personal: by pattern, by the engine's entities and by the names known."""
    found = (message.understanding or {}).get("entities") or []
    phrases = [
        (message.text[entity["start"] : entity["end"]], PERSONAL_ENTITIES[entity["entity"]])
        for entity in found
        if entity.get("entity") in PERSONAL_ENTITIES and "start" in entity and "end" in entity
    ]
    return mask(message.text, names=names, phrases=phrases)


def guesses_of(understanding: JsonObject | None) -> tuple[Guess, ...]:
    """The likeliest intents, the fallback left out."""
    ranking = (understanding or {}).get("ranking") or []
    named = [one for one in ranking if one.get("intent") not in (None, FALLBACK)]
    return tuple(Guess(one["intent"], round(float(one["confidence"]), 3)) for one in named[:MAX_GUESSES])
