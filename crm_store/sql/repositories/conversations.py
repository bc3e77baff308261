"""Conversations in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import (
    Attended,
    Backlog,
    ConversationStatus,
    JsonObject,
    Owner,
    Progress,
)
from crm_store.domain.handling import Handling
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import agents, channel_identities, conversations
from crm_store.use_cases.ports.conversations import NewConversation, PlacedConversation

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
# The order only tells SQLite which index to walk: it stops after a few rows.
_LATE: Final = (
    sa.select(_C.id)
    .where(IS_THE_BOTS, _C.waiting_since <= sa.bindparam("since"))
    .order_by(_C.waiting_since)
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


_PLACED: Final = (_C.id, _C.identity_id, _C.place, _C.address, _C.status, _C.resolved_at)
_OWNER_NOW: Final = (
    sa.select(channel_identities.c.customer_id)
    .where(channel_identities.c.id == sa.bindparam("identity"))
    .scalar_subquery()
)
# What was finished while the account was another customer's, or nobody's any more, is not gone on with (G5).
_IN_PLACE: Final = (
    sa.select(*_PLACED)
    .where(_C.identity_id == sa.bindparam("identity"), _C.place == sa.bindparam("at_place"))
    .where(sa.or_(IS_UNRESOLVED, _C.customer_id.is_not_distinct_from(_OWNER_NOW)))
    .order_by(IS_UNRESOLVED.desc(), _C.resolved_at.desc())
    .limit(1)
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
                place=conversation.place,
                is_public=conversation.is_public,
                address=conversation.address,
            )
        )

    async def find_unresolved(self, identity_id: UUID, place: str = "") -> UUID | None:
        query = sa.select(_C.id).where(_C.identity_id == identity_id, _C.place == place, IS_UNRESOLVED)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def find_in_place(self, identity_id: UUID, place: str) -> PlacedConversation | None:
        values = {"identity": identity_id, "at_place": place}
        row = (await self._connection.execute(_IN_PLACE, values)).first()
        return _placed(row) if row is not None else None

    async def list_in_place(self, channel: str, account: str, place: str) -> list[PlacedConversation]:
        there = sa.or_(_C.place == place, _C.place.startswith(f"{place}:", autoescape=True))
        of_account = (_C.channel == channel, _C.account == account, sa.text("conversations.place <> ''"))
        rows = await self._connection.execute(sa.select(*_PLACED).where(*of_account, there))
        return [_placed(row) for row in rows]

    async def relocate(self, conversation_id: UUID, place: str, address: JsonObject) -> None:
        statement = conversations.update().where(_C.id == conversation_id)
        await self._connection.execute(statement.values(place=place, address=address))

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

    async def count_late(self, since: datetime, at_most: int) -> int:
        late = await self._connection.execute(_LATE, {"since": since, "at_most": at_most})
        return len(late.all())


def _placed(row: AnyRow) -> PlacedConversation:
    resolved = row.status == ConversationStatus.RESOLVED.value
    at = row.resolved_at if resolved else None
    return PlacedConversation(row.id, row.identity_id, at, row.place, row.address)


def _attended(row: AnyRow) -> Attended:
    agent = AgentName(row.assignee_id, row.name, row.name_bn) if row.assignee_id else None
    return Attended(Owner(row.owner), agent, waiting=row.state == Handling.QUEUED.value)
