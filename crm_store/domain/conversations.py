"""Conversations and their messages: frozen values and the words for their states."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from crm_store.domain.agents import AgentName

JsonObject: TypeAlias = dict[str, Any]


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Owner(StrEnum):
    """Who answers the conversation now."""

    BOT = "bot"
    AGENT = "agent"


class ConversationStatus(StrEnum):
    """`pending` = the bot has it, `open` = a person should look at it."""

    PENDING = "pending"
    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class OutboxStatus(StrEnum):
    """Where an outgoing message stands on its way to a push channel."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # given up: agents see it
    SUPPRESSED = "suppressed"  # somebody took over before it left (G3)
    UNCERTAIN = "uncertain"  # sent, perhaps twice; the platform never confirmed it


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A verified message of a customer: a text, a choice, or attachments with or without a text."""

    channel: str
    account: str
    identity_id: UUID
    conversation_id: UUID
    external_id: str
    text: str | None
    choice_id: str | None
    attachments: tuple[UUID, ...] = ()
    meaning: JsonObject | None = None
    """What a platform's own command stands for; see `crm_store.domain.received.Received`."""
    reply_to: JsonObject | None = None
    quiet: bool = False
    at_most_waiting: int | None = None
    """It is refused when so many of this conversation wait for the bot already (TooManyWaiting)."""


@dataclass(frozen=True, slots=True)
class AcceptedMessage:
    """What the sender is told; the same for every repeat of the same external id."""

    id: UUID
    conversation_id: UUID
    seq: int
    at: datetime
    duplicate: bool
    took_out: bool = False
    """The conversation was put away, and this message took it out: somebody else may have it now."""


@dataclass(frozen=True, slots=True)
class StoredButton:
    """A quick reply as the customer's client sees it: `id` is opaque."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ConversationEvent:
    """One line of the transcript, as clients receive it."""

    seq: int
    id: UUID
    at: datetime
    author: Author
    text: str | None
    client_msg_id: str | None
    in_reply_to: UUID | None
    buttons: tuple[StoredButton, ...]
    card: JsonObject | None
    language: str | None
    agent: AgentName | None = None
    """Who of the people wrote it."""
    attachments: tuple[JsonObject, ...] = ()
    replaces: UUID | None = None
    """An edit: this text stands in that message's place."""
    deleted_at: datetime | None = None
    """The customer deleted it on the platform; with `replaces`, this line stands in its place."""


@dataclass(frozen=True, slots=True)
class Attended:
    """Who answers now, as the customer may know it; `waiting`: a person was asked for and none has come."""

    owner: Owner = Owner.BOT
    agent: AgentName | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a conversation is: the last event, the last customer message taken up, and who answers."""

    last_seq: int
    taken_up_seq: int
    attended: Attended = Attended()


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unanswered conversations of the bot, and how long the oldest has waited (seconds)."""

    waiting: int
    oldest_age_s: float
