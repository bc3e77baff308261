"""An order as clients show it: the order card of docs/contracts/web-channel.md."""

from datetime import UTC, date, datetime

from crm_store.domain.conversations import JsonObject
from crm_store.domain.orders import Order, OrderLine


def order_card(order: Order, today: date) -> JsonObject:
    """One order; `today` is the shop's calendar day."""
    shipment = order.shipment
    delivered_at = order.delivered_at
    return {
        "type": "order",
        "number": order.number,
        "status": order.status.value,
        "placed_at": _moment(order.placed_at),
        "promised_by": order.promised_by.isoformat(),
        "delivered_at": _moment(delivered_at) if delivered_at else None,
        "late": order.is_late(today),
        "items": [_item(line) for line in order.lines],
        "delivery_fee": order.delivery_fee,
        "total": order.total,
        "currency": order.currency,
        "carrier": shipment.carrier if shipment else None,
        "tracking_number": shipment.tracking_number if shipment else None,
        "destination": order.address.label,
    }


def _item(line: OrderLine) -> JsonObject:
    return {
        "name": line.product_name,
        "name_bn": line.product_name_bn,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
