"""Cards: what a reply shows besides its text. The shapes are those of docs/contracts/web-channel.md."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from crm_store.domain.channels import ChannelAccount
from crm_store.domain.invoices import Invoice
from crm_store.domain.order_card import order_card
from crm_store.domain.orders import Order
from crm_store.domain.returns import Refund, Return

Card = dict[str, Any]

__all__ = [
    "MAX_ORDERS_ON_A_CARD",
    "Card",
    "connect_card",
    "invoice_card",
    "order_card",
    "orders_card",
    "return_card",
]

MAX_ORDERS_ON_A_CARD: Final = 5


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


def connect_card(accounts: Sequence[ChannelAccount]) -> Card:
    """Messengers that can be connected. The link and the code are asked for when it is opened."""
    return {"type": "connect", "channels": list(dict.fromkeys(each.channel for each in accounts))}


def _refund(refund: Refund) -> Card:
    return {
        "status": refund.status.value,
        "amount": refund.amount,
        "currency": refund.currency,
        "issued_at": _moment(refund.issued_at) if refund.issued_at else None,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
