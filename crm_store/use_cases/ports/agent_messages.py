"""What agents write to customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import ConversationEvent, JsonObject


@dataclass(frozen=True, slots=True)
class NewAgentMessage:
    """A message to add; `replaces` is the one an edit stands for."""

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    text: str | None
    language: str | None = None
    client_msg_id: str | None = None
    replaces: UUID | None = None
    attachments: Sequence[JsonObject] = ()


class AgentMessages(Protocol):
    async def find_sent(self, agent_id: UUID, client_msg_id: str) -> ConversationEvent | None:
        """The message a repeat repeats."""
        ...

    async def find(self, conversation_id: UUID, message_id: UUID) -> ConversationEvent | None: ...

    async def list_versions(self, conversation_id: UUID, first: UUID) -> list[ConversationEvent]:
        """A message and what replaced it, oldest first."""
        ...

    async def answer(self, conversation_id: UUID, agent_id: UUID, at: datetime) -> int | None:
        """Number the assignee's next message; what the customer wrote before it counts as answered.

        None when the conversation is not this agent's.
        """
        ...

    async def add(self, message: NewAgentMessage, seq: int, at: datetime) -> None: ...
