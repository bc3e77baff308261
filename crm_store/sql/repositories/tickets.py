"""Tickets in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.tickets import Ticket, TicketKind, TicketStatus
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, one_of
from crm_store.sql.tables import orders, tickets

_UNSOLVED: Final = one_of(tickets.c.status, frozenset({TicketStatus.OPEN.value, TicketStatus.PENDING.value}))
_TICKETS: Final = sa.select(tickets, orders.c.number.label("order_number")).select_from(
    tickets.outerjoin(orders, orders.c.id == tickets.c.order_id)
)


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

    async def find_unsolved(self, customer_id: UUID, kind: TicketKind) -> Ticket | None:
        query = (
            _TICKETS.where(tickets.c.customer_id == customer_id, tickets.c.kind == kind.value, _UNSOLVED)
            .order_by(tickets.c.opened_at.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return _ticket(row) if row is not None else None

    async def find(self, customer_id: UUID, number: str, *, lock: bool = False) -> Ticket | None:
        query = _TICKETS.where(tickets.c.customer_id == customer_id, tickets.c.number == number)
        if lock:
            query = query.with_for_update(of=tickets)
        row = (await self._connection.execute(query)).one_or_none()
        return _ticket(row) if row is not None else None

    async def solve(self, ticket_id: UUID, at: datetime) -> None:
        solved = tickets.update().where(tickets.c.id == ticket_id)
        await self._connection.execute(solved.values(status=TicketStatus.SOLVED.value, solved_at=at))


def _ticket(row: AnyRow) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.number,
        subject=row.subject,
        kind=TicketKind(row.kind),
        status=TicketStatus(row.status),
        opened_at=row.opened_at,
        order_number=row.order_number,
    )
