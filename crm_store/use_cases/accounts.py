"""What customers do with their account: look at it, correct it, choose what is sent to them, have it erased.

Every function raises UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from crm_store.domain.accounts import ERASURE_DAYS, Account, check_name, is_bengali
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.errors import UnknownCustomer
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.tickets import Ticket, TicketKind
from crm_store.use_cases.applied_actions import ActionKey, access_customer, apply_once, verified_customer
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.tickets import add_ticket
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Renamed:
    """What is remembered of a run of `rename_customer`."""

    old: str
    new: str


@dataclass(frozen=True)
class RequestedChange:
    """A ticket for a person; `already` when the same request was waiting."""

    ticket: Ticket
    already: bool


@dataclass(frozen=True)
class RequestedErasure:
    """A ticket for a person, who is done `by` that day at the latest; `already` when it was waiting."""

    ticket: Ticket
    by: date
    already: bool


@dataclass(frozen=True)
class MarketingChosen:
    """Whether offers are sent from now on; `already` when nothing had to change."""

    allowed: bool
    already: bool


async def find_account(store: Store, conversation_id: UUID) -> Account:
    """What is stored about the customer themselves."""
    async with store.read() as uow:
        return await _access_account(uow, await access_customer(uow, conversation_id))


async def _access_account(uow: UnitOfWork, customer_id: UUID) -> Account:
    account = await uow.customers.find_account(customer_id)
    if account is None:
        raise UnknownCustomer(str(customer_id))
    return account


async def rename_customer(store: Store, conversation_id: UUID, name: str, *, key: ActionKey) -> Renamed:
    """Call the customer `name` from now on. Raises UnusableDetail.

    A name in Bengali script holds for both scripts; one in Latin letters takes the earlier Bengali one away,
    which would be of another name.
    """
    wanted = check_name(name)

    async def change(uow: UnitOfWork, party: ConversationParty) -> Renamed:
        customer_id = verified_customer(party)
        old = (await _access_account(uow, customer_id)).name
        await uow.customers.save_name(customer_id, wanted, wanted if is_bengali(wanted) else None)
        await _note(uow, party, key, "name_changed", {"from": old, "to": wanted})
        return Renamed(old, wanted)

    return await apply_once(store, conversation_id, key, Renamed, change)


async def request_account_change(
    store: Store, conversation_id: UUID, subject: str, *, key: ActionKey
) -> RequestedChange:
    """Have a person make the change that `subject` describes, after asking the customer back.

    Whoever holds a customer's open page must not be able to take the account over, so an e-mail address or a
    phone number is never changed here.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> RequestedChange:
        waiting = await uow.tickets.find_unsolved(verified_customer(party), TicketKind.ACCOUNT)
        if waiting is not None and waiting.subject == subject:
            return RequestedChange(waiting, already=True)
        ticket = await add_ticket(uow, party, key, subject=subject, kind=TicketKind.ACCOUNT)
        return RequestedChange(ticket, already=False)

    return await apply_once(store, conversation_id, key, RequestedChange, change)


async def find_requested_erasure(store: Store, conversation_id: UUID) -> RequestedErasure | None:
    """The customer's request for erasure that a person still works on."""
    async with store.read() as uow:
        waiting = await uow.tickets.find_unsolved(
            await access_customer(uow, conversation_id), TicketKind.ERASURE
        )
        return _erasure(waiting, already=True) if waiting else None


async def request_erasure(
    store: Store, conversation_id: UUID, subject: str, *, key: ActionKey
) -> RequestedErasure:
    """Have a person erase the account; one request at a time is enough."""

    async def change(uow: UnitOfWork, party: ConversationParty) -> RequestedErasure:
        waiting = await uow.tickets.find_unsolved(verified_customer(party), TicketKind.ERASURE)
        if waiting is not None:
            return _erasure(waiting, already=True)
        ticket = await add_ticket(uow, party, key, subject=subject, kind=TicketKind.ERASURE)
        return _erasure(ticket, already=False)

    return await apply_once(store, conversation_id, key, RequestedErasure, change)


def _erasure(ticket: Ticket, *, already: bool) -> RequestedErasure:
    by = shop_date(ticket.opened_at) + timedelta(days=ERASURE_DAYS)
    return RequestedErasure(ticket, by, already)


async def choose_marketing(
    store: Store, conversation_id: UUID, *, allowed: bool, key: ActionKey
) -> MarketingChosen:
    """Send the customer offers from now on, or no longer."""

    async def change(uow: UnitOfWork, party: ConversationParty) -> MarketingChosen:
        customer_id = verified_customer(party)
        if (await _access_account(uow, customer_id)).gets_offers is allowed:
            return MarketingChosen(allowed, already=True)
        await uow.customers.save_marketing(customer_id, allowed=allowed)
        await _note(uow, party, key, "marketing_allowed" if allowed else "marketing_refused", {})
        return MarketingChosen(allowed, already=False)

    return await apply_once(store, conversation_id, key, MarketingChosen, change)


async def _note(
    uow: UnitOfWork, party: ConversationParty, key: ActionKey, kind: str, facts: JsonObject
) -> None:
    await uow.interactions.append(
        Interaction(
            kind=kind,
            at=uow.now,
            customer_id=party.customer_id,
            conversation_id=party.conversation_id,
            message_id=key.message_id,
            actor=Author.CUSTOMER,
            facts=facts,
        )
    )
