"""Ways to pay, promotions, loyalty points and links to documents in SQL."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.customers import Tier
from crm_store.domain.loyalty import LoyaltyEntry, LoyaltyReason
from crm_store.domain.orders import Order, OrderStatus, PaymentMethod
from crm_store.domain.payments import PaymentOption
from crm_store.domain.promotions import Promotion, PromotionKind, Shopper
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.orders import SqlOrders
from crm_store.sql.tables import (
    customers,
    document_links,
    loyalty_entries,
    orders,
    payment_options,
    promotion_uses,
    promotions,
)


class SqlPayments:
    """See `crm_store.use_cases.ports.offers.Payments`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_options(self) -> list[PaymentOption]:
        query = (
            sa.select(payment_options)
            .where(payment_options.c.active)
            .order_by(payment_options.c.position, payment_options.c.method)
        )
        return [
            PaymentOption(
                method=PaymentMethod(row.method),
                name=row.name,
                name_bn=row.name_bn,
                fee=row.fee,
                max_total=row.max_total,
                installments_from=row.installments_from,
                installment_months=row.installment_months,
                currency=row.currency,
            )
            for row in await self._connection.execute(query)
        ]

    async def list_codes_used(self, order_ids: Collection[UUID]) -> dict[UUID, str]:
        query = (
            sa.select(promotion_uses.c.order_id, promotions.c.code)
            .join_from(promotion_uses, promotions)
            .where(promotion_uses.c.order_id.in_(order_ids))
        )
        return {row.order_id: row.code for row in await self._connection.execute(query)}


class SqlPromotions:
    """See `crm_store.use_cases.ports.offers.Promotions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_ending_from(self, day: date) -> list[Promotion]:
        query = (
            sa.select(promotions)
            .where(promotions.c.ends_on >= day)
            .order_by(promotions.c.position, promotions.c.code)
        )
        return [_promotion(row) for row in await self._connection.execute(query)]

    async def find(self, codes: Collection[str]) -> Promotion | None:
        query = sa.select(promotions).where(promotions.c.code.in_(codes)).order_by(promotions.c.position)
        row = (await self._connection.execute(query)).first()
        return _promotion(row) if row is not None else None

    async def find_shopper(self, customer_id: UUID) -> Shopper:
        placed = sa.exists().where(
            orders.c.customer_id == customer_id, orders.c.status != OrderStatus.CANCELLED.value
        )
        query = sa.select(customers.c.tier, placed.label("has_ordered")).where(customers.c.id == customer_id)
        row = (await self._connection.execute(query)).one()
        used = (
            sa.select(promotions.c.code)
            .join_from(promotion_uses, promotions)
            .where(promotion_uses.c.customer_id == customer_id)
        )
        codes = (await self._connection.execute(used)).scalars()
        return Shopper(Tier(row.tier), bool(row.has_ordered), frozenset(codes))


class SqlLoyalty:
    """See `crm_store.use_cases.ports.offers.Loyalty`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_entries(self, customer_id: UUID, since: datetime) -> list[LoyaltyEntry]:
        query = (
            sa.select(loyalty_entries, orders.c.number)
            .outerjoin_from(loyalty_entries, orders)
            .where(loyalty_entries.c.customer_id == customer_id, loyalty_entries.c.at >= since)
            .order_by(loyalty_entries.c.at, loyalty_entries.c.id)
        )
        return [
            LoyaltyEntry(row.points, LoyaltyReason(row.reason), row.at, row.expires_on, row.number)
            for row in await self._connection.execute(query)
        ]

    async def count_orders(self, customer_id: UUID, since: datetime) -> int:
        query = sa.select(sa.func.count()).where(
            orders.c.customer_id == customer_id,
            orders.c.placed_at >= since,
            orders.c.status != OrderStatus.CANCELLED.value,
        )
        return int((await self._connection.execute(query)).scalar_one())


class SqlDocumentLinks:
    """See `crm_store.use_cases.ports.offers.DocumentLinks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(
        self, token_hash: bytes, order_id: UUID, language: str, at: datetime, expires_at: datetime
    ) -> None:
        await self._connection.execute(
            document_links.insert().values(
                token_hash=token_hash,
                order_id=order_id,
                language=language,
                created_at=at,
                expires_at=expires_at,
            )
        )

    async def find_order(self, token_hash: bytes, now: datetime) -> tuple[Order, str] | None:
        query = (
            sa.select(orders.c.number, orders.c.customer_id, document_links.c.language)
            .join_from(document_links, orders)
            .where(document_links.c.token_hash == token_hash, document_links.c.expires_at > now)
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        order = await SqlOrders(self._connection).find(row.customer_id, row.number)
        return (order, row.language) if order else None

    async def delete_expired(self, now: datetime) -> None:
        await self._connection.execute(document_links.delete().where(document_links.c.expires_at <= now))


def _promotion(row: sa.Row[Any]) -> Promotion:
    return Promotion(
        id=row.id,
        code=row.code,
        name=row.name,
        name_bn=row.name_bn,
        kind=PromotionKind(row.kind),
        value=row.value,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        min_total=row.min_total,
        category=row.category,
        tier=Tier(row.tier) if row.tier else None,
        payment_method=PaymentMethod(row.payment_method) if row.payment_method else None,
        first_order_only=row.first_order_only,
        once=row.once,
    )
