"""Conversations brought into every state, for the contracts of who has them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

from crm_store.domain.agents import Agent
from crm_store.domain.handling import HandBackOutcome, Handled, Handling, ResolveReason
from crm_store.domain.turns import Reply
from crm_store.sql import SqlStore
from crm_store.use_cases import handling
from crm_store.use_cases.presence import heartbeat
from crm_store.use_cases.turns import hand_over_turn
from tests.contracts.conversing import Visitor, claim, make_visitor

SORRY = Reply(text="A person will help you.", language="en")


async def ask(store: SqlStore, visitor: Visitor, reason: str = "asked") -> None:
    """The visitor asks for a person, in a turn of the bot."""
    await visitor.write("a person, please")
    await hand_over_turn(store, await claim(store, visitor.conversation_id), reason=reason, reply=SORRY)


async def arrive(store: SqlStore, agent: Agent) -> UUID:
    """The agent opens the console; the connection."""
    connection = uuid4()
    await heartbeat(store, agent_id=agent.id, connection_id=connection, node="test")
    return connection


async def bring(store: SqlStore, state: Handling, agent: Agent) -> Visitor:
    """A visitor whose conversation is in this state, with this agent where it has one."""
    visitor = await make_visitor(store)
    for step in _STEPS[state]:
        await step(store, visitor, agent)
    assert (await handling.read_handling(store, visitor.conversation_id)).state is state
    return visitor


Step = Callable[[SqlStore, Visitor, Agent], Awaitable[object]]


async def _ask(store: SqlStore, visitor: Visitor, agent: Agent) -> None:
    await ask(store, visitor)


async def _claim(store: SqlStore, visitor: Visitor, agent: Agent) -> Handled:
    return await handling.claim(store, visitor.conversation_id, agent_id=agent.id)


async def _snooze(store: SqlStore, visitor: Visitor, agent: Agent) -> Handled:
    async with store.read() as uow:
        until = uow.now + timedelta(hours=1)
    return await handling.snooze(store, visitor.conversation_id, agent_id=agent.id, until=until)


async def _resolve(store: SqlStore, visitor: Visitor, agent: Agent) -> Handled:
    return await handling.resolve(
        store, visitor.conversation_id, agent_id=agent.id, reason=ResolveReason.SOLVED
    )


_STEPS: dict[Handling, tuple[Step, ...]] = {
    Handling.BOT: (),
    Handling.QUEUED: (_ask,),
    Handling.CLAIMED: (_ask, _claim),
    Handling.SNOOZED: (_ask, _claim, _snooze),
    Handling.RESOLVED: (_ask, _claim, _resolve),
}


async def hand_back(store: SqlStore, visitor: Visitor, agent: Agent) -> Handled:
    return await handling.hand_back(
        store,
        visitor.conversation_id,
        agent_id=agent.id,
        outcome=HandBackOutcome.SOLVED,
        summary="Refunded the cover.",
    )
