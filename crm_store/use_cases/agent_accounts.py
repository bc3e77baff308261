"""Which agent an account on a platform is, and where teams are told of hand-overs."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from crm_store.domain.agent_threads import CODE_LIFETIME, AgentAccount, AgentCode, TeamChannel
from crm_store.domain.agents import Agent
from crm_store.domain.errors import LinkUnusable, NotLinked, UnknownAgent, UnknownTeam
from crm_store.domain.linking import new_code, read_code
from crm_store.domain.sessions import hash_token
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

# One "connection" of an agent for each account: the same on every node.
_CONNECTIONS: Final = UUID("6f1c7f0e-5f0a-4c55-9a58-6a0d3b1f9b51")


async def offer_agent_code(store: Store, agent_id: UUID) -> AgentCode:
    """A one-time code to type on the platform; an earlier one stops working. Raises UnknownAgent."""
    async with store.begin() as uow:
        await access_agent(uow, agent_id)
        code = AgentCode(new_code(), uow.now + CODE_LIFETIME)
        typed = read_code(code.code) or code.code
        await uow.agent_accounts.offer_code(hash_token(typed), agent_id, code.expires_at, uow.now)
        await uow.commit()
        return code


async def redeem_agent_code(store: Store, channel: str, account: str, user_id: str, written: str) -> Agent:
    """The account is the agent's whose code was typed. Raises LinkUnusable."""
    async with store.begin() as uow:
        typed = read_code(written)
        agent_id = await uow.agent_accounts.use_code(hash_token(typed), uow.now) if typed else None
        if agent_id is None:
            raise LinkUnusable(channel)
        agent = await _link(uow, AgentAccount(channel, account, user_id, agent_id, uow.now, uow.now))
        await uow.commit()
        return agent


async def link_agent(store: Store, channel: str, account: str, user_id: str, *, agent_id: UUID) -> Agent:
    """An administrator says whose account it is. Raises UnknownAgent."""
    async with store.begin() as uow:
        agent = await _link(uow, AgentAccount(channel, account, user_id, agent_id, uow.now))
        await uow.commit()
        return agent


async def _link(uow: UnitOfWork, found: AgentAccount) -> Agent:
    agent = await access_agent(uow, found.agent_id)
    await uow.agent_accounts.link(found)
    return agent


async def unlink_agent(
    store: Store, channel: str, account: str, user_id: str, *, only_of: UUID | None = None
) -> None:
    """The account is nobody's. Raises NotLinked, also when it is not `only_of`'s."""
    async with store.begin() as uow:
        found = await uow.agent_accounts.find(channel, account, user_id)
        if found is None or only_of not in (None, found.agent_id):
            raise NotLinked(user_id)
        await uow.agent_accounts.unlink(channel, account, user_id)
        await uow.commit()


async def list_agent_accounts(store: Store, agent_id: UUID | None = None) -> list[AgentAccount]:
    """One agent's accounts, or everybody's."""
    async with store.read() as uow:
        return await uow.agent_accounts.list_all(agent_id)


async def access_account_agent(store: Store, channel: str, account: str, user_id: str) -> Agent:
    """The active agent behind an account, who is there now: they just did something.

    Raises UnknownAgent.
    """
    async with store.begin() as uow:
        found = await uow.agent_accounts.find(channel, account, user_id)
        if found is None:
            raise UnknownAgent(user_id)
        await uow.agent_accounts.saw(channel, account, user_id, uow.now)
        await uow.agents.seen(found.agent_id, connection_of(found), channel, uow.now)
        agent = await access_agent(uow, found.agent_id)
        await uow.commit()
        return agent


async def keep_present(store: Store, found: AgentAccount) -> None:
    """The agent counts as there, without having done anything."""
    async with store.begin() as uow:
        await uow.agents.seen(found.agent_id, connection_of(found), found.channel, uow.now)
        await uow.commit()


async def list_present(
    store: Store, channel: str, *, minutes: float
) -> tuple[list[AgentAccount], list[AgentAccount]]:
    """Accounts that did something in the last minutes; and those that did not but have a conversation."""
    async with store.read() as uow:
        since = uow.now - timedelta(minutes=minutes)
        found = await uow.agent_accounts.list_active(channel, since)
    acted = [each for each in found if each.seen_at is not None and each.seen_at >= since]
    return acted, [each for each in found if each not in acted]


def connection_of(found: AgentAccount) -> UUID:
    """What stands for the account among an agent's connections."""
    return uuid5(_CONNECTIONS, f"{found.channel}/{found.account}/{found.user_id}/{found.agent_id}")


async def set_team_channel(
    store: Store, channel: str, account: str, place: str, *, team: str | None = None, language: str = "en"
) -> TeamChannel:
    """Hand-overs of a team (its slug; None: the default one) are posted there. Raises UnknownTeam."""
    async with store.begin() as uow:
        known = await uow.teams.list_all()
        wanted = next((each for each in known if (each.slug == team if team else each.is_default)), None)
        if wanted is None:
            raise UnknownTeam(team or "default")
        found = TeamChannel(wanted.id, channel, account, place, language)
        await uow.agent_accounts.save_channel(found, uow.now)
        await uow.commit()
        return found


async def save_team_channel(store: Store, team_channel: TeamChannel) -> None:
    """Raises UnknownTeam."""
    async with store.begin() as uow:
        if all(team.id != team_channel.team_id for team in await uow.teams.list_all()):
            raise UnknownTeam(str(team_channel.team_id))
        await uow.agent_accounts.save_channel(team_channel, uow.now)
        await uow.commit()


async def remove_team_channel(store: Store, team_id: UUID) -> None:
    """Its hand-overs go to the default team's channel. Raises UnknownTeam."""
    async with store.begin() as uow:
        if not await uow.agent_accounts.remove_channel(team_id):
            raise UnknownTeam(str(team_id))
        await uow.commit()


async def list_team_channels(store: Store) -> list[TeamChannel]:
    """Where hand-overs are posted."""
    async with store.read() as uow:
        return await uow.agent_accounts.list_channels()


async def note_channel_trouble(store: Store, team_channel: TeamChannel, trouble: str | None) -> None:
    """Why nothing is posted there at the moment; None when it works again."""
    async with store.begin() as uow:
        await uow.agent_accounts.save_trouble(team_channel, trouble, uow.now)
        await uow.commit()
