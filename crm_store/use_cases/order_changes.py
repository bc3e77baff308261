"""Changing the articles of one's order before it is packed.

Every function raises UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
"""

from dataclasses import dataclass
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.errors import OrderNotChangeable
from crm_store.domain.identities import ConversationParty
from crm_store.domain.order_changes import ChangeRefusal, with_quantity
from crm_store.domain.orders import Order, OrderLine
from crm_store.use_cases.applied_actions import ActionKey, apply_once, verified_customer
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class ChangedArticles:
    """The order as it is now, and the article as it was."""

    order: Order
    before: OrderLine


async def change_quantity(
    store: Store, conversation_id: UUID, number: str, line_id: UUID, quantity: int, *, key: ActionKey
) -> ChangedArticles:
    """Set how many pieces of an article an unpaid order holds; 0 takes it out. The total follows.

    Raises UnknownOrder, OrderNotChangeable.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> ChangedArticles:
        order = await access_order(uow, verified_customer(party), number, lock=True)
        changed = with_quantity(order, line_id, quantity)
        before = next(line for line in order.lines if line.id == line_id)
        await _check_stock(uow, order, before, quantity)
        await uow.orders.save_quantity(order.id, line_id, quantity, changed.total)
        await uow.interactions.append(_changed(order, changed, before, quantity, key, uow, party))
        return ChangedArticles(changed, before)

    return await apply_once(store, conversation_id, key, ChangedArticles, change)


async def _check_stock(uow: UnitOfWork, order: Order, line: OrderLine, quantity: int) -> None:
    """The pieces ordered already are set aside; more of them must be there."""
    more = quantity - line.quantity
    if more > 0 and await uow.orders.find_stock(line.product_id) < more:
        raise OrderNotChangeable(order.number, ChangeRefusal.NOT_IN_STOCK)


def _changed(
    order: Order,
    changed: Order,
    before: OrderLine,
    quantity: int,
    key: ActionKey,
    uow: UnitOfWork,
    party: ConversationParty,
) -> Interaction:
    return Interaction(
        kind="order_changed",
        at=uow.now,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=Author.CUSTOMER,
        facts={
            "order": order.number,
            "product": before.product_name,
            "from": before.quantity,
            "to": quantity,
            "total": changed.total,
        },
    )
