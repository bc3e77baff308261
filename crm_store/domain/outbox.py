"""Messages on their way to a push channel (Slack, Telegram)."""

from dataclasses import dataclass
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject, StoredButton


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One message to send now, under a lease; `destination` is the identity's source id."""

    id: int
    conversation_id: UUID
    message_id: UUID
    channel: str
    account: str
    destination: str
    author: Author
    text: str | None
    buttons: tuple[StoredButton, ...]
    card: JsonObject | None
    language: str | None
    attempts: int
    lease_token: UUID
