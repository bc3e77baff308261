"""Requests for a person."""

from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.handoffs import Handoff
from crm_store.domain.identities import ConversationParty


class Handoffs(Protocol):
    async def find_open(self, conversation_id: UUID) -> Handoff | None:
        """The conversation's hand-over that has not been given back to the bot."""
        ...

    async def open(
        self, party: ConversationParty, handoff: Handoff, summary: JsonObject, message_id: UUID
    ) -> None:
        """Store the request and mark the conversation as waiting for a person; its epoch stays."""
        ...
