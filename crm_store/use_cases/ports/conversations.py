"""Conversations and their messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import (
    AcceptedMessage,
    Backlog,
    ConversationEvent,
    IncomingMessage,
    JsonObject,
    Progress,
    StoredButton,
)
from crm_store.domain.turns import ReplyButton


@dataclass(frozen=True, slots=True)
class StoredChoice:
    """What a button says and what it stands for."""

    title: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation to open. `customer_id` is None while nobody owns it."""

    id: UUID
    channel: str
    account: str
    identity_id: UUID
    customer_id: UUID | None
    language: str | None = None
    place: str = ""
    is_public: bool = False
    address: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class PlacedConversation:
    """A conversation of somebody in a place."""

    id: UUID
    identity_id: UUID
    resolved_at: datetime | None
    """None: it is not resolved."""
    place: str
    address: JsonObject | None


@dataclass(frozen=True, slots=True)
class Told:
    """Something the service itself says, once for each `key` of a conversation."""

    id: UUID
    conversation_id: UUID
    key: str
    text: str
    language: str | None = None
    buttons: tuple[ReplyButton, ...] = ()
    card: JsonObject | None = None

    @property
    def external_id(self) -> str:
        return f"told:{self.conversation_id}:{self.key}"


class Conversations(Protocol):
    async def add(self, conversation: NewConversation, at: datetime) -> None: ...

    async def find_unresolved(self, identity_id: UUID, place: str = "") -> UUID | None:
        """The one conversation of this identity in this place that is not resolved."""
        ...

    async def find_in_place(self, identity_id: UUID, place: str) -> PlacedConversation | None:
        """The one that is not resolved, else the one that was resolved last."""
        ...

    async def list_in_place(self, channel: str, account: str, place: str) -> list[PlacedConversation]:
        """Everybody's in a place and in the threads of it ("place:…")."""
        ...

    async def relocate(self, conversation_id: UUID, place: str, address: JsonObject) -> None: ...

    async def attach(self, conversation_id: UUID, identity_id: UUID, customer_id: UUID) -> bool:
        """Give a conversation nobody owns to a customer; False when somebody owns it already."""
        ...

    async def find_progress(self, conversation_id: UUID) -> Progress | None: ...

    async def list_waiting(self, now: datetime, limit: int) -> list[UUID]:
        """Conversations whose turn may be claimed now, the longest due first."""
        ...

    async def count_backlog(self, now: datetime) -> Backlog: ...

    async def count_late(self, since: datetime, at_most: int) -> int:
        """How many of the bot's wait since then or longer; counting stops at `at_most`."""
        ...


class Messages(Protocol):
    async def accept(
        self,
        incoming: IncomingMessage,
        choice: StoredChoice | None,
        message_id: UUID,
        at: datetime,
        attachments: Sequence[JsonObject] = (),
    ) -> AcceptedMessage | None:
        """Number and store a message and wake its conversation. None when it is stored already.

        Raises UnknownConversation, also when it is snoozed or resolved, and TooManyWaiting. After None the
        unit of work must not be committed.
        """
        ...

    async def find_accepted(self, channel: str, account: str, external_id: str) -> AcceptedMessage | None:
        """The message a repeat repeats."""
        ...

    async def tell(self, told: Told, channel: str, account: str, at: datetime) -> None:
        """Number and store a message of the service, with its buttons."""
        ...

    async def find_choice(self, conversation_id: UUID, choice_id: str) -> StoredChoice | None: ...

    async def list_last_buttons(self, conversation_id: UUID) -> tuple[StoredButton, ...]:
        """Those that were shown last, unless the customer has written since."""
        ...

    async def list_events(self, conversation_id: UUID, after_seq: int, limit: int) -> list[ConversationEvent]:
        """What was shown after `after_seq`, in order."""
        ...
