"""Returns and refunds in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.orders import PaymentMethod
from crm_store.domain.returns import Refund, RefundStatus, Return, ReturnReason, ReturnStatus
from crm_store.sql.connections import Connection
from crm_store.sql.tables import order_lines, orders, refunds, returns
from crm_store.use_cases.ports.returns import Grant

_REFUNDS = sa.select(refunds, orders.c.number.label("order_number")).join_from(
    refunds, orders, refunds.c.order_id == orders.c.id
)
_RETURNS = (
    sa.select(
        returns,
        orders.c.number.label("order_number"),
        order_lines.c.product_name,
        order_lines.c.product_name_bn,
        refunds.c.id.label("refund_id"),
        refunds.c.amount,
        refunds.c.currency,
        refunds.c.status.label("refund_status"),
        refunds.c.method,
        refunds.c.expected_by,
        refunds.c.issued_at,
    )
    .join_from(returns, orders, returns.c.order_id == orders.c.id)
    .join(order_lines, returns.c.order_line_id == order_lines.c.id)
    .outerjoin(refunds, refunds.c.return_id == returns.c.id)
)


class SqlReturns:
    """See `crm_store.use_cases.ports.returns.Returns`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_for_line(self, line_id: UUID) -> Return | None:
        query = _RETURNS.where(returns.c.order_line_id == line_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _return(row) if row is not None else None

    async def list_requested_lines(self, line_ids: Collection[UUID]) -> set[UUID]:
        query = sa.select(returns.c.order_line_id).where(returns.c.order_line_id.in_(line_ids))
        return set((await self._connection.execute(query)).scalars())

    async def list_newest(self, customer_id: UUID, limit: int) -> list[Return]:
        query = (
            _RETURNS.where(returns.c.customer_id == customer_id)
            .order_by(returns.c.requested_at.desc(), returns.c.id.desc())
            .limit(limit)
        )
        return [_return(row) for row in await self._connection.execute(query)]

    async def is_number_taken(self, number: str) -> bool:
        query = sa.select(returns.c.id).where(returns.c.number == number)
        return (await self._connection.execute(query)).first() is not None

    async def add(self, customer_id: UUID, order_id: UUID, return_: Return) -> None:
        await self._connection.execute(
            returns.insert().values(
                id=return_.id,
                number=return_.number,
                order_id=order_id,
                order_line_id=return_.line_id,
                customer_id=customer_id,
                reason=return_.reason.value,
                status=return_.status.value,
                requested_at=return_.requested_at,
            )
        )


class SqlRefunds:
    """See `crm_store.use_cases.ports.returns.Refunds`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_for_cancelled(self, order_id: UUID) -> Refund | None:
        query = _REFUNDS.where(
            refunds.c.order_id == order_id,
            refunds.c.return_id.is_(None),
            refunds.c.agent_id.is_(None),
        )
        row = (await self._connection.execute(query)).one_or_none()
        return _refund(row, row.id, row.status) if row is not None else None

    async def list_newest(self, customer_id: UUID, limit: int) -> list[Refund]:
        query = (
            _REFUNDS.where(refunds.c.customer_id == customer_id)
            .order_by(refunds.c.created_at.desc(), refunds.c.id.desc())
            .limit(limit)
        )
        return [_refund(row, row.id, row.status) for row in await self._connection.execute(query)]

    async def sum_for_order(self, order_id: UUID) -> int:
        query = sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount), 0)).where(
            refunds.c.order_id == order_id, refunds.c.status != RefundStatus.FAILED.value
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def add(
        self,
        customer_id: UUID,
        order_id: UUID,
        refund: Refund,
        at: datetime,
        *,
        granted: Grant | None = None,
    ) -> None:
        await self._connection.execute(
            refunds.insert().values(
                id=refund.id,
                order_id=order_id,
                customer_id=customer_id,
                amount=refund.amount,
                currency=refund.currency,
                status=refund.status.value,
                method=refund.method.value,
                expected_by=refund.expected_by,
                created_at=at,
                agent_id=granted.agent_id if granted else None,
                reason=granted.reason if granted else None,
            )
        )


def _refund(row: sa.Row[Any], refund_id: UUID, status: str) -> Refund:
    return Refund(
        id=refund_id,
        order_number=row.order_number,
        amount=row.amount,
        status=RefundStatus(status),
        method=PaymentMethod(row.method),
        expected_by=row.expected_by,
        issued_at=row.issued_at,
        currency=row.currency,
    )


def _return(row: sa.Row[Any]) -> Return:
    return Return(
        id=row.id,
        number=row.number,
        order_number=row.order_number,
        line_id=row.order_line_id,
        product_name=row.product_name,
        product_name_bn=row.product_name_bn,
        reason=ReturnReason(row.reason),
        status=ReturnStatus(row.status),
        requested_at=row.requested_at,
        refund=_refund(row, row.refund_id, row.refund_status) if row.refund_id else None,
    )
