"""Who works here: agents are added, changed and let go, never deleted; what they wrote keeps its author."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from crm_store.domain.agents import DEFAULT_MAX_LOAD, GONE_AFTER_S, Agent, AgentName, ChosenStatus, Role
from crm_store.domain.errors import LastAdministrator, NameTaken, UnknownAgent, UnknownTeam
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.agents import NewAgent
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "add_agent",
    "change_agent",
    "find_agent",
    "find_agent_name",
    "reset_password",
    "save_preferences",
    "set_status",
]


async def find_agent(store: Store, agent_id: UUID) -> Agent:
    """An agent with load, teams and presence. Raises UnknownAgent."""
    async with store.read() as uow:
        return await access_agent(uow, agent_id)


async def find_agent_name(store: Store, agent_id: UUID) -> AgentName | None:
    """What others are told of an agent; None when there is none."""
    async with store.read() as uow:
        agent = await uow.agents.find(agent_id, uow.now)
    return agent.shown if agent else None


async def access_agent(uow: UnitOfWork, agent_id: UUID) -> Agent:
    """See `find_agent`."""
    agent = await uow.agents.find(agent_id, uow.now - timedelta(seconds=GONE_AFTER_S))
    if agent is None:
        raise UnknownAgent(str(agent_id))
    return agent


async def add_agent(
    store: Store,
    *,
    email: str,
    name: str,
    name_bn: str | None,
    role: Role,
    password_hash: str,
    languages: tuple[str, ...] = ("en", "bn"),
    team_ids: tuple[UUID, ...] = (),
    max_load: int = DEFAULT_MAX_LOAD,
) -> Agent:
    """A new colleague. Raises NameTaken when the address is somebody's, UnknownTeam."""
    async with store.begin() as uow:
        if await uow.colleagues.is_email_taken(email):
            raise NameTaken(email)
        agent = NewAgent(new_id(), name, name_bn, email, password_hash, role, languages, max_load)
        await uow.agents.add(agent, uow.now)
        await _set_teams(uow, agent.id, team_ids)
        added = await access_agent(uow, agent.id)
        await uow.commit()
        return added


async def change_agent(
    store: Store,
    agent_id: UUID,
    values: Mapping[str, Any],
    *,
    team_ids: tuple[UUID, ...] | None = None,
) -> Agent:
    """Change name, role, languages, load or whether they still work here.

    Who is let go, and who gets another role, is logged out everywhere. Raises UnknownAgent, UnknownTeam,
    LastAdministrator.
    """
    async with store.begin() as uow:
        before = await access_agent(uow, agent_id)
        await uow.colleagues.change(agent_id, values)
        if team_ids is not None:
            await _set_teams(uow, agent_id, team_ids)
        after = await access_agent(uow, agent_id)
        if before.role is Role.ADMIN and await uow.colleagues.count_admins() == 0:
            raise LastAdministrator(str(agent_id))
        if after.role is not before.role or not after.active:
            await uow.agent_access.end_sessions(agent_id, uow.now)
            await uow.agent_access.revoke_tokens(agent_id, uow.now)
        await uow.commit()
        return after


async def reset_password(store: Store, agent_id: UUID, password_hash: str) -> Agent:
    """A new first password for somebody who forgot theirs, or whose account somebody else was in.

    Every session and every token ends: whoever had a session could have made one. Raises UnknownAgent.
    """
    async with store.begin() as uow:
        agent = await access_agent(uow, agent_id)
        await uow.agent_access.save_password(agent_id, password_hash, uow.now)
        await uow.agent_access.end_sessions(agent_id, uow.now)
        await uow.agent_access.revoke_tokens(agent_id, uow.now)
        await uow.commit()
        return agent


async def set_status(store: Store, agent_id: UUID, status: ChosenStatus) -> Agent:
    """Available for new conversations, or away."""
    return await _change_lightly(store, agent_id, {"status": status.value})


async def save_preferences(store: Store, agent_id: UUID, changes: Mapping[str, object]) -> Agent:
    """Keep how the agent likes the console; what is not among `changes` stays."""
    async with store.begin() as uow:
        agent = await access_agent(uow, agent_id)
        await uow.colleagues.change(agent_id, {"preferences": {**agent.preferences, **changes}})
        changed = await access_agent(uow, agent_id)
        await uow.commit()
        return changed


async def _change_lightly(store: Store, agent_id: UUID, values: Mapping[str, object]) -> Agent:
    """A change that ends no session."""
    async with store.begin() as uow:
        await uow.colleagues.change(agent_id, values)
        changed = await access_agent(uow, agent_id)
        await uow.commit()
        return changed


async def _set_teams(uow: UnitOfWork, agent_id: UUID, team_ids: tuple[UUID, ...]) -> None:
    known = {team.id for team in await uow.teams.list_all()}
    for team_id in team_ids:
        if team_id not in known:
            raise UnknownTeam(str(team_id))
    await uow.teams.set_teams_of(agent_id, team_ids)
