"""Links to documents: made for the customer's own session, unguessable, and soon over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.errors import UnknownDocument
from crm_store.domain.invoices import Invoice
from crm_store.domain.sessions import hash_token, new_token
from crm_store.use_cases.applied_actions import access_customer
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.unit_of_work import Store

__all__ = ["DocumentLink", "LinkedInvoice", "link_invoice", "open_linked_invoice"]

# Time to open, reload and print it; whoever finds the address in a browser's history finds nothing.
LINK_LASTS: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class DocumentLink:
    """`token` is known to nobody else: the store keeps its hash."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class LinkedInvoice:
    invoice: Invoice
    language: str


async def link_invoice(store: Store, conversation_id: UUID, number: str, *, language: str) -> DocumentLink:
    """A link to the invoice of the customer's order. Raises VerificationNeeded, UnknownOrder."""
    async with store.begin() as uow:
        customer_id = await access_customer(uow, conversation_id)
        order = await access_order(uow, customer_id, number)
        await uow.document_links.delete_expired(uow.now)
        link = DocumentLink(new_token(), uow.now + LINK_LASTS)
        await uow.document_links.add(hash_token(link.token), order.id, language, uow.now, link.expires_at)
        await uow.commit()
        return link


async def open_linked_invoice(store: Store, token: str) -> LinkedInvoice:
    """What a link leads to. Raises UnknownDocument when it never existed or is over."""
    async with store.read() as uow:
        found = await uow.document_links.find_order(hash_token(token), uow.now)
        if found is None:
            raise UnknownDocument("no such link")
        order, language = found
        codes = await uow.payments.list_codes_used([order.id])
        return LinkedInvoice(Invoice(order, codes.get(order.id)), language)
