"""Agents send money back for an order, without a return or a cancellation."""

from dataclasses import dataclass
from uuid import UUID

from crm_store.domain.errors import NotRefundable
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import Order
from crm_store.domain.returns import Refund, RefundRefusal, RefundStatus, estimate_refund
from crm_store.use_cases.applied_actions import AgentActionKey, apply_once, verified_customer
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.ports.returns import Grant
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class GrantedRefund:
    """`left` is what could still be sent back for the order (minor units)."""

    order: Order
    refund: Refund
    left: int


async def refund_order(
    store: Store,
    conversation_id: UUID,
    number: str,
    *,
    key: AgentActionKey,
    amount: int | None = None,
    reason: str | None = None,
) -> GrantedRefund:
    """Send `amount` (minor units) back, or all that is left. Never more in sum than the customer paid.

    Raises UnknownConversation, VerificationNeeded, UnknownOrder, NotRefundable.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> GrantedRefund:
        order = await access_order(uow, verified_customer(party), number, lock=True)
        left = await _left(uow, order)
        wanted = left if amount is None else amount
        if wanted > left:
            raise NotRefundable(order.number, RefundRefusal.MORE_THAN_LEFT, left)
        refund = _refund(order, wanted, uow)
        grant = Grant(key.agent_id, reason)
        await uow.refunds.add(order.customer_id, order.id, refund, uow.now, granted=grant)
        await uow.interactions.append(_granted(refund, party, key, uow))
        return GrantedRefund(order, refund, left - wanted)

    return await apply_once(store, conversation_id, key, GrantedRefund, change)


async def _left(uow: UnitOfWork, order: Order) -> int:
    if not order.is_paid:
        raise NotRefundable(order.number, RefundRefusal.NOT_PAID, 0)
    left = order.total - await uow.refunds.sum_for_order(order.id)
    if left <= 0:
        raise NotRefundable(order.number, RefundRefusal.ALREADY_REFUNDED, 0)
    return left


def _refund(order: Order, amount: int, uow: UnitOfWork) -> Refund:
    estimate = estimate_refund(amount, order.payment_method, shop_date(uow.now))
    return Refund(
        id=new_id(),
        order_number=order.number,
        amount=estimate.amount,
        status=RefundStatus.PENDING,
        method=estimate.method,
        expected_by=estimate.expected_by,
        currency=order.currency,
    )


def _granted(refund: Refund, party: ConversationParty, key: AgentActionKey, uow: UnitOfWork) -> Interaction:
    return Interaction(
        kind="refund_requested",
        at=uow.now,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=key.actor,
        facts={"order": refund.order_number, "amount": refund.amount},
    )
