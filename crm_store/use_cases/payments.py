"""How customers pay, what is seen of their payments, and their bills.

The personal ones raise UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.invoices import Invoice
from crm_store.domain.orders import Order
from crm_store.domain.payments import RECENT_DAYS, PaymentOption, PaymentView, view_payments
from crm_store.use_cases.applied_actions import access_customer
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "find_invoice",
    "find_payment",
    "list_invoices",
    "list_payment_options",
    "list_recent_orders",
    "list_recent_payments",
]

# A month of orders; it only bounds the work for a wholesaler.
MAX_RECENT_ORDERS: Final = 50


async def list_payment_options(store: Store) -> Sequence[PaymentOption]:
    """The shop's ways to pay; public."""
    async with store.read() as uow:
        return await uow.payments.list_options()


async def list_recent_payments(store: Store, conversation_id: UUID) -> list[PaymentView]:
    """What is seen of the payments of the last month's orders, newest first."""
    async with store.read() as uow:
        return view_payments(await _recent_orders(uow, await access_customer(uow, conversation_id)))


async def list_recent_orders(store: Store, conversation_id: UUID) -> list[Order]:
    """The last month's orders, newest first."""
    async with store.read() as uow:
        return await _recent_orders(uow, await access_customer(uow, conversation_id))


async def find_payment(store: Store, conversation_id: UUID, number: str) -> PaymentView:
    """What is seen of one order's payment, however old. Raises UnknownOrder."""
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        order = await access_order(uow, customer_id, number)
        recent = view_payments(await _recent_orders(uow, customer_id))
        return next((view for view in recent if view.order.id == order.id), None) or view_payments([order])[0]


async def _recent_orders(uow: UnitOfWork, customer_id: UUID) -> list[Order]:
    newest = await uow.orders.list_newest(customer_id, limit=MAX_RECENT_ORDERS)
    return [order for order in newest if uow.now - order.placed_at <= timedelta(days=RECENT_DAYS)]


async def list_invoices(store: Store, conversation_id: UUID, *, limit: int) -> list[Invoice]:
    """The bills of the customer's newest orders, newest first."""
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        return await _invoices(uow, await uow.orders.list_newest(customer_id, limit=limit))


async def find_invoice(store: Store, conversation_id: UUID, number: str) -> Invoice:
    """The bill of one order. Raises UnknownOrder."""
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        return (await _invoices(uow, [await access_order(uow, customer_id, number)]))[0]


async def _invoices(uow: UnitOfWork, orders: Sequence[Order]) -> list[Invoice]:
    codes = await uow.payments.list_codes_used([order.id for order in orders])
    return [Invoice(order, codes.get(order.id)) for order in orders]
