"""Messages of platforms: each is stored once, with whoever sent it and wherever it was said (CH1, CH2, G4).

Everything of one update is one transaction: remembering the update, finding or adding the person, finding or
opening their conversation in that place, and the message. A repeat finds it all done.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import AcceptedMessage, IncomingMessage, Owner
from crm_store.domain.customers import Language
from crm_store.domain.errors import ConflictingWrite, TooManyWaiting, UpdateSeenBefore
from crm_store.domain.handling import SEATS
from crm_store.domain.identities import Proof, shown_name
from crm_store.domain.received import Edited, Notice, Place, Received, Sender, read_pick
from crm_store.use_cases.conversations import accept_in
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.insisting import insist
from crm_store.use_cases.notices import language_of
from crm_store.use_cases.platforms import keep_dead_letter, mark_reachable, mark_unreachable, move_place
from crm_store.use_cases.ports.conversations import NewConversation, PlacedConversation, Told
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.ports.received import Said
from crm_store.use_cases.received_changes import delete_received, edit_received
from crm_store.use_cases.telling import tell, tell_in
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "Edited",
    "Notice",
    "Place",
    "Received",
    "Sender",
    "delete_received",
    "edit_received",
    "find_conversation",
    "find_received",
    "keep_dead_letter",
    "know_sender",
    "mark_reachable",
    "mark_unreachable",
    "move_place",
    "receive",
    "remember_update",
    "tell",
]

# Whoever writes so soon after a conversation was resolved still means it; later it is a new one.
REOPENED_FOR: Final = timedelta(days=7)


async def receive(store: Store, received: Received) -> AcceptedMessage:
    """Store a message once, however often and through whichever update it comes.

    A repeat answers what the first one did, with `duplicate`. Raises UnknownChoice (a button of another
    conversation), UnknownAttachment, UpdateSeenBefore, TooManyWaiting (more than `at_most_waiting`).
    """
    return await insist(lambda: _receive(store, received))


async def remember_update(store: Store, channel: str, account: str, update_id: str) -> bool:
    """Remember an update that is no message; False when it was seen before."""
    async with store.begin() as uow:
        first = await uow.platforms.add_update(channel, account, update_id, uow.now)
        await uow.commit()
        return first


async def find_conversation(store: Store, sender: Sender, place: Place) -> UUID | None:
    """The sender's conversation in this place, as the next message would find it."""
    async with store.read() as uow:
        identity = await uow.identities.find(sender.channel, sender.account, sender.source_id)
        found = await _find_current(uow, identity, place) if identity is not None else None
    return found.id if found is not None else None


async def find_said(store: Store, sender: Sender, place: Place, external_id: str) -> Said | None:
    """What the sender refers to by the platform's id of it; None when it is not of this conversation."""
    async with store.read() as uow:
        identity = await uow.identities.find(sender.channel, sender.account, sender.source_id)
        found = await _find_current(uow, identity, place) if identity is not None else None
        if found is None:
            return None
        return await uow.received.find_said(sender.channel, sender.account, external_id, found.id)


async def find_received(store: Store, channel: str, account: str, external_id: str) -> AcceptedMessage | None:
    """What became of a message that was received before; None when it was not."""
    async with store.read() as uow:
        return await uow.messages.find_accepted(channel, account, external_id)


async def know_sender(store: Store, sender: Sender) -> UUID:
    """The identity of somebody who is about to bring files, added when they are new."""

    async def know() -> UUID:
        async with store.begin() as uow:
            identity = await find_or_add_sender(uow, sender)
            await uow.commit()
            return identity.id

    return await insist(know)


async def find_or_add_sender(uow: UnitOfWork, sender: Sender) -> Identity:
    """The identity behind a platform's account, with what the platform says of it now."""
    known = await uow.identities.find(sender.channel, sender.account, sender.source_id)
    if known is None:
        added = _new_identity(sender)
        await uow.identities.add(added, uow.now)
        return added
    current = _with_profile(known, sender)
    if current != known:
        await uow.identities.save_profile(current)
    return current


async def find_or_open(
    uow: UnitOfWork, identity: Identity, place: Place, *, language: str | None = None
) -> UUID:
    """The identity's conversation in this place; opened unless one goes on or was resolved a moment ago."""
    found = await _find_current(uow, identity, place)
    if found is None:
        return await _open(uow, identity, place, language)
    if found.address != place.address:
        await uow.conversations.relocate(found.id, place.key, place.address)
    return found.id


async def _receive(store: Store, received: Received) -> AcceptedMessage:
    try:
        accepted = await _receive_first(store, received)
    except TooManyWaiting:  # a repeat takes no room
        sender = received.sender
        repeated = await find_received(store, sender.channel, sender.account, received.external_id)
        if repeated is None:
            raise
        return repeated
    return accepted or await _find_first(store, received)


async def _receive_first(store: Store, received: Received) -> AcceptedMessage | None:
    async with store.begin() as uow:
        accepted = await _store_first(uow, received)
        if accepted is not None:
            await uow.commit()
        return accepted


async def _store_first(uow: UnitOfWork, received: Received) -> AcceptedMessage | None:
    sender = received.sender
    if received.update_id is not None and not await uow.platforms.add_update(
        sender.channel, sender.account, received.update_id, uow.now
    ):
        return None
    identity = await find_or_add_sender(uow, sender)
    conversation_id = await find_or_open(uow, identity, received.place, language=sender.language)
    if received.attachments and await _is_known(uow, received):
        return None  # its files are sent: they are no new message's any more
    incoming = _incoming(received, identity, conversation_id)
    if received.picks and received.text is not None:
        incoming = await _picked(uow, incoming, received.text)
    accepted = await accept_in(uow, incoming)
    if accepted is not None:
        for notice in received.notices:
            await _say(uow, conversation_id, f"{received.external_id}:{notice.key}", notice)
    return accepted


async def _say(uow: UnitOfWork, conversation_id: UUID, key: str, notice: Notice) -> None:
    handled = await uow.handling.find(conversation_id, lock=True)
    if handled is None:
        return
    language, attended = language_of(handled), SEATS[handled.state].owner is Owner.AGENT
    text = notice.in_language(language, attended=attended)
    if text:
        buttons = notice.buttons_in(language, attended=attended)
        await tell_in(uow, Told(new_id(), conversation_id, key, text, language, buttons))


async def _picked(uow: UnitOfWork, incoming: IncomingMessage, text: str) -> IncomingMessage:
    """The click that a typed number stands for, where it stands for one."""
    number = read_pick(text)
    if number is None:
        return incoming
    shown = await uow.messages.list_last_buttons(incoming.conversation_id)
    if not 1 <= number <= len(shown):
        return incoming
    return replace(incoming, choice_id=shown[number - 1].id)


async def _is_known(uow: UnitOfWork, received: Received) -> bool:
    sender = received.sender
    return await uow.messages.find_accepted(sender.channel, sender.account, received.external_id) is not None


async def _find_first(store: Store, received: Received) -> AcceptedMessage:
    sender = received.sender
    async with store.read() as uow:
        first = await uow.messages.find_accepted(sender.channel, sender.account, received.external_id)
        if first is not None:
            return first
        seen = received.update_id is not None and await uow.platforms.knows_update(
            sender.channel, sender.account, received.update_id
        )
    raise UpdateSeenBefore(received.external_id) if seen else ConflictingWrite(received.external_id)


def _incoming(received: Received, identity: Identity, conversation_id: UUID) -> IncomingMessage:
    return IncomingMessage(
        channel=identity.channel,
        account=identity.account,
        identity_id=identity.id,
        conversation_id=conversation_id,
        external_id=received.external_id,
        text=received.text,
        choice_id=received.choice_id,
        attachments=received.attachments,
        meaning=received.meaning,
        reply_to=received.reply_to,
        quiet=received.quiet,
        at_most_waiting=received.at_most_waiting,
    )


def _new_identity(sender: Sender) -> Identity:
    return Identity(
        id=new_id(),
        channel=sender.channel,
        account=sender.account,
        source_id=sender.source_id,
        proof=sender.proof,
        customer_id=None,
        display_name=shown_name(sender.display_name or ""),
        username=shown_name(sender.username or ""),
    )


def _with_profile(known: Identity, sender: Sender) -> Identity:
    """The newest names; a person who writes can be reached; proof only grows."""
    return replace(
        known,
        proof=max(known.proof, sender.proof, key=lambda proof: Proof(proof).strength),
        display_name=shown_name(sender.display_name or "") or known.display_name,
        username=shown_name(sender.username or "") or known.username,
        unreachable=False,
    )


async def _find_current(uow: UnitOfWork, identity: Identity, place: Place) -> PlacedConversation | None:
    found = await uow.conversations.find_in_place(identity.id, place.key)
    if found is None or found.resolved_at is None:
        return found
    return found if uow.now - found.resolved_at <= REOPENED_FOR else None


async def _open(uow: UnitOfWork, identity: Identity, place: Place, language: str | None) -> UUID:
    known = language if language in {each.value for each in Language} else None
    conversation = NewConversation(
        id=new_id(),
        channel=identity.channel,
        account=identity.account,
        identity_id=identity.id,
        customer_id=identity.customer_id,
        language=known,
        place=place.key,
        is_public=place.is_public,
        address=place.address,
    )
    await uow.conversations.add(conversation, uow.now)
    return conversation.id
