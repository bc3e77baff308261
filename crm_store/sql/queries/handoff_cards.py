"""What a hand-over card is made from, each part found through an index and bounded."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.card_sources import CardTicket, Change, LastRating, Understood, Value
from crm_store.domain.conversation_lists import PastHandoff
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.dialogue_memory import read_memory
from crm_store.domain.handoff_card import Who
from crm_store.domain.identities import Proof
from crm_store.domain.money import CURRENCY
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import OrderStatus
from crm_store.domain.tickets import TicketStatus
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, one_of
from crm_store.sql.tables import (
    agents,
    channel_identities,
    conversations,
    customers,
    dialogue_states,
    handoffs,
    interactions,
    messages,
    orders,
    products,
    returns,
    survey_responses,
    tickets,
)
from crm_store.use_cases.ports.console import CardParty, CustomerRecord

# What an agent needs is in the last messages; an older matter has its own line in the history.
MAX_MESSAGES: Final = 30
MAX_CHANGES: Final = 30
MAX_TICKETS: Final = 5
MAX_HANDOFFS: Final = 20

_OF: Final = sa.bindparam("conversation", type_=sa.Uuid())
_WHOSE: Final = sa.bindparam("customer", type_=sa.Uuid())

_PARTY: Final = (
    sa.select(
        conversations.c.channel,
        conversations.c.language,
        conversations.c.customer_id,
        conversations.c.mood,
        conversations.c.mood_trend,
        conversations.c.created_at,
        channel_identities.c.proof,
        channel_identities.c.created_at.label("known_since"),
        customers.c.name,
        customers.c.name_bn,
        customers.c.tier,
        customers.c.language.label("customer_language"),
        customers.c.created_at.label("customer_since"),
        dialogue_states.c.state,
    )
    .select_from(conversations)
    .join(channel_identities, channel_identities.c.id == conversations.c.identity_id)
    .outerjoin(customers, customers.c.id == conversations.c.customer_id)
    .outerjoin(dialogue_states, dialogue_states.c.conversation_id == conversations.c.id)
    .where(conversations.c.id == _OF)
)
_MESSAGES: Final = (
    sa.select(
        messages.c.id,
        messages.c.at,
        messages.c.text,
        messages.c.understanding,
        messages.c.actions,
        messages.c.choice,
    )
    .where(
        messages.c.conversation_id == _OF,
        messages.c.author == sa.literal_column(f"'{Author.CUSTOMER.value}'"),
        messages.c.seq.is_not(None),
    )
    .order_by(messages.c.seq.desc())
    .limit(MAX_MESSAGES)
)
_CHANGES: Final = (
    sa.select(
        interactions.c.id,
        interactions.c.message_id,
        interactions.c.kind,
        interactions.c.at,
        interactions.c.facts,
    )
    .where(interactions.c.conversation_id == _OF)
    .order_by(interactions.c.id.desc())
    .limit(MAX_CHANGES)
)
_TICKETS: Final = (
    sa.select(tickets.c.number, tickets.c.subject, tickets.c.kind)
    .where(
        tickets.c.customer_id == _WHOSE,
        one_of(tickets.c.status, frozenset({TicketStatus.OPEN.value, TicketStatus.PENDING.value})),
    )
    .order_by(tickets.c.opened_at.desc())
    .limit(MAX_TICKETS)
)
_RATING: Final = (
    sa.select(survey_responses.c.rating, survey_responses.c.comment, survey_responses.c.answered_at)
    .where(survey_responses.c.customer_id == _WHOSE)
    .order_by(survey_responses.c.answered_at.desc())
    .limit(1)
)
_WORTH: Final = sa.select(
    sa.func.count().label("bought"),
    sa.func.sum(orders.c.total).label("lifetime"),
    sa.select(sa.func.count()).where(returns.c.customer_id == _WHOSE).scalar_subquery().label("returned"),
).where(
    orders.c.customer_id == _WHOSE,
    orders.c.status != sa.literal_column(f"'{OrderStatus.CANCELLED.value}'"),
)
_PRODUCT: Final = sa.select(products.c.name, products.c.name_bn).where(
    products.c.sku == sa.bindparam("sku", type_=sa.String())
)
_HANDOFFS: Final = (
    sa.select(handoffs, agents.c.name, agents.c.name_bn)
    .outerjoin(agents, agents.c.id == handoffs.c.agent_id)
    .where(handoffs.c.conversation_id == _OF)
    .order_by(handoffs.c.asked_at.desc())
    .limit(MAX_HANDOFFS)
)


class SqlCardReads:
    """See `crm_store.use_cases.ports.console.CardReads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_party(self, conversation_id: UUID) -> CardParty | None:
        row = (await self._connection.execute(_PARTY, {"conversation": conversation_id})).one_or_none()
        if row is None:
            return None
        mood = (row.mood, row.mood_trend or "same") if row.mood else None
        return CardParty(row.customer_id, _who(row), read_memory(row.state), mood)

    async def list_messages(self, conversation_id: UUID) -> tuple[Understood, ...]:
        rows = (await self._connection.execute(_MESSAGES, {"conversation": conversation_id})).all()
        return tuple(_understood(row) for row in reversed(rows))

    async def list_changes(self, conversation_id: UUID) -> tuple[Change, ...]:
        rows = (await self._connection.execute(_CHANGES, {"conversation": conversation_id})).all()
        return tuple(Change(row.message_id, row.kind, row.at, row.facts) for row in reversed(rows))

    async def read_record(self, customer_id: UUID) -> CustomerRecord:
        whose = {"customer": customer_id}
        open_tickets = (await self._connection.execute(_TICKETS, whose)).all()
        rated = (await self._connection.execute(_RATING, whose)).one_or_none()
        worth = (await self._connection.execute(_WORTH, whose)).one()
        return CustomerRecord(
            tickets=tuple(CardTicket(row.number, row.subject, row.kind) for row in open_tickets),
            rating=LastRating(rated.rating, rated.comment, rated.answered_at) if rated else None,
            value=Value(int(worth.lifetime or 0), CURRENCY, worth.bought),
            returns=worth.returned,
        )

    async def find_product_name(self, sku: str) -> tuple[str, str] | None:
        row = (await self._connection.execute(_PRODUCT, {"sku": sku})).one_or_none()
        return (row.name, row.name_bn) if row is not None else None

    async def list_handoffs(self, conversation_id: UUID) -> tuple[PastHandoff, ...]:
        rows = await self._connection.execute(_HANDOFFS, {"conversation": conversation_id})
        return tuple(_past_handoff(row) for row in rows)


def _who(row: AnyRow) -> Who:
    verified = row.customer_id is not None and Proof(row.proof).is_verified
    return Who(
        name=row.name,
        name_bn=row.name_bn,
        verified=verified,
        proof=PROOFS[Proof(row.proof)],
        channel=row.channel,
        since=_since(row),
        tier=row.tier,
        language=row.language or row.customer_language,
    )


# As the contract calls them; a number somebody only typed proves nothing.
PROOFS: Final = {
    Proof.NONE: "none",
    Proof.CLAIMED: "none",
    Proof.SIGNED: "signed",
    Proof.CODE: "one_time_code",
}


def _since(row: AnyRow) -> date:
    return shop_date(row.customer_since or row.known_since)


def _understood(row: AnyRow) -> Understood:
    understanding: JsonObject = row.understanding or {}
    chosen = row.choice if isinstance(row.choice, dict) else {}
    return Understood(
        id=row.id,
        at=row.at,
        text=row.text,
        intent=understanding.get("intent") or chosen.get("intent"),
        entities=_entities(understanding, chosen),
        mood=understanding.get("mood"),
        actions=tuple(row.actions or ()),
    )


def _entities(understanding: JsonObject, chosen: JsonObject) -> tuple[JsonObject, ...]:
    """Of a click they are what its button stands for: {"order_number": "KT-10234"}."""
    found: list[Any] = understanding.get("entities") or []
    if not found and isinstance(chosen.get("entities"), dict):
        found = [{"entity": name, "value": value} for name, value in chosen["entities"].items()]
    return tuple(each for each in found if isinstance(each, dict))


def _past_handoff(row: AnyRow) -> PastHandoff:
    agent = AgentName(row.agent_id, row.name, row.name_bn) if row.agent_id is not None else None
    return PastHandoff(
        row.id, row.reason, row.asked_at, row.claimed_at, row.returned_at, agent, row.outcome or row.ended_by
    )
