"""Messages in, transcript out."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from crm_store.domain.attachments import Uploader
from crm_store.domain.conversations import (
    AcceptedMessage,
    Author,
    Backlog,
    ConversationEvent,
    IncomingMessage,
    Progress,
    StoredButton,
)
from crm_store.domain.errors import (
    BadSession,
    ConflictingWrite,
    TooManyWaiting,
    UnknownChoice,
    UnknownConversation,
)
from crm_store.use_cases.attachments import check_unsent, send_with
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.conversations import StoredChoice
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.use_cases.waking import take_out

__all__ = [
    "AcceptedMessage",
    "Author",
    "Backlog",
    "ConversationEvent",
    "IncomingMessage",
    "Progress",
    "StoredButton",
    "accept_message",
    "backlog",
    "count_late",
    "last_seq",
    "list_events",
    "list_waiting",
    "read_progress",
]


async def accept_message(store: Store, incoming: IncomingMessage) -> AcceptedMessage:
    """Store a customer's message once, whatever often it comes (CH2), and wake its conversation.

    A repeat answers what the first one did, with `duplicate`. Raises UnknownConversation (also when the
    conversation is not this identity's), UnknownChoice, BadSession (the conversation is resolved, and the
    identity has a newer one open), UnknownAttachment, TooManyWaiting (more than `at_most_waiting`).
    """
    try:
        return await _accept_first(store, incoming) or await _find_first(store, incoming)
    except (BadSession, TooManyWaiting):
        repeated = await _find_accepted(store, incoming)
        if repeated is None:
            raise
        return repeated


async def _accept_first(store: Store, incoming: IncomingMessage) -> AcceptedMessage | None:
    """Store it, or None when it is known already."""
    async with store.begin() as uow:
        if incoming.attachments and await _is_known(uow, incoming):
            return None  # its files are sent: they are no new message's any more
        accepted = await accept_in(uow, incoming)
        if accepted is not None:
            await uow.commit()
        return accepted


async def _is_known(uow: UnitOfWork, incoming: IncomingMessage) -> bool:
    known = await uow.messages.find_accepted(incoming.channel, incoming.account, incoming.external_id)
    return known is not None


async def accept_in(uow: UnitOfWork, incoming: IncomingMessage) -> AcceptedMessage | None:
    """Store a message in this unit of work; after None (it is known) that must not be committed."""
    choice = await _find_choice(uow, incoming)
    files = await check_unsent(uow, incoming.attachments, Uploader(identity_id=incoming.identity_id))
    try:
        accepted = await uow.messages.accept(incoming, choice, new_id(), uow.now, files)
    except UnknownConversation:  # or one that was put away: rare, so looked at only now
        await take_out(uow, incoming)
        accepted = await uow.messages.accept(incoming, choice, new_id(), uow.now, files)
        accepted = replace(accepted, took_out=True) if accepted is not None else None
    if accepted is not None:
        await send_with(
            uow, incoming.attachments, conversation_id=accepted.conversation_id, message_id=accepted.id
        )
    return accepted


async def _find_choice(uow: UnitOfWork, incoming: IncomingMessage) -> StoredChoice | None:
    if incoming.choice_id is None:
        return StoredChoice(incoming.text or "", incoming.meaning) if incoming.meaning else None
    choice = await uow.messages.find_choice(incoming.conversation_id, incoming.choice_id)
    if choice is None:
        raise UnknownChoice(str(incoming.conversation_id))
    return choice


async def _find_first(store: Store, incoming: IncomingMessage) -> AcceptedMessage:
    first = await _find_accepted(store, incoming)
    if first is None:
        raise ConflictingWrite(incoming.external_id)  # erased between the two looks
    return first


async def _find_accepted(store: Store, incoming: IncomingMessage) -> AcceptedMessage | None:
    async with store.read() as uow:
        return await uow.messages.find_accepted(incoming.channel, incoming.account, incoming.external_id)


async def list_events(
    store: Store, conversation_id: UUID, *, after_seq: int, limit: int = 200
) -> list[ConversationEvent]:
    """The transcript after `after_seq`, in order, without gaps (W2); at most `limit` events."""
    async with store.read() as uow:
        return await uow.messages.list_events(conversation_id, after_seq, limit)


async def read_progress(store: Store, conversation_id: UUID) -> Progress:
    """How far the conversation is. Raises UnknownConversation."""
    async with store.read() as uow:
        progress = await uow.conversations.find_progress(conversation_id)
    if progress is None:
        raise UnknownConversation(str(conversation_id))
    return progress


async def last_seq(store: Store, conversation_id: UUID) -> int:
    """The seq of the newest event, 0 before the first. Raises UnknownConversation."""
    return (await read_progress(store, conversation_id)).last_seq


async def list_waiting(store: Store, limit: int) -> list[UUID]:
    """Conversations whose turn may be claimed now, the longest due first."""
    async with store.read() as uow:
        return await uow.conversations.list_waiting(uow.now, limit)


async def backlog(store: Store) -> Backlog:
    """How many conversations of the bot wait for an answer, and how long the oldest has."""
    async with store.read() as uow:
        return await uow.conversations.count_backlog(uow.now)


async def count_late(store: Store, *, seconds: float, at_most: int) -> int:
    """How many of the bot's conversations have waited at least so long; counting stops at `at_most`."""
    async with store.read() as uow:
        return await uow.conversations.count_late(uow.now - timedelta(seconds=seconds), at_most)
