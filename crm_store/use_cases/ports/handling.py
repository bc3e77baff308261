"""Conversations changing hands."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import Changed, Handled, Move, Transition


class Handlings(Protocol):
    async def find(self, conversation_id: UUID, *, lock: bool = False) -> Handled | None:
        """Where the conversation is. `lock` keeps other changes of it waiting until commit."""
        ...

    async def move(self, before: Handled, move: Move, at: datetime) -> Handled:
        """Journal the move and make it; the conversation afterwards. Raises NotInThatState."""
        ...

    async def add_notice(
        self, handled: Handled, message_id: UUID, notice: str, text: str, language: str, at: datetime
    ) -> None:
        """Store a system message as the conversation's next event."""
        ...

    async def leave_word(self, conversation_id: UUID, word: JsonObject) -> None:
        """Keep what the bot's next turn has to know of the stretch with people."""
        ...

    async def list_absent(
        self, present_since: datetime, limit: int, *, conversation_id: UUID | None = None
    ) -> list[UUID]:
        """Conversations (or whether this one) claimed before, whose assignee was not heard of since."""
        ...

    async def list_snoozed(self, until: datetime, limit: int) -> list[UUID]:
        """Snoozed conversations whose time has come."""
        ...

    async def list_changed(self, since: datetime, limit: int) -> list[Changed]:
        """Conversations with people that changed after `since`, and any that changed hands, oldest first."""
        ...

    async def list_transitions(self, conversation_id: UUID) -> list[Transition]:
        """The journal, oldest first."""
        ...

    async def see(self, conversation_id: UUID, agent_id: UUID, seq: int, at: datetime) -> bool:
        """The assignee has read up to `seq`; False when the conversation is not theirs."""
        ...

    async def see_by_customer(self, conversation_id: UUID, seq: int) -> None: ...
