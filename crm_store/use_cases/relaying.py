"""An agent's answer also goes where the customer asked for it: to a linked channel, or by e-mail."""

from dataclasses import replace
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.waiting import CHANNEL_PREFIX, MAIL, AnswersTo
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.agent_messages import NewAgentMessage
from crm_store.use_cases.ports.outbox import NewOutboxItem
from crm_store.use_cases.pushing import push
from crm_store.use_cases.unit_of_work import UnitOfWork


async def relay(uow: UnitOfWork, message: NewAgentMessage) -> None:
    """Say it again where the message that was left shall be answered, if that is elsewhere."""
    left = await uow.waiting_room.find_left(message.conversation_id)
    if left is None:
        return
    if answers_to(left).mailed:
        await _mail(uow, message, left)
    else:
        await _say_elsewhere(uow, message, str(left["answer_at"].get("key")))


def answers_to(left: JsonObject) -> AnswersTo:
    """Where what was left shall be answered."""
    where = left["answer_at"]
    return AnswersTo(str(where.get("by")), where.get("to"), bool(where.get("mailed")))


async def _mail(uow: UnitOfWork, message: NewAgentMessage, left: JsonObject) -> None:
    """The very message, in the outbox once more: to the address that was chosen."""
    handled = await uow.handling.find(message.conversation_id)
    party = await uow.customers.find_party(message.conversation_id)
    if handled is None or party is None or party.customer_id is None:
        return
    account = await uow.customers.find_account(party.customer_id)
    names = {"name": account.name, "name_bn": account.name_bn} if account else {}
    letter = {
        "to": answers_to(left).to,
        **names,
        "language": handled.language or left.get("language"),
        "ticket": left.get("ticket"),
        "asked": left.get("message"),
    }
    item = NewOutboxItem(
        conversation_id=message.conversation_id,
        message_id=message.id,
        in_reply_to=None,
        ordinal=0,
        channel=MAIL,
        account="",
        author=Author.AGENT,
        epoch=handled.epoch,
        goes_to=letter,
    )
    await uow.outbox.add([item], uow.now)


async def _say_elsewhere(uow: UnitOfWork, message: NewAgentMessage, way: str) -> None:
    target = await _linked_conversation(uow, message.conversation_id, way)
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


async def _linked_conversation(uow: UnitOfWork, conversation_id: UUID, way: str) -> UUID | None:
    if not way.startswith(CHANNEL_PREFIX):
        return None
    return await uow.waiting_room.find_elsewhere(conversation_id, way.removeprefix(CHANNEL_PREFIX))
