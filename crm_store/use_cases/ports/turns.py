"""Claiming a turn and writing down its outcome. Every write is fenced by the claim's epoch and lease."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import ConversationEvent, JsonObject
from crm_store.domain.handling import Mood
from crm_store.domain.turns import Reply, TurnClaim, TurnResult


@dataclass(frozen=True, slots=True)
class Lease:
    """A right to a conversation: whoever holds another token has lost it."""

    token: UUID
    until: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Closing:
    """How a turn ends for its conversation: the message counts as answered, `shown` events are numbered."""

    shown: int
    language: str | None = None
    keep: Lease | None = None
    """Go on with the next waiting message under this lease, when there is one."""
    handed_over: bool = False
    """A person is asked for. The engine did not answer, so its failures in a row still count."""
    mood: Mood | None = None
    """How the customer feels from now on; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Postponement:
    """A turn to be tried again at `retry_at`; `shown` is 1 when the customer is told."""

    retry_at: datetime
    failed: bool
    shown: int


@dataclass(frozen=True, slots=True)
class Closed:
    """`kept`: another message waits and the new lease holds. `account` is the channel's.

    `epoch` is beyond the claim's when a person was asked for meanwhile.
    """

    last_seq: int
    epoch: int
    account: str
    customer_id: UUID | None
    kept: bool


class Turns(Protocol):
    async def lease(self, lease: Lease, now: datetime, conversation_id: UUID | None) -> UUID | None:
        """Lease the conversation that is due longest (or this one) and mark its oldest message taken up."""
        ...

    async def load(self, conversation_id: UUID, lease: Lease, now: datetime) -> TurnClaim:
        """The turn of a conversation just leased, with its facts."""
        ...

    async def close(self, claim: TurnClaim, closing: Closing) -> Closed | None:
        """Count the message as answered. None, and nothing written, when epoch or lease moved."""
        ...

    async def postpone(self, claim: TurnClaim, postponement: Postponement, now: datetime) -> Closed | None:
        """Free the lease and try again later. None, and nothing written, when epoch or lease moved."""
        ...

    async def suppress(self, claim: TurnClaim, now: datetime) -> int | None:
        """Free the lease of a turn whose epoch moved; the last seq, or None when the lease is lost too."""
        ...

    async def extend(self, claim: TurnClaim, until: datetime) -> bool:
        """Move the end of the lease; False when it is lost."""
        ...

    async def save_replies(
        self, claim: TurnClaim, replies: tuple[Reply, ...], *, last_seq: int, first_ordinal: int, at: datetime
    ) -> list[ConversationEvent]:
        """Store replies as the last events up to `last_seq`, with their buttons; what clients are shown."""
        ...

    async def save_suppressed(self, claim: TurnClaim, replies: tuple[Reply, ...], at: datetime) -> None:
        """Keep replies nobody will see, without seq and without clickable buttons."""
        ...

    async def save_understanding(self, message_id: UUID, result: TurnResult) -> None: ...

    async def save_state(self, conversation_id: UUID, state: JsonObject | None, at: datetime) -> None:
        """Keep the dialogue's state for the next turn; None forgets it."""
        ...
