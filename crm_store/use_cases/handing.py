"""The steps of a change of hands, inside the transaction of a use case."""

from typing import Final
from uuid import UUID

from crm_store.domain.agents import Agent, AgentName
from crm_store.domain.errors import (
    AlreadyClaimed,
    EpochMoved,
    LoadLimitReached,
    NotAssignee,
    UnknownAgent,
    UnknownConversation,
)
from crm_store.domain.handling import Edge, Handled, Handling, Move, Place, Priority
from crm_store.domain.handoffs import Handoff, HandoffReason
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.applied_actions import access_party
from crm_store.use_cases.handoff_cards import summarise
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.notices import tell_about_agent
from crm_store.use_cases.teams import find_team, route, stored_id
from crm_store.use_cases.unit_of_work import UnitOfWork

# Requests that should not wait behind the others.
PRIORITIES: Final = {
    HandoffReason.COMPLAINT.value: Priority.HIGH,
    HandoffReason.VALUED_CUSTOMER.value: Priority.HIGH,
    HandoffReason.FAILURE.value: Priority.HIGH,
}


async def access_handled(uow: UnitOfWork, conversation_id: UUID, epoch: int | None = None) -> Handled:
    """The conversation, locked until commit. Raises UnknownConversation, EpochMoved."""
    found = await uow.handling.find(conversation_id, lock=True)
    if found is None:
        raise UnknownConversation(str(conversation_id))
    if epoch is not None and epoch != found.epoch:
        raise EpochMoved(found.epoch)
    return found


async def access_own(
    uow: UnitOfWork, conversation_id: UUID, agent_id: UUID, epoch: int | None, *, for_others: bool
) -> Handled:
    """A conversation that is nobody else's, or anybody's with `for_others`. Raises NotAssignee."""
    before = await access_handled(uow, conversation_id, epoch)
    await access_agent(uow, agent_id)
    if before.assignee_id not in (None, agent_id) and not for_others:
        raise NotAssignee(str(conversation_id))
    return before


async def check_free(uow: UnitOfWork, before: Handled) -> None:
    """Raises AlreadyClaimed when somebody has it."""
    if before.assignee_id is not None:
        raise AlreadyClaimed(before.conversation_id, await name_of(uow, before.assignee_id))


def check_load(agent: Agent) -> None:
    """Raises LoadLimitReached when the agent has as much as they take."""
    if agent.load >= agent.max_load:
        raise LoadLimitReached(agent.id, agent.max_load)


async def give_to(uow: UnitOfWork, before: Handled, move: Move, agent: Agent, notice: str) -> Handled:
    """The conversation is this agent's; the customer is told so."""
    if before.state in (Handling.BOT, Handling.RESOLVED):
        stepped_in = before.state is Handling.BOT
        reason = HandoffReason.AGENT_STEPPED_IN if stepped_in else HandoffReason.REOPENED
        await open_stretch(uow, before, reason)
    after = await uow.handling.move(before, move, uow.now)
    await uow.handoffs.claim(before.conversation_id, agent.id, uow.now)
    await tell_about_agent(uow, after, notice, agent.shown)
    return after


async def give_to_last_agent(uow: UnitOfWork, queued: Handled) -> Handled:
    """Who waits is the last agent's again at once, when that one is there and has room."""
    if queued.previous_agent_id is None:
        return queued
    try:
        agent = await access_agent(uow, queued.previous_agent_id, lock=True)
    except UnknownAgent:  # has left the shop
        return queued
    if not agent.takes_more:
        return queued
    move = Move(Edge.CLAIM, Handling.CLAIMED, assignee_id=agent.id, reason="last_agent")
    return await give_to(uow, queued, move, agent, "agent_joined")


async def open_stretch(uow: UnitOfWork, before: Handled, reason: HandoffReason) -> None:
    """A stretch with people that nobody asked for; what it is about is kept as of one that was."""
    party = await access_party(uow, before.conversation_id)
    handoff = Handoff(new_id(), before.conversation_id, reason.value, asked_at=uow.now)
    summary = await summarise(uow, before.conversation_id, reason.value)
    await uow.handoffs.open(party, handoff, summary, None)


async def place_for(uow: UnitOfWork, reason: str) -> Place:
    """The queue a request for this reason goes to."""
    team = await route(uow, reason)
    priority = PRIORITIES.get(reason, Priority.NORMAL)
    return Place(stored_id(team), team.first_answer_due(uow.now), priority)


async def place_with(uow: UnitOfWork, before: Handled, team_id: UUID) -> Place:
    """The queue of another team; an answer that was given stays given."""
    team = await find_team(uow, team_id)
    due = before.first_answer_due_at if before.first_answered_at else team.first_answer_due(uow.now)
    return Place(stored_id(team), due, before.priority)


async def name_of(uow: UnitOfWork, agent_id: UUID) -> AgentName:
    """Who that is, active or not. Raises UnknownAgent."""
    agent = await uow.agents.find(agent_id, uow.now)
    if agent is None:
        raise UnknownAgent(str(agent_id))
    return agent.shown
