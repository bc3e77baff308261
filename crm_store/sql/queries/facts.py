"""The facts of a turn: columns for one query, each found through an index.

What they cost grows neither with the number of customers nor with the length of a history: open orders and
tickets are counted through (customer, status), the rest looks at one row.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.facts import CustomerFacts
from crm_store.domain.identities import Proof
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import OPEN_STATUSES
from crm_store.domain.tickets import TicketStatus
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, one_of
from crm_store.sql.tables import (
    channel_identities,
    conversations,
    customers,
    messages,
    orders,
    survey_responses,
    tickets,
)

_customer: Final = channel_identities.c.customer_id
_earlier: Final = conversations.alias("earlier")
_other: Final = conversations.alias("other")
_elsewhere: Final = conversations.alias("elsewhere")
# Who comes from another channel goes on where they stopped; after ten exchanges this talk has its own course.
YOUNG_UNTIL_SEQ: Final = 20
LINES_LOOKED_AT: Final = 60  # further back is another matter, and the cost must not grow with the talk (G8)
ORDER_CARD: Final = "order"
ELSEWHERE_REMEMBERED: Final = timedelta(days=14)
_OPEN_ORDER: Final = sa.and_(
    orders.c.customer_id == _customer,
    one_of(orders.c.status, frozenset(status.value for status in OPEN_STATUSES)),
)
_OPEN_TICKET: Final = sa.and_(
    tickets.c.customer_id == _customer,
    one_of(tickets.c.status, frozenset({TicketStatus.OPEN.value, TicketStatus.PENDING.value})),
)


def _look_up(query: sa.Select[Any], name: str) -> sa.Label[Any]:
    return query.correlate(conversations, channel_identities).scalar_subquery().label(name)


# Shown to nobody but the customer, so only read out of a row whose identity is proven (see `facts_of`).
FACTS: Final[tuple[sa.ColumnElement[Any], ...]] = (
    channel_identities.c.proof,
    conversations.c.channel,
    conversations.c.is_public,
    conversations.c.language.label("conversation_language"),
    customers.c.language.label("customer_language"),
    customers.c.given_name,
    customers.c.given_name_bn,
    customers.c.tier,
    customers.c.consent_personalisation,
    _look_up(sa.select(sa.func.count()).select_from(orders).where(_OPEN_ORDER), "open_orders"),
    _look_up(
        sa.select(orders.c.number)
        .where(_OPEN_ORDER, orders.c.promised_by < sa.bindparam("today", type_=sa.Date))
        .order_by(orders.c.promised_by)
        .limit(1),
        "late_order",
    ),
    _look_up(sa.select(sa.func.count()).select_from(tickets).where(_OPEN_TICKET), "open_tickets"),
    _look_up(
        sa.select(survey_responses.c.rating)
        .where(survey_responses.c.customer_id == _customer)
        .order_by(survey_responses.c.answered_at.desc())
        .limit(1),
        "last_rating",
    ),
    sa.exists()
    .where(
        _earlier.c.customer_id == _customer,
        _earlier.c.id != conversations.c.id,
        _earlier.c.created_at < conversations.c.created_at,
        _earlier.c.last_customer_seq > 0,
    )
    .correlate(conversations, channel_identities)
    .label("wrote_before"),
    _elsewhere.c.channel.label("elsewhere_channel"),
    _elsewhere.c.topic.label("elsewhere_topic"),
    _elsewhere.c.changed_at.label("elsewhere_at"),
    (
        sa.select(messages.c.card)
        .where(
            messages.c.conversation_id == _elsewhere.c.id,
            messages.c.seq > _elsewhere.c.last_seq - LINES_LOOKED_AT,
            messages.c.card["type"].as_string() == ORDER_CARD,
        )
        .order_by(messages.c.seq.desc())
        .limit(1)
        .correlate(_elsewhere)
        .scalar_subquery()
        .label("elsewhere_card")
    ),
    (conversations.c.state == sa.literal_column("'queued'", sa.String)).label("handoff_pending"),
    conversations.c.mood,
    conversations.c.handed_back,
)
# The conversation on another channel that was active last. A customer has few, and only a young one looks.
_LAST_ELSEWHERE: Final = (
    sa.select(_other.c.id)
    .where(
        _other.c.customer_id == _customer,
        _other.c.channel != conversations.c.channel,
        _other.c.last_customer_seq > 0,
        _other.c.is_public.is_(False),
        _other.c.changed_at > sa.bindparam("recent", type_=conversations.c.changed_at.type),
    )
    .order_by(_other.c.changed_at.desc())
    .limit(1)
    .correlate(conversations, channel_identities)
    .scalar_subquery()
)
FACTS_FROM: Final = (
    conversations.join(channel_identities, channel_identities.c.id == conversations.c.identity_id)
    .outerjoin(customers, customers.c.id == _customer)
    .outerjoin(
        _elsewhere,
        _elsewhere.c.id == sa.case((conversations.c.answered_seq < YOUNG_UNTIL_SEQ, _LAST_ELSEWHERE)),
    )
)

QUERY: Final = (
    sa.select(*FACTS).select_from(FACTS_FROM).where(conversations.c.id == sa.bindparam("conversation"))
)


def parameters(conversation_id: UUID, now: datetime) -> dict[str, Any]:
    """What `QUERY`, or any query with the columns `FACTS`, is run with."""
    return {"conversation": conversation_id, "today": shop_date(now), "recent": now - ELSEWHERE_REMEMBERED}


def facts_of(row: AnyRow) -> CustomerFacts:
    """The facts in a row with the columns `FACTS`, less what this identity or customer does not allow."""
    anybodys = CustomerFacts(
        language=row.conversation_language,
        handoff_pending=row.handoff_pending,
        mood=row.mood,
        place="public" if row.is_public else "private",
        channel=row.channel,
        handed_back=row.handed_back,
    )
    if row.is_public or not Proof(row.proof).is_verified or row.given_name is None:
        return anybodys
    personal = row.consent_personalisation
    return replace(
        anybodys,
        language=row.customer_language or row.conversation_language,
        customer_name=row.given_name,
        customer_name_bn=row.given_name_bn,
        verified=True,
        tier=row.tier if personal else None,
        returning=row.wrote_before if personal else None,
        open_orders=row.open_orders,
        late_order=row.late_order if personal else None,
        open_tickets=row.open_tickets,
        last_rating=row.last_rating if personal else None,
        elsewhere=_said_elsewhere(row) if personal else None,
    )


def _said_elsewhere(row: AnyRow) -> JsonObject | None:
    if row.elsewhere_channel is None:
        return None
    card = row.elsewhere_card or {}
    return {
        "channel": row.elsewhere_channel,
        "topic": row.elsewhere_topic,
        "order": card.get("number"),
        "at": row.elsewhere_at.isoformat(),
    }


async def read_facts(connection: Connection, conversation_id: UUID, now: datetime) -> CustomerFacts:
    """The facts of one conversation. Raises UnknownConversation."""
    found = await connection.execute(QUERY, parameters(conversation_id, now))
    row = found.one_or_none()
    if row is None:
        raise UnknownConversation(str(conversation_id))
    return facts_of(row)
