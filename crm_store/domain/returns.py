"""Sending things back and getting money back: what is allowed, until when, and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.catalogue import return_window
from crm_store.domain.errors import NotReturnable, ReturnWindowClosed
from crm_store.domain.money import CURRENCY
from crm_store.domain.opening_hours import add_bank_days, shop_date
from crm_store.domain.orders import Order, OrderLine, OrderStatus, PaymentMethod


class ReturnReason(StrEnum):
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    WRONG_SIZE = "wrong_size"
    NOT_AS_DESCRIBED = "not_as_described"
    CHANGED_MIND = "changed_mind"
    LATE = "late"
    MISSING_PART = "missing_part"


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    REJECTED = "rejected"
    COMPLETED = "completed"


class RefundStatus(StrEnum):
    PENDING = "pending"
    ISSUED = "issued"
    FAILED = "failed"


class NotReturnableReason(StrEnum):
    NOT_DELIVERED = "not_delivered"
    """The parcel has not arrived yet, or the order was cancelled."""
    ONLY_IF_FAULTY = "only_if_faulty"
    """Food and cosmetics come back only when damaged, wrong or incomplete."""
    NO_SUCH_LINE = "no_such_line"
    WHICH_LINE = "which_line"
    """The order holds several articles and none was named."""


class RefundRefusal(StrEnum):
    """Why an agent cannot send so much back for an order."""

    NOT_PAID = "not_paid"
    """The shop holds no money for it: not paid yet, or cancelled (which pays back by itself)."""
    ALREADY_REFUNDED = "already_refunded"
    MORE_THAN_LEFT = "more_than_left"


FAULTS: Final = frozenset(
    {
        ReturnReason.DAMAGED,
        ReturnReason.WRONG_ITEM,
        ReturnReason.NOT_AS_DESCRIBED,
        ReturnReason.MISSING_PART,
    }
)

# Banking days until the money is there, as the shop's payment partners promise them.
REFUND_BANK_DAYS: Final[Mapping[PaymentMethod, int]] = {
    PaymentMethod.BKASH: 3,
    PaymentMethod.NAGAD: 3,
    PaymentMethod.CARD: 7,
}
# Cash cannot be sent back: it goes to the mobile wallet of the customer's number.
REFUND_OF_CASH: Final = PaymentMethod.BKASH


@dataclass(frozen=True)
class RefundEstimate:
    """What will come back (minor units), which way, and by when at the latest."""

    amount: int
    method: PaymentMethod
    expected_by: date


@dataclass(frozen=True)
class Refund:
    """Money on its way back, or back already. `amount` in minor units of `currency`."""

    id: UUID
    order_number: str
    amount: int
    status: RefundStatus
    method: PaymentMethod
    expected_by: date
    issued_at: datetime | None = None
    currency: str = CURRENCY

    def is_overdue(self, today: date) -> bool:
        return self.status is not RefundStatus.ISSUED and self.expected_by < today


@dataclass(frozen=True)
class Return:
    """One article on its way back, with the refund it led to when there is one."""

    id: UUID
    number: str
    order_number: str
    line_id: UUID
    product_name: str
    product_name_bn: str
    reason: ReturnReason
    status: ReturnStatus
    requested_at: datetime
    refund: Refund | None = None


@dataclass(frozen=True)
class ReturnableItem:
    """An article that may still be sent back; `returnable_until` is the last possible day.

    When `only_if_faulty`, only damaged, wrong or incomplete articles are taken back.
    """

    order_number: str
    line_id: UUID
    product_name: str
    product_name_bn: str
    returnable_until: date
    only_if_faulty: bool = False


def estimate_refund(amount: int, paid_with: PaymentMethod, today: date) -> RefundEstimate:
    """When `amount` (minor units) is back on the customer's side if it is sent off today."""
    method = REFUND_OF_CASH if paid_with is PaymentMethod.COD else paid_with
    return RefundEstimate(amount, method, add_bank_days(today, REFUND_BANK_DAYS[method]))


def return_deadline(order: Order, line: OrderLine, *, faulty: bool) -> date | None:
    """The last day `line` may be sent back on, or None when it may not be at all."""
    if order.status is not OrderStatus.DELIVERED or order.delivered_at is None:
        return None
    window = return_window(line.category)
    days = window.days_if_faulty if faulty else window.days
    return shop_date(order.delivered_at) + timedelta(days=days) if days else None


def list_returnable_lines(order: Order, today: date) -> list[ReturnableItem]:
    """The lines of `order` that may be sent back for some reason today, requested ones included."""
    deadlines = ((line, return_deadline(order, line, faulty=True)) for line in order.lines)
    return [_returnable(order, line, until, today) for line, until in deadlines if until and until >= today]


def _returnable(order: Order, line: OrderLine, last_day: date, today: date) -> ReturnableItem:
    unfaulty = return_deadline(order, line, faulty=False)
    any_reason = unfaulty is not None and unfaulty >= today
    return ReturnableItem(
        order_number=order.number,
        line_id=line.id,
        product_name=line.product_name,
        product_name_bn=line.product_name_bn,
        returnable_until=unfaulty if any_reason and unfaulty else last_day,
        only_if_faulty=not any_reason,
    )


def choose_line(order: Order, line_id: UUID | None) -> OrderLine:
    """The line meant; without an id an order of one line means that line. Raises NotReturnable."""
    if line_id is None and len(order.lines) == 1:
        return order.lines[0]
    if line_id is None:
        raise NotReturnable(NotReturnableReason.WHICH_LINE)
    line = order.find_line(line_id)
    if line is None:
        raise NotReturnable(NotReturnableReason.NO_SUCH_LINE)
    return line


def check_returnable(order: Order, line: OrderLine, reason: ReturnReason, today: date) -> None:
    """Raises NotReturnable or ReturnWindowClosed unless `line` may be sent back for `reason` today."""
    if order.status is not OrderStatus.DELIVERED:
        raise NotReturnable(NotReturnableReason.NOT_DELIVERED)
    deadline = return_deadline(order, line, faulty=reason in FAULTS)
    if deadline is None:
        raise NotReturnable(NotReturnableReason.ONLY_IF_FAULTY)
    if deadline < today:
        raise ReturnWindowClosed
