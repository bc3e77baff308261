"""Reviews."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.reviews import Review


class Reviews(Protocol):
    async def add(self, customer_id: UUID, conversation_id: UUID, review: Review, at: datetime) -> None: ...
