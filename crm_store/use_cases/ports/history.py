"""The append-only history, and what the actions of a turn have already done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject


@dataclass(frozen=True)
class Interaction:
    """One line of a customer's history: what happened, when, who caused it, because of which message."""

    kind: str
    at: datetime
    customer_id: UUID | None
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    actor: Author = Author.SYSTEM
    facts: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class ActionKey:
    """Which run of which action this is: the message being answered, and the how-manieth run in its turn."""

    message_id: UUID
    action: str
    ordinal: int

    @property
    def actor(self) -> Author:
        """Whose change it is in the history."""
        return Author.CUSTOMER


@dataclass(frozen=True)
class AgentActionKey:
    """The same for what an agent changes for a customer: `key` is the console's own, new for each change.

    With `rehearsal` everything is checked and worked out, and nothing is kept.
    """

    key: UUID
    agent_id: UUID
    action: str
    rehearsal: bool = False

    @property
    def message_id(self) -> None:
        """No message of the customer's caused it."""
        return None

    @property
    def actor(self) -> Author:
        """Whose change it is in the history."""
        return Author.AGENT


AnyActionKey = ActionKey | AgentActionKey


class Interactions(Protocol):
    async def append(self, interaction: Interaction) -> None: ...

    async def list_of_conversation(
        self, conversation_id: UUID, since: datetime, actor: Author
    ) -> list[Interaction]:
        """What this kind of author did in the conversation since, oldest first."""
        ...

    async def list_newest(self, customer_id: UUID, limit: int) -> list[Interaction]: ...


class AppliedActions(Protocol):
    async def is_message_of(self, message_id: UUID, conversation_id: UUID) -> bool: ...

    async def find_result(self, key: ActionKey) -> JsonObject | None:
        """What the first run with this key answered."""
        ...

    async def save_result(self, key: ActionKey, result: JsonObject, at: datetime) -> None:
        """Raises ConflictingWrite when another transaction ran the same action meanwhile."""
        ...


class AgentActions(Protocol):
    async def find_result(self, conversation_id: UUID, key: AgentActionKey) -> JsonObject | None:
        """What the first run with this key answered. Raises KeyUsed when it was another action."""
        ...

    async def save_result(
        self, conversation_id: UUID, key: AgentActionKey, result: JsonObject, at: datetime
    ) -> None: ...
