"""Orders in SQL: with their newest parcels and their lines in one statement."""

from collections.abc import Collection, Sequence
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.orders import (
    Address,
    Order,
    OrderLine,
    OrderStatus,
    PaymentMethod,
    Shipment,
    ShipmentStatus,
)
from crm_store.sql.connections import Connection
from crm_store.sql.statements import one_of
from crm_store.sql.tables import order_lines, orders, products, shipments

_other = shipments.alias("other")
_newest_shipment = (
    sa.select(_other.c.id)
    .where(_other.c.order_id == orders.c.id)
    .order_by(_other.c.created_at.desc(), _other.c.id.desc())
    .limit(1)
    .correlate(orders)
    .scalar_subquery()
)
# One row per line: a second statement for the lines would cost more than the repeated columns.
_ORDERS = (
    sa.select(
        orders,
        shipments.c.carrier,
        shipments.c.tracking_number,
        shipments.c.status.label("shipment_status"),
        shipments.c.shipped_at,
        order_lines.c.id.label("line_id"),
        order_lines.c.product_id,
        order_lines.c.product_name,
        order_lines.c.product_name_bn,
        order_lines.c.category,
        order_lines.c.variant,
        order_lines.c.quantity,
        order_lines.c.unit_price,
    )
    .outerjoin_from(orders, shipments, shipments.c.id == _newest_shipment)
    .outerjoin(order_lines, order_lines.c.order_id == orders.c.id)
    .order_by(orders.c.placed_at.desc(), orders.c.id.desc(), order_lines.c.position)
)
_FIND = _ORDERS.where(
    orders.c.number == sa.bindparam("order_number"), orders.c.customer_id == sa.bindparam("customer")
)
# Nobody else may change the order until commit; its parcel and lines are only read.
_FIND_AND_LOCK = _FIND.with_for_update(of=orders)
_chosen = orders.alias("chosen")


@cache
def _newest(statuses: frozenset[str] | None) -> sa.Select[Any]:
    chosen = sa.select(_chosen.c.id).where(_chosen.c.customer_id == sa.bindparam("customer"))
    if statuses is not None:
        chosen = chosen.where(one_of(_chosen.c.status, statuses))
    newest_first = chosen.order_by(_chosen.c.placed_at.desc(), _chosen.c.id.desc())
    return _ORDERS.where(orders.c.id.in_(newest_first.limit(sa.bindparam("at_most"))))


class SqlOrders:
    """See `crm_store.use_cases.ports.orders.Orders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(self, customer_id: UUID, number: str, *, lock: bool = False) -> Order | None:
        query = _FIND_AND_LOCK if lock else _FIND
        rows = await self._connection.execute(query, {"order_number": number, "customer": customer_id})
        return next(iter(_orders(rows.all())), None)

    async def list_newest(
        self, customer_id: UUID, *, statuses: Collection[OrderStatus] | None = None, limit: int
    ) -> list[Order]:
        words = None if statuses is None else frozenset(status.value for status in statuses)
        rows = await self._connection.execute(_newest(words), {"customer": customer_id, "at_most": limit})
        return _orders(rows.all())

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

    async def find_stock(self, product_id: UUID) -> int:
        query = sa.select(products.c.stock).where(products.c.id == product_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def save_quantity(self, order_id: UUID, line_id: UUID, quantity: int, total: int) -> None:
        line = order_lines.c.id == line_id
        await self._connection.execute(
            order_lines.update().where(line).values(quantity=quantity)
            if quantity
            else order_lines.delete().where(line)
        )
        await self._connection.execute(orders.update().where(orders.c.id == order_id).values(total=total))


def _orders(rows: Sequence[sa.Row[Any]]) -> list[Order]:
    """Orders in the order of their rows, whose lines stand one after the other."""
    return [_order(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.id)]


def _order(rows: Sequence[sa.Row[Any]]) -> Order:
    row = rows[0]
    lines = tuple(_line(each) for each in rows if each.line_id is not None)
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
        id=row.line_id,
        product_id=row.product_id,
        product_name=row.product_name,
        product_name_bn=row.product_name_bn,
        category=row.category,
        quantity=row.quantity,
        unit_price=row.unit_price,
        variant=row.variant,
    )
