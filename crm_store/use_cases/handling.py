"""Agents take conversations, and give them back. One transaction each; the journal says who, when and why.

Every one raises UnknownConversation, UnknownAgent, NotInThatState, and EpochMoved when the caller names the
`epoch` it looked at and that is over.
"""

from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.errors import AlreadyClaimed, EpochMoved, UnknownConversation
from crm_store.domain.handling import Edge, HandBackOutcome, Handled, Handling, Move, ResolveReason
from crm_store.domain.handoffs import Handoff, HandoffReason
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.applied_actions import access_party
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.handoffs import Ending
from crm_store.use_cases.surveys import ask_for_ratings
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.use_cases.waking import present_since


async def claim(store: Store, conversation_id: UUID, *, agent_id: UUID, epoch: int | None = None) -> Handled:
    """Take a waiting conversation, or step in while the bot has it. The agent's own: nothing changes.

    Raises AlreadyClaimed with who has it.
    """
    async with store.begin() as uow:
        before = await _access(uow, conversation_id, epoch)
        agent = await access_agent(uow, agent_id, lock=True)
        if before.state in (Handling.CLAIMED, Handling.SNOOZED) and before.assignee_id is not None:
            if before.assignee_id == agent_id and before.state is Handling.CLAIMED:
                return before
            raise AlreadyClaimed(conversation_id, before.assignee_id)
        if before.state is Handling.BOT:
            await _open_stretch(uow, before, HandoffReason.AGENT_STEPPED_IN)
        edge = Edge.STEP_IN if before.state is Handling.BOT else Edge.CLAIM
        after = await uow.handling.move(before, Move(edge, Handling.CLAIMED, agent_id, agent.id), uow.now)
        await uow.handoffs.claim(conversation_id, agent_id, uow.now)
        await uow.commit()
        return after


async def hand_back(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    outcome: HandBackOutcome,
    summary: str = "",
    epoch: int | None = None,
) -> Handled:
    """The bot goes on."""
    async with store.begin() as uow:
        before = await _access(uow, conversation_id, epoch)
        move = Move(Edge.HAND_BACK, Handling.BOT, agent_id, reason=outcome.value)
        after = await uow.handling.move(before, move, uow.now)
        ending = Ending(Edge.HAND_BACK.value, outcome.value, summary or None)
        await uow.handoffs.close(conversation_id, ending, uow.now)
        await uow.commit()
        return after


async def resolve(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID | None,
    reason: ResolveReason,
    note: str | None = None,
    epoch: int | None = None,
    ask_rating: bool = False,
) -> Handled:
    """Close it; the customer's next message opens it again. `agent_id` is None when the service does it.

    With `ask_rating` the customer is asked, once, how it was with the person who had it, and with the bot.
    """
    async with store.begin() as uow:
        before = await _access(uow, conversation_id, epoch)
        move = Move(Edge.RESOLVE, Handling.RESOLVED, agent_id, reason=reason.value, note=note)
        after = await uow.handling.move(before, move, uow.now)
        stretch = await uow.handoffs.find_open(conversation_id)
        await uow.handoffs.close(conversation_id, Ending(Edge.RESOLVE.value), uow.now)
        if ask_rating:
            await _ask_for_ratings(uow, after, stretch)
        await uow.commit()
        return after


async def _ask_for_ratings(uow: UnitOfWork, resolved: Handled, stretch: Handoff | None) -> None:
    """About whoever had it last, if anybody did."""
    who = stretch.agent_id if stretch is not None and stretch.claimed_at is not None else None
    agent = await uow.agents.find(who, present_since(uow.now)) if who is not None else None
    name = AgentName(agent.id, agent.name, agent.name_bn) if agent is not None else None
    await ask_for_ratings(uow, resolved, agent=name, handoff_id=stretch.id if stretch and name else None)


async def _access(uow: UnitOfWork, conversation_id: UUID, epoch: int | None) -> Handled:
    found = await uow.handling.find(conversation_id, lock=True)
    if found is None:
        raise UnknownConversation(str(conversation_id))
    if epoch is not None and epoch != found.epoch:
        raise EpochMoved(found.epoch)
    return found


async def _open_stretch(uow: UnitOfWork, before: Handled, reason: HandoffReason) -> None:
    """A stretch with people that nobody asked for."""
    party = await access_party(uow, before.conversation_id)
    handoff = Handoff(new_id(), before.conversation_id, reason.value, asked_at=uow.now)
    await uow.handoffs.open(party, handoff, {}, None)
