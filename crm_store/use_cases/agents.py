"""The people who answer."""

from uuid import UUID

from crm_store.domain.agents import DEFAULT_MAX_LOAD, Agent, Role
from crm_store.domain.errors import UnknownAgent
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.agents import NewAgent
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.use_cases.waking import present_since


async def add_agent(
    store: Store,
    *,
    name: str,
    email: str,
    password_hash: str,
    name_bn: str | None = None,
    role: Role = Role.AGENT,
    languages: tuple[str, ...] = ("en", "bn"),
    max_load: int = DEFAULT_MAX_LOAD,
) -> Agent:
    """A new agent. The caller hashes the password. Raises ConflictingWrite when the address is taken."""
    new = NewAgent(new_id(), name, name_bn, email.casefold(), password_hash, role, languages, max_load)
    async with store.begin() as uow:
        await uow.agents.add(new, uow.now)
        added = await access_agent(uow, new.id)
        await uow.commit()
        return added


async def access_agent(uow: UnitOfWork, agent_id: UUID, *, lock: bool = False) -> Agent:
    """An active agent. Raises UnknownAgent."""
    agent = await uow.agents.find(agent_id, present_since(uow.now), lock=lock)
    if agent is None or not agent.active:
        raise UnknownAgent(str(agent_id))
    return agent


async def list_agents(store: Store) -> list[Agent]:
    """Every agent, active or not, with load and presence."""
    async with store.read() as uow:
        return await uow.agents.list_all(present_since(uow.now))


async def read_agent(store: Store, agent_id: UUID) -> Agent:
    """An active agent with load and presence. Raises UnknownAgent."""
    async with store.read() as uow:
        return await access_agent(uow, agent_id)
