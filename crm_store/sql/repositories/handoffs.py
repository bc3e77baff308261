"""Requests for a person in SQL."""

from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.conversations import ConversationStatus, JsonObject
from crm_store.domain.handoffs import Handoff
from crm_store.domain.identities import ConversationParty
from crm_store.sql.connections import Connection
from crm_store.sql.tables import conversations, handoffs


class SqlHandoffs:
    """See `crm_store.use_cases.ports.handoffs.Handoffs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_open(self, conversation_id: UUID) -> Handoff | None:
        query = sa.select(handoffs).where(
            handoffs.c.conversation_id == conversation_id, handoffs.c.returned_at.is_(None)
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Handoff(row.id, row.conversation_id, row.reason, row.asked_at, row.claimed_at)

    async def open(
        self, party: ConversationParty, handoff: Handoff, summary: JsonObject, message_id: UUID
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
        await self._connection.execute(
            conversations.update()
            .where(
                conversations.c.id == handoff.conversation_id,
                conversations.c.status == ConversationStatus.PENDING.value,
            )
            .values(status=ConversationStatus.OPEN.value)
        )
