"""A customer for the console's panel."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.customer_panel import PanelAddress, PanelIdentity, PanelRating, PanelTicket
from crm_store.domain.customers import Consents
from crm_store.sql.connections import Connection
from crm_store.sql.queries.timelines import SqlTimelines
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    addresses,
    agents,
    channel_identities,
    customers,
    orders,
    survey_responses,
    tickets,
)
from crm_store.use_cases.ports.console import FoundCustomer

MAX_IDENTITIES: Final = 20
MAX_TICKETS: Final = 20
MAX_RATINGS: Final = 20

_WHOSE: Final = sa.bindparam("customer", type_=sa.Uuid())

_CUSTOMER: Final = sa.select(customers).where(customers.c.id == _WHOSE)
_IDENTITIES: Final = (
    sa.select(channel_identities)
    .where(channel_identities.c.customer_id == _WHOSE)
    .order_by(channel_identities.c.created_at.desc())
    .limit(MAX_IDENTITIES)
)
_TICKETS: Final = (
    sa.select(tickets, orders.c.number.label("order_number"))
    .outerjoin(orders, orders.c.id == tickets.c.order_id)
    .where(tickets.c.customer_id == _WHOSE)
    .order_by(tickets.c.opened_at.desc())
    .limit(MAX_TICKETS)
)
_RATINGS: Final = (
    sa.select(survey_responses, agents.c.name, agents.c.name_bn)
    .outerjoin(agents, agents.c.id == survey_responses.c.agent_id)
    .where(survey_responses.c.customer_id == _WHOSE)
    .order_by(survey_responses.c.answered_at.desc())
    .limit(MAX_RATINGS)
)
_ADDRESSES: Final = (
    sa.select(addresses)
    .where(addresses.c.customer_id == _WHOSE)
    .order_by(addresses.c.is_default.desc(), addresses.c.created_at.desc())
)


class SqlCustomerPanels(SqlTimelines):
    """See `crm_store.use_cases.ports.console.CustomerPanels`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_customer(self, customer_id: UUID) -> FoundCustomer | None:
        row = (await self._connection.execute(_CUSTOMER, {"customer": customer_id})).one_or_none()
        if row is None:
            return None
        return FoundCustomer(
            id=row.id,
            name=row.name,
            name_bn=row.name_bn,
            email=row.email,
            phone=row.phone,
            language=row.language,
            tier=row.tier,
            timezone=row.timezone,
            created_at=row.created_at,
            consents=Consents(row.consent_marketing, row.consent_personalisation),
        )

    async def list_identities(self, customer_id: UUID) -> tuple[PanelIdentity, ...]:
        return tuple(
            PanelIdentity(row.channel, row.account, row.source_id, row.proof, row.created_at)
            for row in await self._rows(_IDENTITIES, customer_id)
        )

    async def list_tickets(self, customer_id: UUID) -> tuple[PanelTicket, ...]:
        return tuple(
            PanelTicket(
                row.number, row.subject, row.kind, row.status, row.opened_at, row.solved_at, row.order_number
            )
            for row in await self._rows(_TICKETS, customer_id)
        )

    async def list_ratings(self, customer_id: UUID) -> tuple[PanelRating, ...]:
        return tuple(_rating(row) for row in await self._rows(_RATINGS, customer_id))

    async def list_addresses(self, customer_id: UUID) -> tuple[PanelAddress, ...]:
        return tuple(
            PanelAddress(row.label, row.line, row.area, row.city, row.postcode, row.phone, row.is_default)
            for row in await self._rows(_ADDRESSES, customer_id)
        )

    async def _rows(self, query: sa.Select[Any], customer_id: UUID) -> Sequence[AnyRow]:
        return (await self._connection.execute(query, {"customer": customer_id})).all()


def _rating(row: AnyRow) -> PanelRating:
    agent = AgentName(row.agent_id, row.name, row.name_bn) if row.agent_id is not None else None
    return PanelRating(row.rating, row.comment, row.about, agent, row.answered_at)
