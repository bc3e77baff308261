"""The outbox of push channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import Author
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


class Outbox(Protocol):
    async def add(self, items: Sequence[NewOutboxItem], at: datetime) -> None: ...

    async def lease(self, token: UUID, until: datetime, now: datetime, channel: str | None) -> int | None:
        """Lease the message due longest among those that are the first unsent of their conversation."""
        ...

    async def load(self, item_id: int) -> tuple[OutboxItem, bool]:
        """A leased message, and whether it may still be sent: no bot message after a take-over (G3)."""
        ...

    async def finish(
        self, item_id: int, token: UUID, status: str, at: datetime, external_id: str | None, error: str | None
    ) -> bool:
        """Take it off the line; False when the lease is lost."""
        ...

    async def retry(self, item_id: int, token: UUID, at: datetime, error: str) -> bool:
        """Leave it first in line and try again at `at`; False when the lease is lost."""
        ...
