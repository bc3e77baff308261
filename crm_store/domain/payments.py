"""How customers pay, and what an order tells about its payment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from crm_store.domain.money import CURRENCY
from crm_store.domain.opening_hours import add_bank_days
from crm_store.domain.orders import Order, OrderStatus, PaymentMethod
from crm_store.domain.returns import REFUND_BANK_DAYS

# Banks and wallets settle within days; what went wrong longer ago is found by its order number.
RECENT_DAYS: Final = 30
# A second tap on "pay", or a second try after an error page; two wanted orders lie further apart.
DOUBLE_WITHIN: Final = timedelta(minutes=15)
# The payments team reconciles with bKash, Nagad and the bank once every banking day.
CHECK_BANK_DAYS: Final = 1


@dataclass(frozen=True)
class PaymentOption:
    """A way to pay as the shop offers it; amounts in minor units, None where there is no such limit."""

    method: PaymentMethod
    name: str
    name_bn: str
    fee: int
    max_total: int | None = None
    installments_from: int | None = None
    installment_months: int | None = None
    currency: str = CURRENCY


class PaymentState(StrEnum):
    """What the shop knows of an order's money."""

    PAID = "paid"
    UNPAID = "unpaid"
    """It waits for its payment: money that left an account has not arrived here."""
    CASH_DUE = "cash_due"
    CANCELLED = "cancelled"
    DOUBLE = "double"
    """Another order of the same amount was placed within minutes: perhaps paid twice."""


@dataclass(frozen=True)
class PaymentView:
    """What is seen of one order's payment; `twin` is the other order of a double one."""

    order: Order
    state: PaymentState
    twin: Order | None = None

    def money_back_by(self, today: date) -> date:
        """When money that left the account but did not arrive is back there at the latest."""
        return add_bank_days(today, REFUND_BANK_DAYS.get(self.order.payment_method, 0))


_CARD_NUMBER: Final = re.compile(r"\d(?:[ -]?\d){12,18}")
_SECRET: Final = re.compile(
    r"((?<![a-z])(?:otp|pin|cvv|cvc|password)(?![a-z])|ওটিপি|পিন|পাসওয়ার্ড)(\D{0,12})\d{3,8}",
    re.IGNORECASE,
)
_HIDDEN: Final = "•••"


def hide_secrets(text: str) -> str:
    """`text` without card numbers, PINs and one-time codes, which no ticket may hold."""
    return _SECRET.sub(rf"\1\2{_HIDDEN}", _CARD_NUMBER.sub(_HIDDEN, text))


def answer_by(today: date) -> date:
    """When the payments team has looked at a ticket at the latest."""
    return add_bank_days(today, CHECK_BANK_DAYS)


def view_payments(orders: Sequence[Order]) -> list[PaymentView]:
    """What is seen of `orders`, which come newest first; twins are told of each other."""
    twins = _find_twins(orders)
    return [_view(order, twins.get(order.number)) for order in orders]


def _view(order: Order, twin: Order | None) -> PaymentView:
    if twin is not None:
        return PaymentView(order, PaymentState.DOUBLE, twin)
    if order.status is OrderStatus.CANCELLED:
        return PaymentView(order, PaymentState.CANCELLED)
    if order.is_paid:
        return PaymentView(order, PaymentState.PAID)
    is_cash = order.payment_method is PaymentMethod.COD
    return PaymentView(order, PaymentState.CASH_DUE if is_cash else PaymentState.UNPAID)


def _find_twins(orders: Sequence[Order]) -> dict[str, Order]:
    twins: dict[str, Order] = {}
    for newer, older in pairwise(order for order in orders if _may_be_double(order)):
        if newer.total == older.total and newer.placed_at - older.placed_at <= DOUBLE_WITHIN:
            twins |= {newer.number: older, older.number: newer}
    return twins


def _may_be_double(order: Order) -> bool:
    return order.is_paid and order.payment_method is not PaymentMethod.COD
