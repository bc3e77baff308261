"""Conversations changing hands."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.handling import Handled, Move


class Handlings(Protocol):
    async def find(self, conversation_id: UUID, *, lock: bool = False) -> Handled | None:
        """Where the conversation is. `lock` keeps other changes of it waiting until commit."""
        ...

    async def move(self, before: Handled, move: Move, at: datetime) -> Handled:
        """Journal the move and make it; the conversation afterwards. Raises NotInThatState."""
        ...
