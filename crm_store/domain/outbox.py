"""Messages on their way to a push channel (Slack, Telegram)."""

from dataclasses import dataclass, field
from uuid import UUID

from crm_store.domain.agents import AgentName
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
    place: str = ""
    is_public: bool = False
    address: JsonObject = field(default_factory=dict)
    """What the channel said answering there takes (`crm_store.domain.received.Place`), or a letter's way."""
    reply_to: JsonObject | None = None
    """What the channel said answering that very message takes; None when it answers none."""
    answers: str | None = None
    """The platform's id of the message it answers."""
    attachments: tuple[JsonObject, ...] = ()
    edit_of: tuple[str, ...] = ()
    """An edit: the platform's ids of the message whose place it takes."""
    sent_parts: tuple[str, ...] = ()
    """The platform's ids of the parts that are confirmed; the next one is to be sent."""
    uncertain: int = 0
    """How often an attempt ended without anybody knowing whether the next part arrived."""
    age_seconds: float = 0.0
    in_reply_to: UUID | None = None
    """The customer's message it answers."""
    agent: AgentName | None = None
    """Who of the people wrote it."""
