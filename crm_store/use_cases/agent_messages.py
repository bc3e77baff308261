"""What agents write to customers: sent once, by the assignee, in order with everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm_store.domain.conversations import Author, ConversationEvent, JsonObject
from crm_store.domain.errors import NotAssignee, UnknownConversation
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.agent_messages import NewAgentMessage
from crm_store.use_cases.pushing import push
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class SentMessage:
    """`duplicate`: it was sent before, and this is that event."""

    event: ConversationEvent
    duplicate: bool


async def send_agent_message(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    client_msg_id: str,
    text: str | None,
    attachments: Sequence[JsonObject] = (),
) -> SentMessage:
    """Send the assignee's message once, however often it comes.

    Raises UnknownConversation, and NotAssignee unless the conversation is this agent's.
    """
    async with store.begin() as uow:
        sent = await uow.agent_messages.find_sent(agent_id, client_msg_id)
        if sent is not None:
            return SentMessage(sent, duplicate=True)
        message = NewAgentMessage(
            new_id(), conversation_id, agent_id, text, client_msg_id=client_msg_id, attachments=attachments
        )
        event = await _say(uow, message)
        await uow.commit()
        return SentMessage(event, duplicate=False)


async def _say(uow: UnitOfWork, message: NewAgentMessage) -> ConversationEvent:
    handled = await uow.handling.find(message.conversation_id, lock=True)
    if handled is None:
        raise UnknownConversation(str(message.conversation_id))
    seq = await uow.agent_messages.answer(message.conversation_id, message.agent_id, uow.now)
    if seq is None:
        raise NotAssignee(str(message.conversation_id))
    await uow.agent_messages.add(message, seq, uow.now)
    await push(uow, handled, message.id, Author.AGENT)
    event = await uow.agent_messages.find(message.conversation_id, message.id)
    if event is None:
        raise UnknownConversation(str(message.conversation_id))
    return event
