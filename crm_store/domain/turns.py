"""A turn: one customer message taken up by one worker, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import Author, ConversationEvent, JsonObject
from crm_store.domain.facts import CustomerFacts
from crm_store.domain.handling import Priority

# A notice about a delay does not answer the message, so it takes no place among the replies 0, 1, 2 ...
NOTICE_ORDINAL: Final = -1


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """The oldest unanswered message of a conversation. Exactly one of `text` and `choice` is the request.

    A click has both: `choice` is what it stands for, `text` the button's title.
    """

    id: UUID
    seq: int
    text: str | None
    choice: JsonObject | None
    attempts: int
    first_failed_at: datetime | None
    notice_given: bool


@dataclass(frozen=True, slots=True)
class TurnClaim:
    """The right to answer one message until the lease runs out."""

    conversation_id: UUID
    channel: str
    epoch: int
    lease_token: UUID
    message: PendingMessage
    more_waiting: bool
    state: JsonObject | None
    facts: CustomerFacts
    failures_in_a_row: int
    lease_seconds: float
    account: str = ""
    address: JsonObject | None = None
    """Where on the platform; browsers have none."""
    asked_survey: UUID | None = None
    """The question how it went, when it is the very thing this message follows."""


@dataclass(frozen=True, slots=True)
class ReplyButton:
    """A quick reply; a click on it sends `payload` to the engine as `choice`."""

    title: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the customer. `response` is the name of the response it was made of."""

    text: str | None
    response: str | None = None
    buttons: tuple[ReplyButton, ...] = ()
    card: JsonObject | None = None
    language: str | None = None
    author: Author = Author.BOT
    because: tuple[JsonObject, ...] = ()
    """The facts that chose this line: {"fact", "value"}."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What the engine answered. A `state` of None begins the dialogue afresh with the next message."""

    replies: tuple[Reply, ...]
    state: JsonObject | None
    understanding: JsonObject | None
    actions: tuple[str, ...]
    language: str | None
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds of the engine's parts, for traces."""


@dataclass(frozen=True, slots=True)
class TurnAsks:
    """This turn asks for a person. `priority` None: as urgent as the reason is."""

    reason: str
    summary: JsonObject = field(default_factory=dict)
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class CommittedTurn:
    """`suppressed`: somebody took over, the replies are never shown. `next`: the turn of the kept lease.

    `events` are the replies as clients are shown them, the last one at `last_seq`. `changed_hands`: a person
    was asked for (or not any more) during this turn.
    """

    suppressed: bool
    last_seq: int
    next: TurnClaim | None = None
    events: tuple[ConversationEvent, ...] = ()
    changed_hands: bool = False
