"""Orders, and the ways of delivery."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from crm_store.domain.catalogue import DeliveryOption, Product
from crm_store.domain.orders import Address, Order, OrderStatus
from crm_store.domain.product_facts import ProductFact


class Orders(Protocol):
    async def find(self, customer_id: UUID, number: str, *, lock: bool = False) -> Order | None:
        """The customer's order with this number ("KT-10234"). `lock` keeps other changes of it waiting."""
        ...

    async def list_newest(
        self, customer_id: UUID, *, statuses: Collection[OrderStatus] | None = None, limit: int
    ) -> list[Order]:
        """The customer's orders in these states (all when None), newest first."""
        ...

    async def save_cancelled(self, order_id: UUID, reason: str | None) -> None: ...

    async def save_address(self, order_id: UUID, address: Address) -> None: ...

    async def find_stock(self, product_id: UUID) -> int:
        """Pieces of a product that nobody has ordered yet."""
        ...

    async def save_quantity(self, order_id: UUID, line_id: UUID, quantity: int, total: int) -> None:
        """Set how many pieces a line holds, 0 to take it out, and the order's new total."""
        ...


class Catalogue(Protocol):
    async def list_products(self, limit: int) -> Sequence[Product]:
        """What the shop window shows, in its order."""
        ...

    async def find_product(self, sku: str) -> Product | None:
        """The article with this number, unless it was withdrawn."""
        ...

    async def list_facts(self, product_id: UUID) -> Sequence[ProductFact]:
        """What is known about the article, in the order in which it is told."""
        ...

    async def list_delivery_options(self) -> Sequence[DeliveryOption]: ...
