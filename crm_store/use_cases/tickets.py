"""Writing down what somebody has to work on."""

from typing import Final
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.identities import ConversationParty
from crm_store.domain.orders import Order
from crm_store.domain.tickets import Ticket, TicketKind, TicketStatus
from crm_store.use_cases.applied_actions import ActionKey, apply_once, verified_customer
from crm_store.use_cases.identifiers import draw_number, new_id
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

TICKET_PREFIX: Final = "TK"


async def open_ticket(
    store: Store,
    conversation_id: UUID,
    *,
    key: ActionKey,
    subject: str,
    kind: TicketKind,
    order_number: str | None = None,
) -> Ticket:
    """Open a ticket in the customer's own words, about one of their orders if given.

    Raises UnknownConversation, VerificationNeeded, UnknownOrder.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> Ticket:
        customer_id = verified_customer(party)
        order = await access_order(uow, customer_id, order_number) if order_number else None
        return await add_ticket(uow, party, key, subject=subject, kind=kind, order=order)

    return await apply_once(store, conversation_id, key, Ticket, change)


async def add_ticket(
    uow: UnitOfWork,
    party: ConversationParty,
    key: ActionKey,
    *,
    subject: str,
    kind: TicketKind,
    order: Order | None = None,
) -> Ticket:
    """Write a ticket within a change that `apply_once` runs. Raises VerificationNeeded."""
    customer_id = verified_customer(party)
    ticket = Ticket(
        id=new_id(),
        number=await draw_number(TICKET_PREFIX, uow.tickets.is_number_taken),
        subject=subject,
        kind=kind,
        status=TicketStatus.OPEN,
        opened_at=uow.now,
        order_number=order.number if order else None,
    )
    await uow.tickets.add(customer_id, party.conversation_id, ticket, order.id if order else None)
    await uow.interactions.append(_opened(ticket, party, key))
    return ticket


def _opened(ticket: Ticket, party: ConversationParty, key: ActionKey) -> Interaction:
    return Interaction(
        kind="ticket_opened",
        at=ticket.opened_at,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=Author.CUSTOMER,
        facts={"ticket": ticket.number, "kind": ticket.kind.value, "order": ticket.order_number},
    )
