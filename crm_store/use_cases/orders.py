"""What customers do with their orders: look at them, cancel them, have them sent elsewhere.

Every function raises UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
`number` may be written any way `parse_order_number` understands.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from crm_store.domain.catalogue import DeliveryOption
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import (
    BEFORE_SHIPPING,
    CANCELLABLE_BY,
    OPEN_STATUSES,
    ChangedBy,
    NewAddress,
    Order,
    OrderStatus,
    parse_order_number,
)
from crm_store.domain.returns import Refund, RefundStatus, estimate_refund
from crm_store.use_cases.applied_actions import AnyActionKey, access_customer, apply_once, verified_customer
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = [
    "CancelledOrder",
    "ChangedAddress",
    "NewAddress",
    "cancel_order",
    "change_shipping_address",
    "find_order",
    "list_address_changeable_orders",
    "list_cancellable_orders",
    "list_delivered_orders",
    "list_delivery_options",
    "list_open_orders",
    "list_orders",
]

# More than a customer can choose from in a chat; it only bounds the work for a wholesaler.
MAX_LISTED_ORDERS: Final = 50
# Who misses something writes about one of the last parcels.
MAX_LISTED_DELIVERED: Final = 5


@dataclass(frozen=True)
class CancelledOrder:
    """`refund` is None when nothing is left to send back; `already` when it had been cancelled before."""

    order: Order
    refund: Refund | None
    already: bool


@dataclass(frozen=True)
class ChangedAddress:
    """The labels ("Mirpur, Dhaka") are safe to read out."""

    order: Order
    old_label: str
    new_label: str


async def list_orders(store: Store, conversation_id: UUID, *, limit: int = 5) -> list[Order]:
    """The customer's orders, newest first."""
    return await _list_orders(store, conversation_id, None, limit)


async def list_open_orders(store: Store, conversation_id: UUID) -> list[Order]:
    """Orders not yet delivered, cancelled or returned, newest first."""
    return await _list_orders(store, conversation_id, OPEN_STATUSES)


async def list_cancellable_orders(store: Store, conversation_id: UUID) -> list[Order]:
    return await _list_orders(store, conversation_id, CANCELLABLE_BY[ChangedBy.CUSTOMER])


async def list_address_changeable_orders(store: Store, conversation_id: UUID) -> list[Order]:
    return await _list_orders(store, conversation_id, BEFORE_SHIPPING)


async def list_delivered_orders(store: Store, conversation_id: UUID) -> list[Order]:
    """Orders that are said to have arrived, newest first."""
    return await _list_orders(store, conversation_id, {OrderStatus.DELIVERED}, MAX_LISTED_DELIVERED)


async def _list_orders(
    store: Store,
    conversation_id: UUID,
    statuses: Collection[OrderStatus] | None,
    limit: int = MAX_LISTED_ORDERS,
) -> list[Order]:
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        return await uow.orders.list_newest(customer_id, statuses=statuses, limit=limit)


async def find_order(store: Store, conversation_id: UUID, number: str) -> Order:
    """The customer's order. Raises UnknownOrder also when it is somebody else's: nothing leaks."""
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        return await access_order(uow, customer_id, number)


async def access_order(uow: UnitOfWork, customer_id: UUID, number: str, *, lock: bool = False) -> Order:
    """The customer's order. Raises UnknownOrder also when it is somebody else's."""
    parsed = parse_order_number(number)
    order = await uow.orders.find(customer_id, parsed, lock=lock) if parsed else None
    if order is None:
        raise UnknownOrder(number)
    return order


async def cancel_order(
    store: Store,
    conversation_id: UUID,
    number: str,
    *,
    key: AnyActionKey,
    reason: str | None = None,
) -> CancelledOrder:
    """Cancel the order and, when it was paid, send the money back. Raises UnknownOrder, NotCancellable.

    An agent may also cancel what is packed but has not left.
    """
    by = ChangedBy.AGENT if key.actor is Author.AGENT else ChangedBy.CUSTOMER

    async def change(uow: UnitOfWork, party: ConversationParty) -> CancelledOrder:
        customer_id = verified_customer(party)
        order = await access_order(uow, customer_id, number, lock=True)
        if order.status is OrderStatus.CANCELLED:
            return CancelledOrder(order, await uow.refunds.find_for_cancelled(order.id), already=True)
        cancelled = order.cancelled(by)
        await uow.orders.save_cancelled(order.id, reason)
        refund = await _open_refund(uow, order)
        facts: JsonObject = {
            "order": order.number,
            "reason": reason,
            "refund": refund.amount if refund else None,
        }
        await uow.interactions.append(_interaction("order_cancelled", uow.now, party, key, facts))
        return CancelledOrder(cancelled, refund, already=False)

    return await apply_once(store, conversation_id, key, CancelledOrder, change)


async def _open_refund(uow: UnitOfWork, order: Order) -> Refund | None:
    if not order.is_paid:
        return None
    left = order.total - await uow.refunds.sum_for_order(order.id)
    if left <= 0:
        return None
    estimate = estimate_refund(left, order.payment_method, shop_date(uow.now))
    refund = Refund(
        id=new_id(),
        order_number=order.number,
        amount=estimate.amount,
        status=RefundStatus.PENDING,
        method=estimate.method,
        expected_by=estimate.expected_by,
        currency=order.currency,
    )
    await uow.refunds.add(order.customer_id, order.id, refund, uow.now)
    return refund


async def change_shipping_address(
    store: Store,
    conversation_id: UUID,
    number: str,
    address: NewAddress,
    *,
    key: AnyActionKey,
) -> ChangedAddress:
    """Send the order elsewhere, as long as it has not left the shop.

    Raises UnknownOrder, AddressNotChangeable. Without a new phone number the old one stays.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> ChangedAddress:
        order = await access_order(uow, verified_customer(party), number, lock=True)
        changed = order.sent_to(address.replacing(order.address))
        await uow.orders.save_address(order.id, changed.address)
        facts: JsonObject = {
            "order": order.number,
            "from": order.address.label,
            "to": changed.address.label,
        }
        await uow.interactions.append(_interaction("address_changed", uow.now, party, key, facts))
        return ChangedAddress(changed, order.address.label, changed.address.label)

    return await apply_once(store, conversation_id, key, ChangedAddress, change)


def _interaction(
    kind: str, at: datetime, party: ConversationParty, key: AnyActionKey, facts: JsonObject
) -> Interaction:
    return Interaction(
        kind=kind,
        at=at,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=key.actor,
        facts=facts,
    )


async def list_delivery_options(store: Store) -> list[DeliveryOption]:
    """The shop's ways of delivery; public."""
    async with store.read() as uow:
        return list(await uow.catalogue.list_delivery_options())
