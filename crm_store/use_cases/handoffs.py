"""Asking for a person, and saying honestly when one is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.handoffs import Handoff, HandoffReason
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import SUPPORT_HOURS, Availability
from crm_store.use_cases.applied_actions import ActionKey, apply_once
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
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
        hours = SUPPORT_HOURS.availability(uow.now)
        earlier = await uow.handoffs.find_open(conversation_id)
        if earlier is not None:
            return RequestedHandoff(earlier, already=True, hours=hours)
        handoff = Handoff(new_id(), conversation_id, reason.value, asked_at=uow.now)
        await uow.handoffs.open(party, handoff, summary, key.message_id)
        await uow.interactions.append(
            Interaction(
                kind="handoff_requested",
                at=uow.now,
                customer_id=party.customer_id if party.is_verified else None,
                conversation_id=conversation_id,
                message_id=key.message_id,
                actor=Author.CUSTOMER,
                facts={"reason": reason.value},
            )
        )
        return RequestedHandoff(handoff, already=False, hours=hours)

    return await apply_once(store, conversation_id, key, RequestedHandoff, change, for_anybody=True)


def when_people_are_there(at: datetime) -> Availability:
    """Whether somebody is there at `at`, and when that changes next."""
    return SUPPORT_HOURS.availability(at)
