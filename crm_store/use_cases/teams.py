"""Teams: which of them a request goes to, and when somebody of them is there."""

from uuid import UUID

from crm_store.domain.errors import UnknownAgent, UnknownTeam
from crm_store.domain.opening_hours import Availability
from crm_store.domain.teams import SUPPORT_SLUG, Team, support_hours
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

# Stands in while the shop has made no team: the shop's hours, nobody's conversations.
_NO_TEAM = UUID(int=0)


async def list_teams(store: Store) -> list[Team]:
    """Every team, the default one first."""
    async with store.read() as uow:
        return await uow.teams.list_all()


async def ensure_default_team(store: Store) -> Team:
    """The team that gets what no other does; made with the shop's hours when there is none."""
    async with store.begin() as uow:
        known = await uow.teams.list_all()
        default = next((team for team in known if team.is_default), None)
        if default is not None:
            return default
        made = Team(new_id(), SUPPORT_SLUG, "Support", "সহায়তা", support_hours(), is_default=True)
        await uow.teams.add(made, uow.now)
        await uow.commit()
        return made


async def add_team(store: Store, team: Team) -> None:
    """Raises ConflictingWrite when the slug is taken."""
    async with store.begin() as uow:
        await uow.teams.add(team, uow.now)
        await uow.commit()


async def save_team(store: Store, team: Team) -> None:
    """Raises UnknownTeam."""
    async with store.begin() as uow:
        if not await uow.teams.save(team):
            raise UnknownTeam(str(team.id))
        await uow.commit()


async def delete_team(store: Store, team_id: UUID) -> None:
    """Its conversations go to the default team. Raises UnknownTeam."""
    async with store.begin() as uow:
        if not await uow.teams.delete(team_id):
            raise UnknownTeam(str(team_id))
        await uow.commit()


async def put_agent_in_teams(store: Store, agent_id: UUID, team_ids: tuple[UUID, ...]) -> None:
    """These and no others. Raises UnknownTeam, UnknownAgent."""
    async with store.begin() as uow:
        known = {team.id for team in await uow.teams.list_all()}
        if not known.issuperset(team_ids):
            raise UnknownTeam(", ".join(map(str, team_ids)))
        if await uow.agents.find(agent_id, uow.now) is None:
            raise UnknownAgent(str(agent_id))
        await uow.teams.set_teams_of(agent_id, team_ids)
        await uow.commit()


async def when_team_is_there(store: Store, team_id: UUID | None = None) -> Availability:
    """Whether somebody of the team (None: the default one) is on duty now, and when that changes."""
    async with store.read() as uow:
        return (await find_team(uow, team_id)).hours.availability(uow.now)


async def find_team(uow: UnitOfWork, team_id: UUID | None) -> Team:
    """The team, or the default one; without any, one with the shop's hours that nobody is in."""
    known = await uow.teams.list_all()
    wanted = next((team for team in known if team.id == team_id), None)
    return wanted or _default(known)


async def route(uow: UnitOfWork, reason: str) -> Team:
    """The team a request for this reason goes to."""
    known = await uow.teams.list_all()
    return next((team for team in known if reason in team.reasons), None) or _default(known)


def stored_id(team: Team) -> UUID | None:
    """What a conversation of this team refers to."""
    return None if team.id == _NO_TEAM else team.id


def _default(known: list[Team]) -> Team:
    default = next((team for team in known if team.is_default), None)
    return default or Team(_NO_TEAM, SUPPORT_SLUG, "Support", "সহায়তা", support_hours(), is_default=True)
