"""Orders in SQL: the order with its newest parcel in one statement, the lines of all of them in a second."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_store.domain.orders import (
    Address,
    Order,
    OrderLine,
    OrderStatus,
    PaymentMethod,
    Shipment,
    ShipmentStatus,
)
from crm_store.sql.tables import order_lines, orders, shipments

_other = shipments.alias("other")
_newest_shipment = (
    sa.select(_other.c.id)
    .where(_other.c.order_id == orders.c.id)
    .order_by(_other.c.created_at.desc(), _other.c.id.desc())
    .limit(1)
    .correlate(orders)
    .scalar_subquery()
)
_ORDERS = sa.select(
    orders,
    shipments.c.carrier,
    shipments.c.tracking_number,
    shipments.c.status.label("shipment_status"),
    shipments.c.shipped_at,
).outerjoin_from(orders, shipments, shipments.c.id == _newest_shipment)


class SqlOrders:
    """See `crm_store.use_cases.ports.orders.Orders`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, customer_id: UUID, number: str, *, lock: bool = False) -> Order | None:
        query = _ORDERS.where(orders.c.number == number, orders.c.customer_id == customer_id)
        if lock:
            query = query.with_for_update(of=orders)
        found = await self._fetch(query)
        return found[0] if found else None

    async def list_newest(
        self, customer_id: UUID, *, statuses: Collection[OrderStatus] | None = None, limit: int
    ) -> list[Order]:
        query = _ORDERS.where(orders.c.customer_id == customer_id)
        if statuses is not None:
            query = query.where(orders.c.status.in_(sorted(status.value for status in statuses)))
        return await self._fetch(query.order_by(orders.c.placed_at.desc(), orders.c.id.desc()).limit(limit))

    async def _fetch(self, query: sa.Select[Any]) -> list[Order]:
        rows = (await self._connection.execute(query)).all()
        if not rows:
            return []
        lines = await self._lines_of([row.id for row in rows])
        return [_order(row, tuple(lines[row.id])) for row in rows]

    async def _lines_of(self, order_ids: Sequence[UUID]) -> dict[UUID, list[OrderLine]]:
        query = (
            sa.select(order_lines)
            .where(order_lines.c.order_id.in_(order_ids))
            .order_by(order_lines.c.order_id, order_lines.c.position)
        )
        lines: dict[UUID, list[OrderLine]] = defaultdict(list)
        for row in await self._connection.execute(query):
            lines[row.order_id].append(_line(row))
        return lines

    async def save_cancelled(self, order_id: UUID, reason: str | None) -> None:
        await self._connection.execute(
            orders.update()
            .where(orders.c.id == order_id)
            .values(status=OrderStatus.CANCELLED.value, cancel_reason=reason)
        )

    async def save_address(self, order_id: UUID, address: Address) -> None:
        await self._connection.execute(
            orders.update()
            .where(orders.c.id == order_id)
            .values(
                address_line=address.line,
                address_area=address.area,
                address_city=address.city,
                address_postcode=address.postcode,
                address_phone=address.phone,
            )
        )


def _order(row: sa.Row[Any], lines: tuple[OrderLine, ...]) -> Order:
    return Order(
        id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        status=OrderStatus(row.status),
        placed_at=row.placed_at,
        promised_by=row.promised_by,
        delivered_at=row.delivered_at,
        total=row.total,
        lines=lines,
        shipment=_shipment(row),
        address=_address(row),
        payment_method=PaymentMethod(row.payment_method),
        delivery_fee=row.delivery_fee,
        delivery_option=row.delivery_option,
        currency=row.currency,
    )


def _address(row: sa.Row[Any]) -> Address:
    return Address(
        line=row.address_line,
        area=row.address_area,
        city=row.address_city,
        postcode=row.address_postcode,
        phone=row.address_phone,
    )


def _shipment(row: sa.Row[Any]) -> Shipment | None:
    if row.tracking_number is None:
        return None
    return Shipment(
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        status=ShipmentStatus(row.shipment_status),
        shipped_at=row.shipped_at,
    )


def _line(row: sa.Row[Any]) -> OrderLine:
    return OrderLine(
        id=row.id,
        product_id=row.product_id,
        product_name=row.product_name,
        product_name_bn=row.product_name_bn,
        category=row.category,
        quantity=row.quantity,
        unit_price=row.unit_price,
        variant=row.variant,
    )
