"""The demo shop: `seed_demo_shop` fills a database; its page reads `list_personas` and `list_products`."""

from crm_store.seed.demo_shop import seed_demo_shop
from crm_store.seed.personas import list_personas
from crm_store.use_cases.catalogue import list_products

__all__ = ["list_personas", "list_products", "seed_demo_shop"]
