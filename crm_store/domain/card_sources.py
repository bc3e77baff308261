"""What a card is made from: what the queries bring, before anything is worded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.dialogue_memory import DialogueMemory
from crm_store.domain.handoff_card import Who
from crm_store.domain.orders import Order


@dataclass(frozen=True, slots=True)
class Understood:
    """One message of the customer, what the engine made of it and what it ran."""

    id: UUID
    at: datetime
    text: str | None
    intent: str | None
    entities: tuple[JsonObject, ...]
    mood: JsonObject | None
    actions: tuple[str, ...]

    def entity(self, name: str) -> str | None:
        """The last entity called `name` in this message."""
        values = [str(each.get("value")) for each in self.entities if each.get("entity") == name]
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class CardTicket:
    number: str
    subject: str
    kind: str


@dataclass(frozen=True, slots=True)
class LastRating:
    rating: int
    comment: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """What a customer is to the shop, in minor units of `currency`; cancelled orders do not count."""

    lifetime: int
    currency: str
    orders: int


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the history that this conversation caused."""

    message_id: UUID | None
    kind: str
    at: datetime
    facts: JsonObject


@dataclass(frozen=True, slots=True)
class CardSources:
    """Everything known when somebody takes a conversation over. `messages` and `changes` oldest first."""

    who: Who
    memory: DialogueMemory
    messages: tuple[Understood, ...]
    mood: tuple[str, str] | None = None
    """Level and trend, as the conversation keeps them."""
    changes: tuple[Change, ...] = ()
    orders: Mapping[str, Order] = field(default_factory=dict)
    """The customer's newest and open orders and the one talked about, by number."""
    tickets: tuple[CardTicket, ...] = ()
    rating: LastRating | None = None
    value: Value | None = None
    returns: int = 0
    products: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Names of the products talked about, by SKU."""
