"""Review candidates: kept with a turn, listed for a person, marked when taken away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.review import CustomerMessage, ReviewCandidate


class ReviewCandidates(Protocol):
    async def add(self, candidates: Sequence[ReviewCandidate]) -> None: ...

    async def find_message_before(self, conversation_id: UUID, seq: int) -> CustomerMessage | None:
        """The last message the customer typed before this one."""
        ...

    async def list_oldest(self, *, exported_too: bool, limit: int) -> list[ReviewCandidate]: ...

    async def mark_exported(self, ids: Sequence[UUID], at: datetime) -> None: ...
