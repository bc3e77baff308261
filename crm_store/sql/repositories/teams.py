"""Teams in SQL."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.teams import Team, check_holidays, check_hours, holidays_as_written, hours_as_written
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import team_members, teams


class SqlTeams:
    """See `crm_store.use_cases.ports.teams.Teams`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_all(self) -> list[Team]:
        query = sa.select(teams).order_by(teams.c.is_default.desc(), teams.c.name)
        return [_team(row) for row in await self._connection.execute(query)]

    async def add(self, team: Team, at: datetime) -> None:
        await self._connection.execute(teams.insert().values(id=team.id, created_at=at, **_values(team)))

    async def save(self, team: Team) -> bool:
        statement = teams.update().where(teams.c.id == team.id).values(_values(team))
        return (await self._connection.execute(statement)).rowcount == 1

    async def delete(self, team_id: UUID) -> bool:
        return (await self._connection.execute(teams.delete().where(teams.c.id == team_id))).rowcount == 1

    async def set_members(self, team_id: UUID, agent_ids: tuple[UUID, ...]) -> None:
        await self._connection.execute(team_members.delete().where(team_members.c.team_id == team_id))
        await self._add_members([{"team_id": team_id, "agent_id": each} for each in agent_ids])

    async def set_teams_of(self, agent_id: UUID, team_ids: tuple[UUID, ...]) -> None:
        await self._connection.execute(team_members.delete().where(team_members.c.agent_id == agent_id))
        await self._add_members([{"team_id": each, "agent_id": agent_id} for each in team_ids])

    async def _add_members(self, rows: list[dict[str, UUID]]) -> None:
        if rows:
            await self._connection.execute(team_members.insert(), rows)


def _values(team: Team) -> dict[str, Any]:
    return {
        "slug": team.slug,
        "name": team.name,
        "name_bn": team.name_bn,
        "timezone": team.hours.timezone,
        "hours": hours_as_written(team.hours),
        "holidays": holidays_as_written(team.hours),
        "reasons": list(team.reasons),
        "first_answer_minutes": team.first_answer_minutes,
        "next_answer_minutes": team.next_answer_minutes,
        "is_default": team.is_default,
    }


def _team(row: AnyRow) -> Team:
    hours = check_hours(row.hours, row.timezone)
    return Team(
        id=row.id,
        slug=row.slug,
        name=row.name,
        name_bn=row.name_bn,
        hours=replace(hours, holidays=check_holidays(row.holidays)),
        reasons=tuple(row.reasons),
        first_answer_minutes=row.first_answer_minutes,
        next_answer_minutes=row.next_answer_minutes,
        is_default=row.is_default,
    )
