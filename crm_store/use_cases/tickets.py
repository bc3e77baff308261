"""Writing down what somebody has to work on."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from crm_store.domain.errors import UnknownTicket
from crm_store.domain.identities import ConversationParty
from crm_store.domain.orders import Order
from crm_store.domain.tickets import Ticket, TicketKind, TicketStatus
from crm_store.use_cases.applied_actions import AnyActionKey, apply_once, verified_customer
from crm_store.use_cases.identifiers import draw_number, new_id
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

TICKET_PREFIX: Final = "TK"


async def open_ticket(
    store: Store,
    conversation_id: UUID,
    *,
    key: AnyActionKey,
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
    key: AnyActionKey,
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


def _opened(ticket: Ticket, party: ConversationParty, key: AnyActionKey) -> Interaction:
    return Interaction(
        kind="ticket_opened",
        at=ticket.opened_at,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=key.actor,
        facts={"ticket": ticket.number, "kind": ticket.kind.value, "order": ticket.order_number},
    )


async def close_ticket(store: Store, conversation_id: UUID, number: str, *, key: AnyActionKey) -> Ticket:
    """Say that a ticket of the conversation's customer is done. Solved already: it stays as it is.

    Raises UnknownConversation, VerificationNeeded, UnknownTicket.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> Ticket:
        ticket = await uow.tickets.find(verified_customer(party), number.strip().upper(), lock=True)
        if ticket is None:
            raise UnknownTicket(number)
        if ticket.status is TicketStatus.SOLVED:
            return ticket
        await uow.tickets.solve(ticket.id, uow.now)
        await uow.interactions.append(
            Interaction(
                kind="ticket_solved",
                at=uow.now,
                customer_id=party.customer_id,
                conversation_id=conversation_id,
                message_id=key.message_id,
                actor=key.actor,
                facts={"ticket": ticket.number},
            )
        )
        return replace(ticket, status=TicketStatus.SOLVED)

    return await apply_once(store, conversation_id, key, Ticket, change)
