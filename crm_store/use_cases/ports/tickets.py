"""Tickets."""

from typing import Protocol
from uuid import UUID

from crm_store.domain.tickets import Ticket


class Tickets(Protocol):
    async def is_number_taken(self, number: str) -> bool: ...

    async def add(
        self, customer_id: UUID, conversation_id: UUID, ticket: Ticket, order_id: UUID | None
    ) -> None: ...
