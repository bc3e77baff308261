"""The agents' desk in SQL: colleagues, labels, canned replies, the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName, Role
from crm_store.domain.audit import AuditEntry, NewAuditEntry
from crm_store.domain.canned_replies import CannedReply
from crm_store.domain.conversations import JsonObject
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    agents,
    audit_log,
    canned_replies,
    conversations,
    customers,
    orders,
)

_A: Final = agents.c
_R: Final = canned_replies.c
_G: Final = audit_log.c


class SqlColleagues:
    """See `crm_store.use_cases.ports.desk.Colleagues`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def change(self, agent_id: UUID, values: Mapping[str, object]) -> bool:
        changed = await self._connection.execute(
            agents.update().where(_A.id == agent_id).values({"id": agent_id, **values})
        )
        return changed.rowcount == 1

    async def is_email_taken(self, email: str) -> bool:
        query = sa.select(sa.exists().where(_A.email == email))
        return bool((await self._connection.execute(query)).scalar())

    async def count_admins(self) -> int:
        query = sa.select(_A.id).where(_A.role == Role.ADMIN.value, _A.active).with_for_update()
        return len((await self._connection.execute(query)).all())


class SqlCannedReplies:
    """See `crm_store.use_cases.ports.desk.CannedReplies`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_for(self, agent_id: UUID) -> list[CannedReply]:
        whose = sa.or_(_R.agent_id.is_(None), _R.agent_id == agent_id)
        query = sa.select(canned_replies).where(whose).order_by(_R.shortcut, _R.id)
        return [_reply(row) for row in await self._connection.execute(query)]

    async def find(self, reply_id: UUID) -> CannedReply | None:
        query = sa.select(canned_replies).where(_R.id == reply_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _reply(row) if row else None

    async def is_shortcut_taken(self, reply: CannedReply) -> bool:
        whose = _R.agent_id.is_(None) if reply.is_shared else _R.agent_id == reply.agent_id
        taken = sa.exists().where(whose, _R.shortcut == reply.shortcut, _R.id != reply.id)
        return bool((await self._connection.execute(sa.select(taken))).scalar())

    async def add(self, reply: CannedReply, at: datetime) -> None:
        values = {"id": reply.id, **_values(reply), "created_at": at, "updated_at": at}
        await self._connection.execute(canned_replies.insert().values(values))

    async def save(self, reply: CannedReply, at: datetime) -> None:
        changed = canned_replies.update().where(_R.id == reply.id)
        await self._connection.execute(changed.values({**_values(reply), "updated_at": at}))

    async def remove(self, reply_id: UUID) -> None:
        await self._connection.execute(canned_replies.delete().where(_R.id == reply_id))

    async def find_values(self, conversation_id: UUID, agent_id: UUID) -> JsonObject | None:
        row = (await self._connection.execute(_talk_with(conversation_id))).one_or_none()
        if row is None:
            return None
        newest = await self._newest_order(row.customer_id)
        return {
            "language": row.spoken or row.preferred,
            "customer": {"name": row.name, "name_bn": row.name_bn},
            "order": {"number": newest.number, "status": newest.status, "promised_by": newest.promised_by}
            if newest
            else None,
        }

    async def _newest_order(self, customer_id: UUID | None) -> AnyRow | None:
        if customer_id is None:
            return None
        query = (
            sa.select(orders.c.number, orders.c.status, orders.c.promised_by)
            .where(orders.c.customer_id == customer_id)
            .order_by(orders.c.placed_at.desc())
            .limit(1)
        )
        return (await self._connection.execute(query)).one_or_none()


NEWEST: Final = (
    sa.select(audit_log, _A.name, _A.name_bn)
    .join_from(audit_log, agents, _A.id == _G.agent_id, isouter=True)
    .order_by(_G.id.desc())
)


class SqlAuditLog:
    """See `crm_store.use_cases.ports.desk.AuditLog`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, entry: NewAuditEntry, at: datetime) -> None:
        await self._connection.execute(
            audit_log.insert().values(
                at=at,
                agent_id=entry.agent_id,
                kind=entry.kind,
                conversation_id=entry.conversation_id,
                customer_id=entry.customer_id,
                facts=entry.facts,
            )
        )

    async def list_newest(
        self, *, before: int | None, agent_id: UUID | None, kind: str | None, limit: int
    ) -> list[AuditEntry]:
        query = NEWEST.limit(limit)
        if before is not None:
            query = query.where(_G.id < before)
        if agent_id is not None:
            query = query.where(_G.agent_id == agent_id)
        if kind is not None:
            query = query.where(_G.kind == kind)
        return [_entry(row) for row in await self._connection.execute(query)]


def _talk_with(conversation_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            conversations.c.customer_id,
            conversations.c.language.label("spoken"),
            customers.c.language.label("preferred"),
            customers.c.name,
            customers.c.name_bn,
        )
        .join_from(conversations, customers, customers.c.id == conversations.c.customer_id, isouter=True)
        .where(conversations.c.id == conversation_id)
    )


def _reply(row: AnyRow) -> CannedReply:
    return CannedReply(row.id, row.agent_id, row.shortcut, row.title, row.title_bn, row.text)


def _values(reply: CannedReply) -> dict[str, object]:
    return {
        "agent_id": reply.agent_id,
        "shortcut": reply.shortcut,
        "title": reply.title,
        "title_bn": reply.title_bn,
        "text": dict(reply.text),
    }


def _entry(row: AnyRow) -> AuditEntry:
    agent = AgentName(row.agent_id, row.name, row.name_bn) if row.agent_id else None
    return AuditEntry(row.id, row.at, agent, row.kind, row.conversation_id, row.customer_id, row.facts)
