"""Agents in SQL."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import Agent, ChosenStatus, Role
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow, Insert, insert
from crm_store.sql.tables import agent_presence, agent_watches, agents, conversations, team_members
from crm_store.use_cases.ports.agents import NewAgent

_A: Final = agents.c

_LOAD: Final = (
    sa.select(sa.func.count())
    .where(
        conversations.c.assignee_id == _A.id,
        conversations.c.state == sa.literal_column("'claimed'", sa.String),
    )
    .correlate(agents)
    .scalar_subquery()
)
_PRESENT: Final = (
    sa.exists()
    .where(
        agent_presence.c.agent_id == _A.id,
        agent_presence.c.last_seen >= sa.bindparam("present_since", type_=agent_presence.c.last_seen.type),
    )
    .correlate(agents)
)
AGENT: Final = (*agents.c, _LOAD.label("load"), _PRESENT.label("present"))
_LOCK: Final = sa.select(_A.id).where(_A.id == sa.bindparam("agent")).with_for_update(key_share=True)
_FIND: Final = sa.select(*AGENT).where(_A.id == sa.bindparam("agent"))
_TEAMS: Final = sa.select(team_members.c.team_id).where(team_members.c.agent_id == sa.bindparam("agent"))
_ALL: Final = sa.select(*AGENT).order_by(_A.name, _A.id)
_VIEWERS: Final = _ALL.where(
    sa.exists()
    .where(
        agent_presence.c.agent_id == _A.id,
        agent_presence.c.last_seen >= sa.bindparam("present_since"),
        agent_watches.c.connection_id == agent_presence.c.connection_id,
        agent_watches.c.conversation_id == sa.bindparam("conversation"),
    )
    .correlate(agents)
)


@cache
def _upsert_presence(dialect: str) -> Insert:
    upsert = insert(dialect, agent_presence)
    new = {"last_seen": upsert.excluded.last_seen, "node": upsert.excluded.node}
    own = agent_presence.c.agent_id == upsert.excluded.agent_id
    return upsert.on_conflict_do_update(index_elements=["connection_id"], set_=new, where=own)


class SqlAgents:
    """See `crm_store.use_cases.ports.agents.Agents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, agent: NewAgent, at: datetime) -> None:
        await self._connection.execute(
            agents.insert().values(
                id=agent.id,
                name=agent.name,
                name_bn=agent.name_bn,
                email=agent.email,
                password_hash=agent.password_hash,
                role=agent.role.value,
                languages=list(agent.languages),
                max_load=agent.max_load,
                preferences={},
                created_at=at,
            )
        )

    async def list_all(self, present_since: datetime) -> list[Agent]:
        return await self._list(_ALL, {"present_since": present_since})

    async def list_viewers(self, conversation_id: UUID, present_since: datetime) -> list[Agent]:
        values = {"conversation": conversation_id, "present_since": present_since}
        return await self._list(_VIEWERS, values)

    async def _list(self, query: sa.Select[Any], values: dict[str, Any]) -> list[Agent]:
        rows = (await self._connection.execute(query, values)).all()
        members: dict[UUID, list[UUID]] = {}
        for row in await self._connection.execute(sa.select(team_members)):
            members.setdefault(row.agent_id, []).append(row.team_id)
        return [agent_of(row, tuple(members.get(row.id, ()))) for row in rows]

    async def seen(self, agent_id: UUID, connection_id: UUID, node: str, at: datetime) -> None:
        row = {"connection_id": connection_id, "agent_id": agent_id, "node": node}
        upsert = _upsert_presence(self._connection.dialect.name)
        await self._connection.execute(upsert, row | {"opened_at": at, "last_seen": at})

    async def watch(self, connection_id: UUID, conversation_ids: Collection[UUID]) -> None:
        await self.forget_watches(connection_id)
        rows = [{"connection_id": connection_id, "conversation_id": each} for each in conversation_ids]
        if rows:
            await self._connection.execute(agent_watches.insert(), rows)

    async def forget_watches(self, connection_id: UUID) -> None:
        await self._connection.execute(
            agent_watches.delete().where(agent_watches.c.connection_id == connection_id)
        )

    async def forget_connections(self, before: datetime) -> int:
        old = agent_presence.delete().where(agent_presence.c.last_seen < before)
        return int((await self._connection.execute(old)).rowcount)

    async def find(self, agent_id: UUID, present_since: datetime, *, lock: bool = False) -> Agent | None:
        if lock:
            await self._connection.execute(_LOCK, {"agent": agent_id})
        values = {"agent": agent_id, "present_since": present_since}
        row = (await self._connection.execute(_FIND, values)).one_or_none()
        if row is None:
            return None
        team_ids = (await self._connection.execute(_TEAMS, {"agent": agent_id})).scalars()
        return agent_of(row, tuple(team_ids))


def agent_of(row: AnyRow, team_ids: tuple[UUID, ...]) -> Agent:
    """The agent of a row with the columns `AGENT`."""
    return replace(person_of(row), team_ids=team_ids, load=row.load, present=bool(row.present))


def person_of(row: AnyRow) -> Agent:
    """The agent of a row of `agents`, without teams, load and presence."""
    return Agent(
        id=row.id,
        name=row.name,
        name_bn=row.name_bn,
        email=row.email,
        role=Role(row.role),
        languages=tuple(row.languages),
        chosen_status=ChosenStatus(row.status),
        max_load=row.max_load,
        active=row.active,
        preferences=row.preferences,
    )
