"""Changing the articles of an order that has not been sent."""

from dataclasses import replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.errors import OrderNotChangeable
from crm_store.domain.orders import CANCELLABLE_BY, ChangedBy, Order, OrderLine

# More pieces of one thing are a wholesale order, which people look after.
MAX_QUANTITY: Final = 20


class ChangeRefusal(StrEnum):
    """Why articles cannot be changed by the customer alone."""

    ALREADY_PAID = "already_paid"
    """The difference would have to be paid or paid back: a person settles it."""
    ALREADY_PACKED = "already_packed"
    """Too late for the customer alone, or closed; `Order.refusal()` says more."""
    LAST_ARTICLE = "last_article"
    """Nothing would be left: that is a cancellation."""
    NO_SUCH_LINE = "no_such_line"
    TOO_MANY = "too_many"
    NOT_IN_STOCK = "not_in_stock"


def may_change_articles(order: Order) -> bool:
    """Whether the customer alone may change articles: not packed, and no money to settle."""
    return order.status in CANCELLABLE_BY[ChangedBy.CUSTOMER] and not order.is_paid


def with_quantity(order: Order, line_id: UUID, quantity: int) -> Order:
    """`order` with `quantity` pieces of one article, 0 to leave it out; the total follows.

    Raises OrderNotChangeable with the reason.
    """
    line = _changeable_line(order, line_id)
    if quantity > MAX_QUANTITY:
        raise OrderNotChangeable(order.number, ChangeRefusal.TOO_MANY)
    if quantity == 0 and len(order.lines) == 1:
        raise OrderNotChangeable(order.number, ChangeRefusal.LAST_ARTICLE)
    changed = replace(line, quantity=quantity)
    lines = tuple(changed if each.id == line_id else each for each in order.lines)
    return replace(
        order,
        lines=tuple(each for each in lines if each.quantity > 0),
        total=order.total + changed.total - line.total,
    )


def _changeable_line(order: Order, line_id: UUID) -> OrderLine:
    if order.is_paid:
        raise OrderNotChangeable(order.number, ChangeRefusal.ALREADY_PAID)
    if not may_change_articles(order):
        raise OrderNotChangeable(order.number, ChangeRefusal.ALREADY_PACKED)
    line = order.find_line(line_id)
    if line is None:
        raise OrderNotChangeable(order.number, ChangeRefusal.NO_SUCH_LINE)
    return line
