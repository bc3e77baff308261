"""The queue as somebody who waits in it sees it, in SQL."""

from datetime import datetime, timedelta
from statistics import median
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import ChosenStatus
from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import Edge
from crm_store.domain.identities import Proof
from crm_store.sql.connections import Connection
from crm_store.sql.tables import (
    agent_presence,
    agents,
    channel_identities,
    conversation_transitions,
    conversations,
    handoffs,
    team_members,
)

_C: Final = conversations.c
_T: Final = conversation_transitions.c
_ahead: Final = conversations.alias("ahead")
_LOOKED_AT: Final = 20  # claims; the last hours of a shop, a day of a quiet one
_VERIFIED: Final = [proof.value for proof in Proof if proof.is_verified]
_IN_PRIVATE: Final = _C.is_public.is_(sa.false())  # an answer is the customer's alone (CH6)

_QUEUED: Final = sa.literal_column("'queued'", sa.String)
_PLACE: Final = (
    sa.select(sa.func.count())
    .select_from(_ahead)
    .where(
        _ahead.c.state == _QUEUED,
        _ahead.c.team_id.is_not_distinct_from(_C.team_id),
        sa.or_(
            _ahead.c.priority < _C.priority,
            sa.and_(_ahead.c.priority == _C.priority, _ahead.c.queued_at <= _C.queued_at),
        ),
    )
    .correlate(conversations)
    .scalar_subquery()
)
_WAITED: Final = (
    sa.select(handoffs.c.asked_at, handoffs.c.claimed_at)
    .join(
        conversation_transitions,
        sa.and_(
            _T.conversation_id == handoffs.c.conversation_id,
            _T.at == handoffs.c.claimed_at,
        ),
    )
    .where(_T.at >= sa.bindparam("since", type_=_T.at.type), _T.edge == Edge.CLAIM.value)
    .order_by(_T.at.desc())
    .limit(_LOOKED_AT)
)


class SqlWaitingRoom:
    """See `crm_store.use_cases.ports.waiting.WaitingRoom`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def count_present(self, team_id: UUID | None, since: datetime) -> int:
        there = (
            sa.select(sa.func.count(sa.distinct(agents.c.id)))
            .join(agent_presence, agent_presence.c.agent_id == agents.c.id)
            .where(
                agents.c.active,
                agents.c.status == ChosenStatus.AVAILABLE.value,
                agent_presence.c.last_seen >= since,
            )
        )
        if team_id is not None:
            members = sa.select(team_members.c.agent_id).where(team_members.c.team_id == team_id)
            there = there.where(sa.or_(agents.c.id.in_(members), ~sa.exists(members)))
        return int((await self._connection.execute(there)).scalar_one())

    async def place(self, conversation_id: UUID) -> int | None:
        query = sa.select(_PLACE).where(_C.id == conversation_id, _C.state == _QUEUED)
        found: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def usual_wait(self, since: datetime) -> timedelta | None:
        rows = await self._connection.execute(_WAITED, {"since": since})
        waited = [row.claimed_at - row.asked_at for row in rows]
        return median(waited) if waited else None

    async def note_on_request(self, conversation_id: UUID, values: JsonObject) -> None:
        request = _open_request(conversation_id)
        known = (
            await self._connection.execute(sa.select(handoffs.c.summary).where(request))
        ).scalar_one_or_none()
        if known is not None:
            await self._connection.execute(
                handoffs.update().where(request).values(summary={**known, **values})
            )

    async def other_channels(self, customer_id: UUID, channel: str) -> list[str]:
        i = channel_identities.c
        query = (
            sa.select(i.channel)
            .join(conversations, _C.identity_id == i.id)
            .where(i.customer_id == customer_id, i.channel != channel, i.proof.in_(_VERIFIED), _IN_PRIVATE)
            .distinct()
            .order_by(i.channel)
        )
        return list((await self._connection.execute(query)).scalars())

    async def find_left(self, conversation_id: UUID) -> JsonObject | None:
        query = sa.select(handoffs.c.summary).where(_open_request(conversation_id))
        summary: JsonObject = (await self._connection.execute(query)).scalar_one_or_none() or {}
        return summary if isinstance(summary.get("answer_at"), dict) else None

    async def find_elsewhere(self, conversation_id: UUID, channel: str) -> UUID | None:
        i, own = channel_identities.c, channel_identities.alias("own")
        here = conversations.alias("here")
        query = (
            sa.select(_C.id)
            .join(channel_identities, i.id == _C.identity_id)
            .join(own, own.c.customer_id == i.customer_id)
            .join(here, here.c.identity_id == own.c.id)
            .where(
                here.c.id == conversation_id,
                own.c.proof.in_(_VERIFIED),
                i.proof.in_(_VERIFIED),
                i.channel == channel,
                _IN_PRIVATE,
            )
            .order_by(_C.created_at.desc())
            .limit(1)
        )
        found: UUID | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def number(self, conversation_id: UUID) -> int:
        statement = (
            conversations.update()
            .where(_C.id == conversation_id)
            .values(last_seq=_C.last_seq + 1)
            .returning(_C.last_seq)
        )
        seq: int = (await self._connection.execute(statement)).scalar_one()
        return seq


def _open_request(conversation_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(handoffs.c.conversation_id == conversation_id, handoffs.c.returned_at.is_(None))
