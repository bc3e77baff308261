"""Products and ways of delivery in SQL."""

from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.catalogue import DeliveryOption, Product, Zone
from crm_store.domain.product_facts import FactKind, ProductFact
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import delivery_options, product_facts, products


class SqlCatalogue:
    """See `crm_store.use_cases.ports.orders.Catalogue`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_products(self, limit: int) -> list[Product]:
        query = (
            sa.select(products)
            .where(products.c.active)
            .order_by(products.c.position, products.c.sku)
            .limit(limit)
        )
        return [_product(row) for row in await self._connection.execute(query)]

    async def find_product(self, sku: str) -> Product | None:
        query = sa.select(products).where(products.c.active, products.c.sku == sku)
        row = (await self._connection.execute(query)).first()
        return _product(row) if row else None

    async def list_facts(self, product_id: UUID) -> list[ProductFact]:
        query = sa.select(product_facts).where(product_facts.c.product_id == product_id)
        order = list(FactKind)
        facts = [
            ProductFact(FactKind(row.kind), row.text, row.text_bn)
            for row in await self._connection.execute(query)
        ]
        return sorted(facts, key=lambda fact: order.index(fact.kind))

    async def list_delivery_options(self) -> list[DeliveryOption]:
        query = sa.select(delivery_options).order_by(delivery_options.c.position, delivery_options.c.code)
        return [
            DeliveryOption(
                code=row.code,
                name=row.name,
                name_bn=row.name_bn,
                days_min=row.days_min,
                days_max=row.days_max,
                fee=row.fee,
                zone=Zone(row.zone),
                currency=row.currency,
            )
            for row in await self._connection.execute(query)
        ]


def _product(row: AnyRow) -> Product:
    return Product(
        id=row.id,
        sku=row.sku,
        name=row.name,
        name_bn=row.name_bn,
        category=row.category,
        category_bn=row.category_bn,
        price=row.price,
        stock=row.stock,
        currency=row.currency,
        search_words=row.search_words or "",
        warranty_months=row.warranty_months,
    )
