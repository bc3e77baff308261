"""The outbox of push channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject, OutboxStatus
from crm_store.domain.outbox import OutboxItem


@dataclass(frozen=True, slots=True)
class NewOutboxItem:
    """A message to send; `epoch` is the conversation's when it was made."""

    conversation_id: UUID
    message_id: UUID
    in_reply_to: UUID | None
    ordinal: int
    channel: str
    account: str
    author: Author
    epoch: int
    goes_to: JsonObject | None = None
    """Where, when that is not where the conversation is: what the channel needs to know of it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an item left the line. `parts`: the platform's ids of everything that was sent."""

    status: OutboxStatus
    parts: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """When and why an item is tried again. `untried`: it was only held back; no attempt is counted."""

    at: datetime
    error: str
    uncertain: bool = False
    untried: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the outbox in its order: up to `until`, the newest of it made at `newest`."""

    until: int
    newest: datetime


class Outbox(Protocol):
    async def add(self, items: Sequence[NewOutboxItem], at: datetime) -> None: ...

    async def lease(self, token: UUID, until: datetime, now: datetime, channel: str | None) -> int | None:
        """Lease the message due longest among those that are the first unsent of their conversation."""
        ...

    async def load(self, item_id: int, now: datetime) -> tuple[OutboxItem, Ending | None]:
        """A leased message; with its ending when it is not to be sent: the bot's, after a take-over (G3), or
        to somebody whom the platform delivers nothing.
        """
        ...

    async def extend(self, item_id: int, token: UUID, until: datetime) -> bool:
        """The lease goes on until then. False when it is lost."""
        ...

    async def confirm_part(self, item_id: int, token: UUID, parts: Sequence[str], until: datetime) -> bool:
        """The parts sent so far; the lease goes on until then. False when the lease is lost."""
        ...

    async def give_up_on(self, identity_id: UUID, error: str, at: datetime) -> int:
        """Nothing that waits for this person is sent any more."""
        ...

    async def withhold_from(self, identity_id: UUID, error: str, at: datetime) -> int:
        """The same for good: it is not theirs to read, so nobody may send it again."""
        ...

    async def revive(self, item_id: int, at: datetime) -> str | None:
        """A dead letter waits again, first of what follows it; its channel, None when it is none."""
        ...

    async def find_stretch(self, after: int, size: int) -> Stretch | None:
        """The next `size` items after that one, at most; None when there are none."""
        ...

    async def remove_sent(self, after: int, until: int, before: datetime) -> int:
        """Forget those of this stretch that had arrived by then; how many."""
        ...

    async def finish(self, item_id: int, token: UUID, ending: Ending, at: datetime) -> bool:
        """Take it off the line; False when the lease is lost."""
        ...

    async def retry(self, item_id: int, token: UUID, again: Again) -> bool:
        """Leave it first in line and try again later; False when the lease is lost."""
        ...
