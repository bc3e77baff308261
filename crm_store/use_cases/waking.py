"""A customer writes into a conversation that was put away: it is taken out first, in the same transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from crm_store.domain.agents import GONE_AFTER_S
from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.errors import BadSession, UnknownConversation
from crm_store.domain.handling import Edge, Handled, Handling, Move
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
        newer = await uow.conversations.find_unresolved(incoming.identity_id)
        if newer is not None:  # this one stays closed
            raise BadSession(str(incoming.conversation_id))
        await uow.handling.move(before, Move(Edge.CUSTOMER_WRITES, Handling.BOT), uow.now)


async def wake(uow: UnitOfWork, before: Handled, *, reason: str = "customer_wrote") -> Handled:
    """A snoozed conversation is its agent's again, or waits for another when that one is not there."""
    agent = await find_present(uow, before)
    to_state = Handling.CLAIMED if agent else Handling.QUEUED
    return await uow.handling.move(
        before, Move(Edge.WAKE, to_state, assignee_id=agent, reason=reason), uow.now
    )


async def find_present(uow: UnitOfWork, before: Handled) -> UUID | None:
    """The assignee, when they are at the console."""
    if before.assignee_id is None:
        return None
    agent = await uow.agents.find(before.assignee_id, present_since(uow.now))
    return agent.id if agent is not None and agent.active and agent.present else None


def present_since(now: datetime) -> datetime:
    """Whose connection was heard of since then is there."""
    return now - timedelta(seconds=GONE_AFTER_S)
