"""Agents in SQL."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import Agent, ChosenStatus, Role
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import agent_presence, agents, conversations, team_members
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
        team_ids=team_ids,
        load=row.load,
        present=bool(row.present),
    )
