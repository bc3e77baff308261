"""Cards: what a reply shows besides its text. The shapes are those of docs/contracts/web-channel.md."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from crm_store.domain.invoices import Invoice
from crm_store.domain.orders import Order, OrderLine
from crm_store.domain.returns import Refund, Return

Card = dict[str, Any]

MAX_ORDERS_ON_A_CARD: Final = 5


def order_card(order: Order, today: date) -> Card:
    """One order; `today` is the shop's calendar day."""
    shipment = order.shipment
    return {
        "type": "order",
        "number": order.number,
        "status": order.status.value,
        "placed_at": _moment(order.placed_at),
        "promised_by": order.promised_by.isoformat(),
        "delivered_at": _moment(order.delivered_at) if order.delivered_at else None,
        "late": order.is_late(today),
        "items": [_item(line) for line in order.lines],
        "total": order.total,
        "currency": order.currency,
        "carrier": shipment.carrier if shipment else None,
        "tracking_number": shipment.tracking_number if shipment else None,
        "destination": order.address.label,
    }


def orders_card(orders: Sequence[Order], today: date) -> Card:
    """The first few of `orders`."""
    return {"type": "orders", "orders": [order_card(order, today) for order in orders[:MAX_ORDERS_ON_A_CARD]]}


def return_card(back: Return) -> Card:
    """One article on its way back, with its refund when there is one."""
    return {
        "type": "return",
        "number": back.number,
        "order_number": back.order_number,
        "status": back.status.value,
        "refund": _refund(back.refund) if back.refund else None,
    }


def invoice_card(invoice: Invoice, language: str) -> Card:
    """An invoice that can be opened; its document is written in `language`."""
    return {
        "type": "invoice",
        "number": invoice.number,
        "order_number": invoice.order.number,
        "total": invoice.order.total,
        "due": invoice.due,
        "currency": invoice.order.currency,
        "language": language,
    }


def _item(line: OrderLine) -> Card:
    return {
        "name": line.product_name,
        "name_bn": line.product_name_bn,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
    }


def _refund(refund: Refund) -> Card:
    return {
        "status": refund.status.value,
        "amount": refund.amount,
        "currency": refund.currency,
        "issued_at": _moment(refund.issued_at) if refund.issued_at else None,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
