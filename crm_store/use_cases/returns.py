"""Sending things back, and where the money is.

Every function raises UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import Order, OrderLine, OrderStatus
from crm_store.domain.returns import (
    Refund,
    Return,
    ReturnableItem,
    ReturnReason,
    ReturnStatus,
    check_returnable,
    choose_line,
    list_returnable_lines,
)
from crm_store.use_cases.applied_actions import ActionKey, access_customer, apply_once, verified_customer
from crm_store.use_cases.identifiers import draw_number, new_id
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = ["RequestedReturn", "list_refunds", "list_returnable_items", "list_returns", "request_return"]

RETURN_PREFIX: Final = "RT"
MAX_LISTED: Final = 20
# The longest return window is 30 days: nobody has more than a handful of parcels in it.
MAX_DELIVERED_ORDERS: Final = 50


@dataclass(frozen=True)
class RequestedReturn:
    """`already` when the line's return had been asked for before; then `return_` is that one."""

    return_: Return
    already: bool


async def list_returnable_items(store: Store, conversation_id: UUID) -> list[ReturnableItem]:
    """What may still be sent back, newest order first, without what is on its way back already."""
    async with store.read() as uow:
        today = shop_date(uow.now)
        customer_id = await access_customer(uow, conversation_id)
        delivered = await uow.orders.list_newest(
            customer_id, statuses={OrderStatus.DELIVERED}, limit=MAX_DELIVERED_ORDERS
        )
        items = [item for order in delivered for item in list_returnable_lines(order, today)]
        requested = await uow.returns.list_requested_lines([item.line_id for item in items])
        return [item for item in items if item.line_id not in requested]


async def request_return(
    store: Store,
    conversation_id: UUID,
    order_number: str,
    line_id: UUID | None,
    *,
    key: ActionKey,
    reason: ReturnReason,
) -> RequestedReturn:
    """Ask to send one article back; `line_id` may be None when the order holds only one.

    Raises UnknownOrder, NotReturnable, ReturnWindowClosed.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> RequestedReturn:
        customer_id = verified_customer(party)
        order = await access_order(uow, customer_id, order_number, lock=True)
        line = choose_line(order, line_id)
        earlier = await uow.returns.find_for_line(line.id)
        if earlier is not None:
            return RequestedReturn(earlier, already=True)
        check_returnable(order, line, reason, shop_date(uow.now))
        return_ = await _open_return(uow, order, line, reason)
        await uow.interactions.append(_requested(return_, party, key))
        return RequestedReturn(return_, already=False)

    return await apply_once(store, conversation_id, key, RequestedReturn, change)


async def _open_return(uow: UnitOfWork, order: Order, line: OrderLine, reason: ReturnReason) -> Return:
    return_ = Return(
        id=new_id(),
        number=await draw_number(RETURN_PREFIX, uow.returns.is_number_taken),
        order_number=order.number,
        line_id=line.id,
        product_name=line.product_name,
        product_name_bn=line.product_name_bn,
        reason=reason,
        status=ReturnStatus.REQUESTED,
        requested_at=uow.now,
    )
    await uow.returns.add(order.customer_id, order.id, return_)
    return return_


def _requested(return_: Return, party: ConversationParty, key: ActionKey) -> Interaction:
    return Interaction(
        kind="return_requested",
        at=return_.requested_at,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=Author.CUSTOMER,
        facts={
            "order": return_.order_number,
            "return": return_.number,
            "product": return_.product_name,
            "reason": return_.reason.value,
        },
    )


async def list_returns(store: Store, conversation_id: UUID) -> list[Return]:
    """The customer's returns, newest first, each with its refund when there is one."""
    async with store.read() as uow:
        return await uow.returns.list_newest(await access_customer(uow, conversation_id), MAX_LISTED)


async def list_refunds(store: Store, conversation_id: UUID) -> list[Refund]:
    """Money on its way back or back already, newest first: of returns and of cancelled orders."""
    async with store.read() as uow:
        return await uow.refunds.list_newest(await access_customer(uow, conversation_id), MAX_LISTED)
