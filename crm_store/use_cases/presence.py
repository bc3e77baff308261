"""Who of the agents is there, and what becomes of a conversation whose agent is not any more."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.agents import Agent
from crm_store.domain.handling import Changed, Edge, Handled, Handling, Move
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.handing import name_of
from crm_store.use_cases.notices import tell_about_agent
from crm_store.use_cases.unit_of_work import Store
from crm_store.use_cases.waking import present_since, wake

# Rows of connections that ended without a word are cleared away after this long.
FORGET_AFTER: Final = timedelta(hours=1)
# How many conversations one look takes care of; the next look takes the others.
AT_A_TIME: Final = 100


async def heartbeat(store: Store, *, agent_id: UUID, connection_id: UUID, node: str) -> None:
    """The agent's connection is alive. Raises UnknownAgent."""
    async with store.begin() as uow:
        await access_agent(uow, agent_id)
        await uow.agents.seen(agent_id, connection_id, node, uow.now)
        await uow.commit()


async def leave(store: Store, *, connection_id: UUID) -> None:
    """The connection ended and says so. Claims wait for the 90 seconds all the same: tabs are reloaded."""
    async with store.begin() as uow:
        await uow.agents.forget_watches(connection_id)
        await uow.commit()


async def watch(store: Store, *, connection_id: UUID, conversation_ids: Collection[UUID]) -> None:
    """This connection looks at these conversations and no others."""
    async with store.begin() as uow:
        await uow.agents.watch(connection_id, conversation_ids)
        await uow.commit()


async def list_viewers(store: Store, conversation_id: UUID) -> list[Agent]:
    """Who is looking at the conversation now."""
    async with store.read() as uow:
        return await uow.agents.list_viewers(conversation_id, present_since(uow.now))


async def expire_absent(store: Store) -> list[Handled]:
    """Put conversations back into the queue whose agent has been gone for 90 s, and tell their customers."""
    async with store.read() as uow:
        absent = await uow.handling.list_absent(present_since(uow.now), AT_A_TIME)
    expired = [await _expire(store, conversation_id) for conversation_id in absent]
    return [each for each in expired if each is not None]


async def wake_due(store: Store) -> list[Handled]:
    """Wake the snoozed conversations whose time has come."""
    async with store.read() as uow:
        due = await uow.handling.list_snoozed(uow.now, AT_A_TIME)
    woken = [await _wake(store, conversation_id) for conversation_id in due]
    return [each for each in woken if each is not None]


async def forget_old_connections(store: Store) -> int:
    """Clear away connections nobody heard of for long; how many."""
    async with store.begin() as uow:
        forgotten = await uow.agents.forget_connections(uow.now - FORGET_AFTER)
        await uow.commit()
        return forgotten


async def list_changed(store: Store, *, since_seconds: float, limit: int = 500) -> list[Changed]:
    """Conversations that changed lately, oldest first: hints for consoles that missed one."""
    async with store.read() as uow:
        return await uow.handling.list_changed(uow.now - timedelta(seconds=since_seconds), limit)


async def _expire(store: Store, conversation_id: UUID) -> Handled | None:
    """Looks again under the lock: the agent may have come back, or somebody else been quicker."""
    async with store.begin() as uow:
        before = await uow.handling.find(conversation_id, lock=True)
        still = conversation_id in await uow.handling.list_absent(
            present_since(uow.now), 1, conversation_id=conversation_id
        )
        if not still or before is None or before.assignee_id is None:
            return None
        move = Move(Edge.EXPIRE, Handling.QUEUED, reason="agent_gone")
        after = await uow.handling.move(before, move, uow.now)
        await tell_about_agent(uow, after, "agent_gone", await name_of(uow, before.assignee_id))
        await uow.commit()
        return after


async def _wake(store: Store, conversation_id: UUID) -> Handled | None:
    async with store.begin() as uow:
        before = await uow.handling.find(conversation_id, lock=True)
        if before is None or before.state is not Handling.SNOOZED:  # somebody was quicker
            return None
        if before.snoozed_until is None or before.snoozed_until > uow.now:
            return None
        after = await wake(uow, before, reason="time")
        await uow.commit()
        return after
