"""An agent's answer also goes where the customer asked for it: to another channel that is linked to them."""

from dataclasses import replace
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.waiting import CHANNEL_PREFIX
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.agent_messages import NewAgentMessage
from crm_store.use_cases.pushing import push
from crm_store.use_cases.unit_of_work import UnitOfWork


async def relay(uow: UnitOfWork, message: NewAgentMessage) -> None:
    """Say it again in the channel chosen with the message that was left, if one was chosen."""
    target = await _chosen_conversation(uow, message.conversation_id)
    there = await uow.handling.find(target, lock=True) if target is not None else None
    if there is None:
        return
    copy = replace(
        message,
        id=new_id(),
        conversation_id=there.conversation_id,
        client_msg_id=None,
        attachments=(),
    )
    seq = await uow.waiting_room.number(there.conversation_id)
    await uow.agent_messages.add(copy, seq, uow.now)
    await push(uow, there, copy.id, Author.AGENT)


async def _chosen_conversation(uow: UnitOfWork, conversation_id: UUID) -> UUID | None:
    chosen = await uow.waiting_room.chosen_way(conversation_id)
    if chosen is None or not chosen.startswith(CHANNEL_PREFIX):
        return None
    channel = chosen.removeprefix(CHANNEL_PREFIX)
    return await uow.waiting_room.find_elsewhere(conversation_id, channel)
