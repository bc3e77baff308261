"""A customer for the console's panel."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.customer_panel import (
    PanelAddress,
    PanelIdentity,
    PanelMerge,
    PanelRating,
    PanelTicket,
)
from crm_store.domain.customers import Consents
from crm_store.domain.linking import shown_account
from crm_store.domain.search import PersonName
from crm_store.sql.connections import Connection
from crm_store.sql.queries.timelines import SqlTimelines
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    addresses,
    agents,
    channel_identities,
    customer_merges,
    customers,
    identity_links,
    orders,
    survey_responses,
    tickets,
)
from crm_store.use_cases.ports.console import FoundCustomer

MAX_IDENTITIES: Final = 20
MAX_TICKETS: Final = 20
MAX_RATINGS: Final = 20
MAX_MERGES: Final = 20

_WHOSE: Final = sa.bindparam("customer", type_=sa.Uuid())

_stayed: Final = customers.alias("stayed")
_INTO: Final = sa.select(_stayed.c.merged_into).where(_stayed.c.id == _WHOSE).scalar_subquery()
_CUSTOMER: Final = sa.select(customers).where(customers.c.id == sa.func.coalesce(_INTO, _WHOSE))
_LINKED_AT: Final = (
    sa.select(sa.func.max(identity_links.c.at))
    .where(identity_links.c.identity_id == channel_identities.c.id, identity_links.c.ended_at.is_(None))
    .correlate(channel_identities)
    .scalar_subquery()
    .label("linked_at")
)
_IDENTITIES: Final = (
    sa.select(channel_identities, _LINKED_AT)
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
_kept: Final = customers.alias("kept")
_merged: Final = customers.alias("merged")
_doer: Final = agents.alias("doer")
_undoer: Final = agents.alias("undoer")
_PARTS: Final = {"kept": _kept, "merged": _merged, "doer": _doer, "undoer": _undoer}
_NAMED: Final = ("name", "name_bn")  # the ids stand in the journal's own row
_NAMES: Final = [part.c[name].label(f"{who}_{name}") for who, part in _PARTS.items() for name in _NAMED]
_MERGES: Final = (
    sa.select(customer_merges, *_NAMES)
    .join(_kept, _kept.c.id == customer_merges.c.kept_id)
    .join(_merged, _merged.c.id == customer_merges.c.merged_id)
    .outerjoin(_doer, _doer.c.id == customer_merges.c.agent_id)
    .outerjoin(_undoer, _undoer.c.id == customer_merges.c.undone_by_id)
    .where(sa.or_(customer_merges.c.kept_id == _WHOSE, customer_merges.c.merged_id == _WHOSE))
    .order_by(customer_merges.c.at.desc(), customer_merges.c.id.desc())
    .limit(MAX_MERGES)
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
            PanelIdentity(
                id=row.id,
                channel=row.channel,
                account=row.account,
                source_id=row.source_id,
                name=shown_account(row.username, row.display_name),
                proof=row.proof,
                created_at=row.created_at,
                linked_at=row.linked_at,
                unreachable_at=row.unreachable_at,
                unreachable_reason=row.unreachable_reason,
            )
            for row in await self._rows(_IDENTITIES, customer_id)
        )

    async def list_merges(self, customer_id: UUID) -> tuple[PanelMerge, ...]:
        return tuple(_merge(row) for row in await self._rows(_MERGES, customer_id))

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
    agent = _agent(row.agent_id, row.name, row.name_bn)
    return PanelRating(row.rating, row.comment, row.about, agent, row.answered_at)


def _merge(row: AnyRow) -> PanelMerge:
    return PanelMerge(
        id=row.id,
        kept=PersonName(row.kept_id, row.kept_name, row.kept_name_bn),
        merged=PersonName(row.merged_id, row.merged_name, row.merged_name_bn),
        agent=_agent(row.agent_id, row.doer_name, row.doer_name_bn),
        reason=row.reason,
        at=row.at,
        undone_at=row.undone_at,
        undone_by=_agent(row.undone_by_id, row.undoer_name, row.undoer_name_bn),
    )


def _agent(agent_id: UUID | None, name: str, name_bn: str) -> AgentName | None:
    return AgentName(agent_id, name, name_bn) if agent_id is not None else None
