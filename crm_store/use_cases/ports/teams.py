"""Teams."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.teams import Team


class Teams(Protocol):
    async def list_all(self) -> list[Team]:
        """Every team, the default one first, then by name."""
        ...

    async def add(self, team: Team, at: datetime) -> None:
        """Raises ConflictingWrite when the slug is taken, or there is a default team already."""
        ...

    async def save(self, team: Team) -> bool:
        """False when there is no such team."""
        ...

    async def delete(self, team_id: UUID) -> bool: ...

    async def set_members(self, team_id: UUID, agent_ids: tuple[UUID, ...]) -> None: ...

    async def set_teams_of(self, agent_id: UUID, team_ids: tuple[UUID, ...]) -> None: ...
