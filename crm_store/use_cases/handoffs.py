"""Asking for a person, and saying honestly when one is there."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.handling import Edge, Handling, Move, Priority
from crm_store.domain.handoffs import Handoff, HandoffReason
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import SUPPORT_HOURS, Availability
from crm_store.use_cases.applied_actions import ActionKey, apply_once
from crm_store.use_cases.handing import access_handled, give_to_last_agent, place_for
from crm_store.use_cases.handoff_cards import summarise
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.teams import route
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class RequestedHandoff:
    """`already` when a person had been asked for before; `hours` says when people are there."""

    handoff: Handoff
    already: bool
    hours: Availability


async def request_handoff(
    store: Store,
    conversation_id: UUID,
    *,
    key: ActionKey,
    reason: HandoffReason,
    summary: JsonObject,
) -> RequestedHandoff:
    """Ask for a person, once per conversation; anybody may, also an anonymous visitor.

    The bot keeps the conversation until an agent claims it. `summary` is what the agent sees first.
    Raises UnknownConversation.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> RequestedHandoff:
        hours = (await route(uow, reason.value)).hours.availability(uow.now)
        earlier = await uow.handoffs.find_open(conversation_id)
        if earlier is not None:
            return RequestedHandoff(earlier, already=True, hours=hours)
        asked = Asked(reason.value, key.message_id, Author.CUSTOMER, summary)
        return RequestedHandoff(await ask_for_person(uow, party, asked), already=False, hours=hours)

    return await apply_once(store, conversation_id, key, RequestedHandoff, change, for_anybody=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a person: by whom, and because of which message."""

    reason: str
    message_id: UUID | None
    actor: Author
    summary: JsonObject
    priority: Priority | None = None
    """None: as urgent as the reason is."""


async def ask_for_person(uow: UnitOfWork, party: ConversationParty, asked: Asked) -> Handoff:
    """Queue the conversation for people; the bot keeps it until somebody claims it.

    When the last agent is there and has room, it is theirs at once.

    Raises UnknownConversation, and NotInThatState unless the bot has it.
    """
    before = await access_handled(uow, party.conversation_id)
    place = await place_for(uow, asked.reason)
    if asked.priority is not None:
        place = replace(place, priority=asked.priority)
    move = Move(Edge.ASK, Handling.QUEUED, reason=asked.reason, placed=place)
    queued = await uow.handling.move(before, move, uow.now)
    handoff = Handoff(new_id(), party.conversation_id, asked.reason, asked_at=uow.now)
    summary = {**await summarise(uow, party.conversation_id, asked.reason), **asked.summary}
    await uow.handoffs.open(party, handoff, summary, asked.message_id)
    await uow.interactions.append(
        Interaction(
            kind="handoff_requested",
            at=uow.now,
            customer_id=party.customer_id if party.is_verified else None,
            conversation_id=party.conversation_id,
            message_id=asked.message_id,
            actor=asked.actor,
            facts={"reason": asked.reason},
        )
    )
    await give_to_last_agent(uow, queued)
    return handoff


def when_people_are_there(at: datetime) -> Availability:
    """Whether somebody is there at `at`, and when that changes next."""
    return SUPPORT_HOURS.availability(at)
