"""Customers' messages that change after they came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Version:
    """The newest text of a message. `first_id` is the message itself, `id` the event with this text."""

    id: UUID
    first_id: UUID
    conversation_id: UUID
    seq: int
    text: str | None
    deleted: bool
    waits: bool
    """No turn has answered it."""
    in_flight: bool
    """A turn is answering it now."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """The event that stands in a message's place from now on; without a text it was deleted."""

    id: UUID
    conversation_id: UUID
    replaces: UUID
    text: str | None
    quiet: bool
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Words in a conversation, and whether they were ours."""

    text: str | None
    ours: bool


class ReceivedMessages(Protocol):
    async def find_said(
        self, channel: str, account: str, external_id: str, conversation_id: UUID
    ) -> Said | None:
        """What the platform knows by that id: a customer's message, or one of ours of late."""
        ...

    async def lock_newest(
        self, channel: str, account: str, external_id: str, now: datetime
    ) -> Version | None:
        """The newest version of a message, with its conversation locked until the end of the unit of work."""
        ...

    async def add_version(self, version: NewVersion, at: datetime) -> int:
        """Number and store it; unless it is quiet its conversation wakes. Its seq."""
        ...

    async def hush(self, message_id: UUID) -> None:
        """No turn is to answer this version any more."""
        ...

    async def forget_texts(self, conversation_id: UUID, first_id: UUID, at: datetime) -> None:
        """Everything of all versions that could be read: texts, files, what was understood."""
        ...

    async def recount(self, conversation_id: UUID, *, drop_lease: bool, at: datetime) -> None:
        """After messages were hushed: what still waits, and since when. Ends the turn under way on demand."""
        ...
