"""What agents write to customers: sent once, by the assignee, in order with everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.attachments import Uploader
from crm_store.domain.conversations import Author, ConversationEvent
from crm_store.domain.errors import NotAssignee, TooLateToEdit, UnknownConversation, UnknownMessage
from crm_store.use_cases.attachments import check_unsent, send_with
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.agent_messages import NewAgentMessage
from crm_store.use_cases.pushing import push
from crm_store.use_cases.relaying import relay
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

# Long enough to mend a slip, too short to rewrite what was agreed.
EDITABLE_FOR: Final = timedelta(minutes=15)


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
    attachments: Sequence[UUID] = (),
) -> SentMessage:
    """Send the assignee's message once, however often it comes; also to where the customer asked for it.

    `attachments` are the agent's unsent uploads. Raises UnknownConversation, UnknownAttachment, and
    NotAssignee unless the conversation is this agent's.
    """
    async with store.begin() as uow:
        await uow.handling.find(conversation_id, lock=True)  # two copies at once take turns
        sent = await uow.agent_messages.find_sent(agent_id, client_msg_id)
        if sent is not None:
            return SentMessage(sent, duplicate=True)
        files = await check_unsent(uow, attachments, Uploader(agent_id=agent_id))
        message = NewAgentMessage(
            new_id(), conversation_id, agent_id, text, client_msg_id=client_msg_id, attachments=files
        )
        event = await _say(uow, message)
        await send_with(uow, attachments, conversation_id=conversation_id, message_id=message.id)
        await relay(uow, message)
        await uow.commit()
        return SentMessage(event, duplicate=False)


async def edit_agent_message(
    store: Store, conversation_id: UUID, message_id: UUID, *, agent_id: UUID, text: str
) -> ConversationEvent:
    """A new event that stands in the earlier one's place; channels that cannot replace show it as another.

    Only the assignee's own, for `EDITABLE_FOR`, and the newest text of it: an edit of an edit replaces the
    first message too. Raises UnknownMessage, TooLateToEdit, NotAssignee, UnknownConversation.
    """
    async with store.begin() as uow:
        known = await uow.agent_messages.find(conversation_id, message_id)
        if known is None or known.agent is None or known.agent.id != agent_id:
            raise UnknownMessage(str(message_id))
        first = known
        if known.replaces is not None:
            first = await uow.agent_messages.find(conversation_id, known.replaces) or known
        if uow.now - first.at > EDITABLE_FOR:
            raise TooLateToEdit(str(message_id))
        edit = NewAgentMessage(
            new_id(),
            conversation_id,
            agent_id,
            text,
            language=first.language,
            replaces=first.id,
            attachments=first.attachments,
        )
        event = await _say(uow, edit)
        await uow.commit()
        return event


async def list_edits(store: Store, conversation_id: UUID, message_id: UUID) -> list[ConversationEvent]:
    """The message and its edits, oldest first. Raises UnknownMessage."""
    async with store.read() as uow:
        known = await uow.agent_messages.find(conversation_id, message_id)
        if known is None:
            raise UnknownMessage(str(message_id))
        first = known.replaces or known.id
        return await uow.agent_messages.list_versions(conversation_id, first)


async def mark_seen(store: Store, conversation_id: UUID, *, agent_id: UUID, seq: int) -> bool:
    """The agent has read up to `seq`; counts, and shows the customer, only when it is the assignee."""
    async with store.begin() as uow:
        theirs = await uow.handling.see(conversation_id, agent_id, seq, uow.now)
        await uow.commit()
        return theirs


async def mark_seen_by_customer(store: Store, conversation_id: UUID, *, seq: int) -> None:
    """The customer's client has shown everything up to `seq`."""
    async with store.begin() as uow:
        await uow.handling.see_by_customer(conversation_id, seq)
        await uow.commit()


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
