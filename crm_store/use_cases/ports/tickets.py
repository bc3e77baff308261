"""Tickets."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.tickets import Ticket, TicketKind


class Tickets(Protocol):
    async def is_number_taken(self, number: str) -> bool: ...

    async def add(
        self, customer_id: UUID, conversation_id: UUID, ticket: Ticket, order_id: UUID | None
    ) -> None: ...

    async def find_unsolved(self, customer_id: UUID, kind: TicketKind) -> Ticket | None:
        """The customer's newest ticket of this kind that somebody still works on."""
        ...

    async def find(self, customer_id: UUID, number: str, *, lock: bool = False) -> Ticket | None:
        """The customer's ticket with this number."""
        ...

    async def solve(self, ticket_id: UUID, at: datetime) -> None: ...
