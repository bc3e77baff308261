"""One order of the demo shop, with its lines, parcel, return, refund and history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import OrderStatus, PaymentMethod, ShipmentStatus
from crm_store.domain.returns import RefundStatus, ReturnStatus, estimate_refund
from crm_store.seed.content import Article, DeliveryWay
from crm_store.seed.rows import Rows, seed_id

SHIPPED_AS: Final = {
    OrderStatus.SHIPPED: ShipmentStatus.IN_TRANSIT,
    OrderStatus.OUT_FOR_DELIVERY: ShipmentStatus.OUT_FOR_DELIVERY,
    OrderStatus.DELIVERED: ShipmentStatus.DELIVERED,
    OrderStatus.RETURNED: ShipmentStatus.SENT_BACK,
}
CLOSED_RETURNS: Final = {ReturnStatus.COMPLETED, ReturnStatus.REJECTED}
# From asking for a return to the money being sent off.
RETURN_TAKES: Final = timedelta(days=5)
CANCELLED_AFTER: Final = timedelta(hours=3)
SHIPPED_AFTER: Final = timedelta(hours=20)


@dataclass(frozen=True)
class Ordered:
    """One line: how many of which article."""

    article: Article
    quantity: int
    variant: str | None


@dataclass(frozen=True)
class ReturnPlan:
    number: str
    article: Article
    reason: str
    status: ReturnStatus
    requested_at: datetime
    refund: RefundStatus | None


@dataclass(frozen=True)
class OrderPlan:
    """What happened to an order. `cancel_refund` is set when a paid order was cancelled.

    `discount` is what the promotion `code` took off, in minor units.
    """

    number: str
    customer_id: UUID
    address: dict[str, str | None]
    status: OrderStatus
    placed_at: datetime
    promised_by: date
    payment_method: PaymentMethod
    way: DeliveryWay
    lines: Sequence[Ordered]
    carrier: str | None = None
    delivered_at: datetime | None = None
    return_: ReturnPlan | None = None
    cancel_refund: RefundStatus | None = None
    code: str | None = None
    discount: int = 0

    @property
    def id(self) -> UUID:
        return seed_id("orders", self.number)

    @property
    def total(self) -> int:
        return self.way.fee + self.goods

    @property
    def goods(self) -> int:
        """What the articles cost, less the discount."""
        return sum(line.quantity * line.article.price for line in self.lines) - self.discount

    @property
    def has_left(self) -> bool:
        return self.status in SHIPPED_AS

    @property
    def shipped_at(self) -> datetime:
        """The evening after, but never after the parcel arrived."""
        evening_after = self.placed_at + SHIPPED_AFTER
        return (
            min(evening_after, self.delivered_at - timedelta(hours=4)) if self.delivered_at else evening_after
        )


def add_order(rows: Rows, plan: OrderPlan) -> None:
    """The order and everything that hangs on it."""
    rows.add(
        "orders",
        id=plan.id,
        number=plan.number,
        customer_id=plan.customer_id,
        status=plan.status.value,
        placed_at=plan.placed_at,
        promised_by=plan.promised_by,
        delivered_at=plan.delivered_at,
        total=plan.total,
        delivery_fee=plan.way.fee,
        payment_method=plan.payment_method.value,
        delivery_option=plan.way.code,
        **{f"address_{part}": value for part, value in plan.address.items()},
    )
    _interaction(rows, plan, plan.placed_at, "order_placed", actor="customer", total=plan.total)
    _add_lines(rows, plan)
    if plan.has_left:
        _add_shipment(rows, plan)
    if plan.status is OrderStatus.CANCELLED:
        _add_cancellation(rows, plan)
    if plan.return_ is not None:
        _add_return(rows, plan, plan.return_)


def _interaction(rows: Rows, plan: OrderPlan, at: datetime, kind: str, **facts: Any) -> None:
    rows.add_interaction(plan.customer_id, at, kind, order=plan.number, **facts)


def _line_id(plan: OrderPlan, article: Article) -> UUID:
    return seed_id("order_lines", f"{plan.number}/{article.sku}")


def _add_lines(rows: Rows, plan: OrderPlan) -> None:
    for position, line in enumerate(plan.lines, start=1):
        rows.add(
            "order_lines",
            id=_line_id(plan, line.article),
            order_id=plan.id,
            product_id=seed_id("products", line.article.sku),
            position=position,
            product_name=line.article.name,
            product_name_bn=line.article.name_bn,
            category=line.article.category,
            variant=line.variant,
            quantity=line.quantity,
            unit_price=line.article.price,
        )


def _add_shipment(rows: Rows, plan: OrderPlan) -> None:
    carrier = plan.carrier or "Pathao Courier"
    rows.add(
        "shipments",
        id=seed_id("shipments", plan.number),
        order_id=plan.id,
        carrier=carrier,
        tracking_number=f"{carrier[:3].upper()}-{plan.number.removeprefix('KT-')}8",
        status=SHIPPED_AS[plan.status].value,
        created_at=plan.shipped_at,
        shipped_at=plan.shipped_at,
        delivered_at=plan.delivered_at,
    )
    _interaction(rows, plan, plan.shipped_at, "order_shipped", carrier=carrier)
    if plan.delivered_at is not None:
        late = shop_date(plan.delivered_at) > plan.promised_by
        _interaction(rows, plan, plan.delivered_at, "order_delivered", late=late)


def _add_cancellation(rows: Rows, plan: OrderPlan) -> None:
    at = plan.placed_at + CANCELLED_AFTER
    _interaction(rows, plan, at, "order_cancelled", actor="customer")
    if plan.cancel_refund is not None:
        _add_refund(rows, plan, plan.total, plan.cancel_refund, at, return_id=None)


def _add_return(rows: Rows, plan: OrderPlan, returned: ReturnPlan) -> None:
    return_id = seed_id("returns", returned.number)
    closed_at = returned.requested_at + RETURN_TAKES
    rows.add(
        "returns",
        id=return_id,
        number=returned.number,
        order_id=plan.id,
        order_line_id=_line_id(plan, returned.article),
        customer_id=plan.customer_id,
        reason=returned.reason,
        status=returned.status.value,
        requested_at=returned.requested_at,
        closed_at=closed_at if returned.status in CLOSED_RETURNS else None,
    )
    facts = {"return": returned.number, "reason": returned.reason}
    _interaction(rows, plan, returned.requested_at, "return_requested", actor="customer", **facts)
    if returned.refund is not None:
        line = next(line for line in plan.lines if line.article is returned.article)
        amount = line.quantity * line.article.price
        sent_off = (
            closed_at if returned.status in CLOSED_RETURNS else returned.requested_at + RETURN_TAKES / 2
        )
        _add_refund(rows, plan, amount, returned.refund, sent_off, return_id=return_id)


def _add_refund(
    rows: Rows, plan: OrderPlan, amount: int, status: RefundStatus, at: datetime, *, return_id: UUID | None
) -> None:
    estimate = estimate_refund(amount, plan.payment_method, shop_date(at))
    issued_at = at + timedelta(days=1) if status is RefundStatus.ISSUED else None
    rows.add(
        "refunds",
        id=seed_id("refunds", f"{plan.number}/{return_id}"),
        order_id=plan.id,
        customer_id=plan.customer_id,
        return_id=return_id,
        amount=amount,
        status=status.value,
        method=estimate.method.value,
        expected_by=estimate.expected_by,
        created_at=at,
        issued_at=issued_at,
    )
    if issued_at is not None:
        _interaction(rows, plan, issued_at, "refund_issued", amount=amount, method=estimate.method.value)
