"""Conversations in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Attended, Backlog, ConversationStatus, Owner, Progress
from crm_store.domain.handling import Handling
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import agents, conversations
from crm_store.use_cases.ports.conversations import NewConversation

_C: Final = conversations.c

# Written out, not bound: only so does the planner see that the partial indexes apply.
IS_THE_BOTS: Final = _C.owner == sa.literal_column(f"'{Owner.BOT.value}'", sa.String)
IS_UNRESOLVED: Final = _C.status != sa.literal_column(f"'{ConversationStatus.RESOLVED.value}'", sa.String)

_WAITING: Final = (
    sa.select(_C.id)
    .where(IS_THE_BOTS, _C.turn_due_at <= sa.bindparam("now"))
    .order_by(_C.turn_due_at)
    .limit(sa.bindparam("at_most"))
)

_PROGRESS: Final = (
    sa.select(
        _C.last_seq,
        _C.taken_up_seq,
        _C.owner,
        _C.state,
        _C.assignee_id,
        agents.c.name,
        agents.c.name_bn,
    )
    .select_from(conversations.outerjoin(agents, agents.c.id == _C.assignee_id))
    .where(_C.id == sa.bindparam("conversation"))
)


class SqlConversations:
    """See `crm_store.use_cases.ports.conversations.Conversations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, conversation: NewConversation, at: datetime) -> None:
        await self._connection.execute(
            conversations.insert().values(
                id=conversation.id,
                channel=conversation.channel,
                account=conversation.account,
                identity_id=conversation.identity_id,
                customer_id=conversation.customer_id,
                language=conversation.language,
                created_at=at,
            )
        )

    async def find_unresolved(self, identity_id: UUID) -> UUID | None:
        query = sa.select(_C.id).where(_C.identity_id == identity_id, IS_UNRESOLVED)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def attach(self, conversation_id: UUID, identity_id: UUID, customer_id: UUID) -> bool:
        unowned = (_C.id == conversation_id, _C.customer_id.is_(None), IS_UNRESOLVED)
        statement = (
            conversations.update().where(*unowned).values(identity_id=identity_id, customer_id=customer_id)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def find_progress(self, conversation_id: UUID) -> Progress | None:
        row = (await self._connection.execute(_PROGRESS, {"conversation": conversation_id})).one_or_none()
        return Progress(row.last_seq, row.taken_up_seq, _attended(row)) if row is not None else None

    async def list_waiting(self, now: datetime, limit: int) -> list[UUID]:
        found = await self._connection.execute(_WAITING, {"now": now, "at_most": limit})
        return list(found.scalars())

    async def count_backlog(self, now: datetime) -> Backlog:
        query = sa.select(sa.func.count(), sa.func.min(_C.waiting_since)).where(
            IS_THE_BOTS, _C.waiting_since.is_not(None)
        )
        waiting, oldest = (await self._connection.execute(query)).one()
        age = (now - oldest).total_seconds() if oldest is not None else 0.0
        return Backlog(waiting, max(age, 0.0))


def _attended(row: AnyRow) -> Attended:
    agent = AgentName(row.assignee_id, row.name, row.name_bn) if row.assignee_id else None
    return Attended(Owner(row.owner), agent, waiting=row.state == Handling.QUEUED.value)
