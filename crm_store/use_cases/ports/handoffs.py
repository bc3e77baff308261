"""Requests for a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.handoffs import Handoff
from crm_store.domain.identities import ConversationParty


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stretch with people ended: `ended_by` is the edge, the rest what the agent left for the bot."""

    ended_by: str
    outcome: str | None = None
    summary: str | None = None
    changes: list[JsonObject] | None = None


class Handoffs(Protocol):
    async def find_open(self, conversation_id: UUID) -> Handoff | None:
        """The conversation's hand-over that has not been given back to the bot."""
        ...

    async def claim(self, conversation_id: UUID, agent_id: UUID, at: datetime) -> None:
        """The open hand-over is this agent's now; the first claim's time stays."""
        ...

    async def close(self, conversation_id: UUID, ending: Ending, at: datetime) -> None:
        """The open hand-over is over."""
        ...

    async def open(
        self, party: ConversationParty, handoff: Handoff, summary: JsonObject, message_id: UUID | None
    ) -> None:
        """Store the request; the conversation itself is moved by `Handlings`."""
        ...
