"""Tickets in SQL."""

from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.tickets import Ticket
from crm_store.sql.connections import Connection
from crm_store.sql.tables import tickets


class SqlTickets:
    """See `crm_store.use_cases.ports.tickets.Tickets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def is_number_taken(self, number: str) -> bool:
        query = sa.select(tickets.c.id).where(tickets.c.number == number)
        return (await self._connection.execute(query)).first() is not None

    async def add(
        self, customer_id: UUID, conversation_id: UUID, ticket: Ticket, order_id: UUID | None
    ) -> None:
        await self._connection.execute(
            tickets.insert().values(
                id=ticket.id,
                number=ticket.number,
                customer_id=customer_id,
                conversation_id=conversation_id,
                order_id=order_id,
                subject=ticket.subject,
                kind=ticket.kind.value,
                status=ticket.status.value,
                opened_at=ticket.opened_at,
            )
        )
