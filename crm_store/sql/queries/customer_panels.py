"""A customer for the console's panel, and the timeline of everything that happened with them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.cursors import Part
from crm_store.domain.customer_panel import PanelAddress, PanelIdentity, PanelRating, PanelTicket
from crm_store.domain.customers import Consents
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    addresses,
    agents,
    channel_identities,
    conversations,
    customers,
    interactions,
    messages,
    orders,
    survey_responses,
    tickets,
)
from crm_store.use_cases.ports.console import FoundCustomer, HistoryLine

MAX_IDENTITIES: Final = 20
MAX_TICKETS: Final = 20
MAX_RATINGS: Final = 20
MAX_FIRST_WORDS: Final = 120

_WHOSE: Final = sa.bindparam("customer", type_=sa.Uuid())
_AT_MOST: Final = sa.bindparam("at_most", type_=sa.Integer())

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

_first: Final = messages.alias("first_message")
_BEGINNING: Final = "conversation_began"
_LINES: Final = (
    sa.select(
        interactions.c.id,
        interactions.c.at,
        interactions.c.kind,
        interactions.c.actor,
        interactions.c.facts,
        interactions.c.conversation_id,
        conversations.c.channel,
    )
    .outerjoin(conversations, conversations.c.id == interactions.c.conversation_id)
    .where(interactions.c.customer_id == _WHOSE)
    .order_by(interactions.c.at.desc(), interactions.c.id.desc())
    .limit(_AT_MOST)
)
_BEGINNINGS: Final = (
    sa.select(
        conversations.c.id,
        conversations.c.created_at.label("at"),
        conversations.c.channel,
        sa.func.substr(_first.c.text, 1, MAX_FIRST_WORDS).label("words"),
        _first.c.author,
    )
    .outerjoin(_first, sa.and_(_first.c.conversation_id == conversations.c.id, _first.c.seq == 1))
    .where(conversations.c.customer_id == _WHOSE)
    .order_by(conversations.c.created_at.desc(), conversations.c.id.desc())
    .limit(_AT_MOST)
)
_LINE_KEY: Final = sa.tuple_(interactions.c.at, interactions.c.id)
_BEGINNING_KEY: Final = sa.tuple_(conversations.c.created_at, conversations.c.id)
_AT: Final = sa.bindparam("at", type_=interactions.c.at.type)
LINES_BEHIND: Final = _LINES.where(sa.tuple_(_AT, sa.bindparam("line", type_=sa.BigInteger())) > _LINE_KEY)
BEGINNINGS_BEHIND: Final = _BEGINNINGS.where(
    sa.tuple_(_AT, sa.bindparam("beginning", type_=sa.Uuid())) > _BEGINNING_KEY
)


class SqlCustomerPanels:
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

    async def list_history(
        self, customer_id: UUID, after: Sequence[Part] | None, limit: int
    ) -> list[HistoryLine]:
        """The newest lines of the journal and beginnings of conversations, behind a key, one list."""
        values: dict[str, Any] = {"customer": customer_id, "at_most": limit}
        lines, beginnings = _LINES, _BEGINNINGS
        if after is not None:
            at, line, beginning = after
            values |= {"at": at, "line": line, "beginning": beginning}
            lines, beginnings = LINES_BEHIND, BEGINNINGS_BEHIND
        found = [_line(row) for row in await self._connection.execute(lines, values)]
        found += [_beginning(row) for row in await self._connection.execute(beginnings, values)]
        found.sort(key=lambda line: line.key, reverse=True)
        return found[:limit]

    async def _rows(self, query: sa.Select[Any], customer_id: UUID) -> Sequence[AnyRow]:
        return (await self._connection.execute(query, {"customer": customer_id})).all()


def _rating(row: AnyRow) -> PanelRating:
    agent = AgentName(row.agent_id, row.name, row.name_bn) if row.agent_id is not None else None
    return PanelRating(row.rating, row.comment, row.about, agent, row.answered_at)


def _line(row: AnyRow) -> HistoryLine:
    return HistoryLine(
        row.at, row.kind, row.channel, row.conversation_id, row.actor, row.facts, line_id=row.id
    )


def _beginning(row: AnyRow) -> HistoryLine:
    words = row.words if row.author == "customer" else None
    facts = {"channel": row.channel, "words": words}
    return HistoryLine(row.at, _BEGINNING, row.channel, row.id, "customer", facts, line_id=None)
