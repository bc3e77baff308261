"""Waiting for a person: what to say honestly, leaving a message instead, and needing nobody after all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.accounts import mask_email, mask_phone
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.errors import NotInThatState, UnknownConversation
from crm_store.domain.handling import Edge, Handling, Move
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.identities import ConversationParty
from crm_store.domain.tickets import TicketKind
from crm_store.domain.waiting import CHANNEL_PREFIX, CHAT, LeftMessage, ReachBy, Waiting, WayToAnswer
from crm_store.use_cases.applied_actions import ActionKey, access_party, apply_once
from crm_store.use_cases.handoffs import Asked, ask_for_person
from crm_store.use_cases.ports.handoffs import Ending
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.teams import find_team
from crm_store.use_cases.tickets import add_ticket
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.use_cases.waking import present_since

# What was usual longer ago says nothing about today.
LATELY: Final = timedelta(days=7)
MAX_MESSAGE: Final = 2000  # characters of what is left in writing
# Stand before a number or an address in a ticket's subject, whatever language its reader speaks.
_SIGNS: Final = {ReachBy.PHONE: "☎", ReachBy.EMAIL: "✉", ReachBy.CHANNEL: "→"}


@dataclass(frozen=True)
class Withdrawn:
    """What is remembered of "never mind"; False when nobody was asked for."""

    withdrawn: bool


async def read_waiting(store: Store, conversation_id: UUID) -> Waiting:
    """Whether somebody is there, and how long it will take. Raises UnknownConversation."""
    async with store.read() as uow:
        handled = await uow.handling.find(conversation_id)
        if handled is None:
            raise UnknownConversation(str(conversation_id))
        team = await find_team(uow, handled.team_id)
        usual = await uow.waiting_room.usual_wait(uow.now - LATELY)
        return Waiting(
            hours=team.hours.availability(uow.now),
            present=await uow.waiting_room.count_present(handled.team_id, present_since(uow.now)),
            place=await uow.waiting_room.place(conversation_id),
            minutes=None if usual is None else max(1, round(usual.total_seconds() / 60)),
        )


async def withdraw_request(store: Store, conversation_id: UUID, *, key: ActionKey) -> bool:
    """Nobody needs to come after all; False when nobody was asked for, or somebody is there already."""

    async def change(uow: UnitOfWork, party: ConversationParty) -> Withdrawn:
        before = await uow.handling.find(party.conversation_id, lock=True)
        if before is None or before.state is not Handling.QUEUED:
            return Withdrawn(withdrawn=False)
        await uow.handling.move(before, Move(Edge.WITHDRAW, Handling.BOT), uow.now)
        await uow.handoffs.close(party.conversation_id, Ending(Edge.WITHDRAW.value), uow.now)
        await uow.interactions.append(
            Interaction(
                kind="handoff_withdrawn",
                at=uow.now,
                customer_id=party.customer_id if party.is_verified else None,
                conversation_id=party.conversation_id,
                message_id=key.message_id,
                actor=Author.CUSTOMER,
            )
        )
        return Withdrawn(withdrawn=True)

    done = await apply_once(store, conversation_id, key, Withdrawn, change, for_anybody=True)
    return done.withdrawn


async def list_ways_to_answer(store: Store, conversation_id: UUID) -> list[WayToAnswer]:
    """Where an answer can reach the customer: here, and what is on file of one whose identity is proven.

    Raises UnknownConversation.
    """
    async with store.read() as uow:
        return await _ways(uow, await access_party(uow, conversation_id))


async def leave_message(
    store: Store,
    conversation_id: UUID,
    *,
    key: ActionKey,
    text: str,
    answer_at: str,
    summary: JsonObject,
    mails: bool = False,
) -> LeftMessage:
    """Leave the matter for people in writing, to be answered at `answer_at` (a key of `list_ways_to_answer`).

    With `mails` the service sends what people answer to whoever chose e-mail; else they do it themselves.

    A customer whose identity is proven gets a ticket; for anybody else it stands on the request for a person,
    which is made when there is none. Raises UnknownConversation.
    """
    words = text.strip()[:MAX_MESSAGE]

    async def change(uow: UnitOfWork, party: ConversationParty) -> LeftMessage:
        way = next((way for way in await _ways(uow, party) if way.key == answer_at), CHAT)
        to = await _address(uow, party, way)
        number = None
        if party.is_verified:
            subject = f"{words} ({_SIGNS[way.by]} {to})" if way.by in _SIGNS else words
            ticket = await add_ticket(uow, party, key, subject=subject, kind=TicketKind.QUESTION)
            number = ticket.number
        await _ask_if_nobody_is_asked(uow, party, key, summary)
        mailed = mails and way.by is ReachBy.EMAIL
        where = {"by": way.by.value, "to": to, "key": way.key, "mailed": mailed}
        noted = {"message": words, "answer_at": where, "ticket": number}
        await uow.waiting_room.note_on_request(party.conversation_id, noted)
        return LeftMessage(way, number)

    return await apply_once(store, conversation_id, key, LeftMessage, change, for_anybody=True)


async def _ask_if_nobody_is_asked(
    uow: UnitOfWork, party: ConversationParty, key: ActionKey, summary: JsonObject
) -> None:
    if await uow.handoffs.find_open(party.conversation_id) is not None:
        return
    asked = Asked(HandoffReason.ASKED.value, key.message_id, Author.CUSTOMER, summary)
    try:
        await ask_for_person(uow, party, asked)
    except NotInThatState:
        return  # somebody is there already


async def _ways(uow: UnitOfWork, party: ConversationParty) -> list[WayToAnswer]:
    ways = [CHAT]
    if not party.is_verified or party.customer_id is None:
        return ways
    ways += [
        WayToAnswer(f"{CHANNEL_PREFIX}{channel}", ReachBy.CHANNEL, channel.capitalize())
        for channel in await uow.waiting_room.other_channels(party.customer_id, party.channel)
    ]
    account = await uow.customers.find_account(party.customer_id)
    if account is not None and account.phone:
        ways.append(WayToAnswer(ReachBy.PHONE.value, ReachBy.PHONE, mask_phone(account.phone)))
    if account is not None and account.email:
        ways.append(WayToAnswer(ReachBy.EMAIL.value, ReachBy.EMAIL, mask_email(account.email)))
    return ways


async def _address(uow: UnitOfWork, party: ConversationParty, way: WayToAnswer) -> str | None:
    """What an agent needs to reach the customer this way: unmasked, for agents only."""
    if way.by is ReachBy.CHAT or party.customer_id is None:
        return None
    if way.by is ReachBy.CHANNEL:
        return way.label
    account = await uow.customers.find_account(party.customer_id)
    if account is None:
        return None
    return account.phone if way.by is ReachBy.PHONE else account.email
