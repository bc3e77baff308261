"""A customer writes into a conversation that was put away: it is taken out first, in the same transaction."""

from datetime import datetime, timedelta

from crm_store.domain.agents import GONE_AFTER_S, Agent
from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.errors import BadSession, UnknownConversation
from crm_store.domain.handling import Edge, Handled, Handling, Move
from crm_store.use_cases.notices import tell_about_agent
from crm_store.use_cases.unit_of_work import UnitOfWork


async def take_out(uow: UnitOfWork, incoming: IncomingMessage) -> None:
    """Wake a snoozed conversation, or open a resolved one again, because its customer writes.

    Raises UnknownConversation, and BadSession when the identity has a newer conversation open.
    """
    before = await uow.handling.find(incoming.conversation_id, lock=True)
    if before is None:
        raise UnknownConversation(str(incoming.conversation_id))
    if before.state is Handling.SNOOZED:
        await wake(uow, before)
    elif before.state is Handling.RESOLVED:
        newer = await uow.conversations.find_unresolved(incoming.identity_id, before.place)
        if newer is not None:  # this one stays closed
            raise BadSession(str(incoming.conversation_id))
        await uow.handling.move(before, Move(Edge.CUSTOMER_WRITES, Handling.BOT), uow.now)


async def wake(uow: UnitOfWork, before: Handled, *, reason: str = "customer_wrote") -> Handled:
    """A snoozed conversation is its agent's again, or waits for another when that one is not there."""
    agent = await _find_assignee(uow, before)
    if agent is not None and agent.active and agent.present:
        move = Move(Edge.WAKE, Handling.CLAIMED, assignee_id=agent.id, reason=reason)
        return await uow.handling.move(before, move, uow.now)
    after = await uow.handling.move(before, Move(Edge.WAKE, Handling.QUEUED, reason=reason), uow.now)
    if agent is not None:
        await tell_about_agent(uow, after, "agent_away", agent.shown)
    return after


async def _find_assignee(uow: UnitOfWork, before: Handled) -> Agent | None:
    if before.assignee_id is None:
        return None
    return await uow.agents.find(before.assignee_id, present_since(uow.now))


def present_since(now: datetime) -> datetime:
    """Whose connection was heard of since then is there."""
    return now - timedelta(seconds=GONE_AFTER_S)
