"""Finding out which order a message means, and showing orders to choose from."""

from collections.abc import Sequence
from typing import Final

from actions.choices import choose_by_name, choose_by_position
from actions.turn import Button, Turn
from crm_store.domain.orders import Order

# More buttons than this are a list nobody reads; the number can be typed.
MAX_OFFERED: Final = 5


def product_label(turn: Turn, order: Order) -> str:
    """The first article of the order, and how many more there are."""
    first = order.lines[0]
    name = turn.format.name(first.product_name, first.product_name_bn)
    others = len(order.lines) - 1
    return turn.words("line.several", product=name, count=turn.format.number(others)) if others else name


def order_buttons(turn: Turn, orders: Sequence[Order]) -> list[Button]:
    """One button per order: number, first article, day of the order."""
    return [
        {
            "title": turn.words(
                "line.choice",
                number=order.number,
                product=product_label(turn, order),
                date=turn.format.day(turn.day(order.placed_at)),
            ),
            "payload": f'/inform{{"order_number": "{order.number}"}}',
        }
        for order in orders[:MAX_OFFERED]
    ]


def choose_order(turn: Turn, orders: Sequence[Order], *, current: str | None = None) -> Order | None:
    """The one of `orders` the message means by position or by an article's name; `current` is set already."""
    by_number = {order.number: order for order in orders}
    shown = [number for number in turn.slot("offered_choices") or () if number in by_number]
    options = turn.entities("option")
    if orders and not shown and "last" in options:
        return orders[0]  # "my last order" is the newest one; among orders shown, the last is the lowest
    for option in options:
        number = choose_by_position(option, shown or list(by_number), current)
        if number:
            return by_number[number]
    if options:
        return None
    number = choose_by_name(turn.text, {order.number: _names(order) for order in orders})
    return by_number[number] if number else None


def _names(order: Order) -> list[str]:
    """Everything the customer may call the order's articles."""
    return [
        name for line in order.lines for name in (line.product_name, line.product_name_bn, line.variant or "")
    ]
