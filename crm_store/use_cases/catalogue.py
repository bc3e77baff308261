"""The shop window; public."""

from crm_store.domain.catalogue import Product
from crm_store.use_cases.unit_of_work import Store


async def list_products(store: Store, limit: int = 60) -> list[Product]:
    """What the shop shows, in its order; sold-out articles included (`stock` is 0)."""
    async with store.read() as uow:
        return list(await uow.catalogue.list_products(limit))
