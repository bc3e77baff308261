"""Ways to pay, promotions and loyalty points of the demo shop."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from crm_store.domain.loyalty import POINTS_LAST, LoyaltyReason, points_for
from crm_store.domain.money import taka
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.returns import ReturnStatus
from crm_store.seed.content import Content
from crm_store.seed.order_rows import RETURN_TAKES, OrderPlan
from crm_store.seed.rows import Calendar, Rows, seed_id

NOTHING_LIMITS: Final = {
    "category": None,
    "tier": None,
    "payment_method": None,
    "first_order_only": False,
    "once": False,
}


def add_payment_options(rows: Rows, content: Content) -> None:
    for position, record in enumerate(content.payment_options):
        rows.add(
            "payment_options",
            method=record["method"],
            name=record["name"],
            name_bn=record["name_bn"],
            fee=taka(record["fee_taka"]),
            max_total=_taka_or_none(record.get("max_taka")),
            installments_from=_taka_or_none(record.get("installments_from_taka")),
            installment_months=record.get("installment_months"),
            position=position,
        )


def _taka_or_none(amount: int | None) -> int | None:
    return None if amount is None else taka(amount)


def add_promotions(rows: Rows, content: Content, calendar: Calendar) -> None:
    for position, record in enumerate(content.promotions):
        values: dict[str, Any] = NOTHING_LIMITS | dict(record)
        value, least = values.pop("value"), values.pop("min_taka")
        rows.add(
            "promotions",
            id=seed_id("promotions", record["code"]),
            value=value if record["kind"] == "percent" else taka(value),
            min_total=taka(least),
            starts_on=calendar.day(values.pop("started_days_ago")),
            ends_on=calendar.day(-values.pop("ends_in_days")),
            position=position,
            **values,
        )


def add_code_use(rows: Rows, plan: OrderPlan) -> None:
    """The use of the order's promotion code, if it has one."""
    if plan.code is None:
        return
    rows.add(
        "promotion_uses",
        id=seed_id("promotion_uses", plan.number),
        promotion_id=seed_id("promotions", plan.code),
        customer_id=plan.customer_id,
        order_id=plan.id,
        amount=plan.discount,
        used_at=plan.placed_at,
    )


def add_points(rows: Rows, plans: Iterable[OrderPlan]) -> None:
    """What every delivered order earned, less what was sent back."""
    for plan in plans:
        if plan.delivered_at is None:
            continue
        _add_entry(rows, plan, LoyaltyReason.EARNED, points_for(plan.goods), plan.delivered_at)
        returned = plan.return_
        if returned is not None and returned.status is ReturnStatus.COMPLETED:
            line = next(line for line in plan.lines if line.article is returned.article)
            points = points_for(line.quantity * line.article.price)
            _add_entry(rows, plan, LoyaltyReason.TAKEN_BACK, -points, returned.requested_at + RETURN_TAKES)


def _add_entry(rows: Rows, plan: OrderPlan, reason: LoyaltyReason, points: int, at: datetime) -> None:
    if points:
        _add(rows, plan.customer_id, f"{plan.number}/{reason}", reason, points, at, order_id=plan.id)


def add_used_points(rows: Rows, customer_id: UUID, points: int, at: datetime) -> None:
    _add(rows, customer_id, f"{customer_id}/{at}", LoyaltyReason.USED, -points, at, order_id=None)


def _add(
    rows: Rows,
    customer_id: UUID,
    key: str,
    reason: LoyaltyReason,
    points: int,
    at: datetime,
    order_id: UUID | None,
) -> None:
    rows.add(
        "loyalty_entries",
        id=seed_id("loyalty_entries", key),
        customer_id=customer_id,
        order_id=order_id,
        points=points,
        reason=reason.value,
        at=at,
        expires_on=shop_date(at) + POINTS_LAST if points > 0 else None,
    )
