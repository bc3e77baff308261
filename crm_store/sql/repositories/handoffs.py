"""Requests for a person in SQL."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import JsonObject
from crm_store.domain.handoffs import Handoff
from crm_store.domain.identities import ConversationParty
from crm_store.sql.connections import Connection
from crm_store.sql.tables import handoffs
from crm_store.use_cases.ports.handoffs import Ending


def _open(conversation_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(handoffs.c.conversation_id == conversation_id, handoffs.c.returned_at.is_(None))


class SqlHandoffs:
    """See `crm_store.use_cases.ports.handoffs.Handoffs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_open(self, conversation_id: UUID) -> Handoff | None:
        query = sa.select(handoffs).where(_open(conversation_id))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Handoff(row.id, row.conversation_id, row.reason, row.asked_at, row.claimed_at, row.agent_id)

    async def claim(self, conversation_id: UUID, agent_id: UUID, at: datetime) -> None:
        claimed_at = sa.func.coalesce(
            handoffs.c.claimed_at, sa.bindparam("now", at, handoffs.c.claimed_at.type)
        )
        await self._connection.execute(
            handoffs.update().where(_open(conversation_id)).values(agent_id=agent_id, claimed_at=claimed_at)
        )

    async def close(self, conversation_id: UUID, ending: Ending, at: datetime) -> None:
        await self._connection.execute(
            handoffs.update()
            .where(_open(conversation_id))
            .values(
                returned_at=at,
                ended_by=ending.ended_by,
                outcome=ending.outcome,
                outcome_summary=ending.summary,
                changes=ending.changes,
            )
        )

    async def open(
        self, party: ConversationParty, handoff: Handoff, summary: JsonObject, message_id: UUID | None
    ) -> None:
        await self._connection.execute(
            handoffs.insert().values(
                id=handoff.id,
                conversation_id=handoff.conversation_id,
                customer_id=party.customer_id if party.is_verified else None,
                message_id=message_id,
                reason=handoff.reason,
                summary=summary,
                asked_at=handoff.asked_at,
            )
        )
