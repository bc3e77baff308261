"""What the shop sells and what is known about it; and what customers want to be told or want to buy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from crm_store.domain.catalogue import Product
from crm_store.domain.conversations import Author
from crm_store.domain.errors import UnknownProduct
from crm_store.domain.identities import ConversationParty
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import Order, OrderStatus
from crm_store.domain.product_facts import ProductFact
from crm_store.domain.product_search import rank_products
from crm_store.domain.warranty import warranty_ends
from crm_store.use_cases.applied_actions import ActionKey, access_customer, apply_once, verified_customer
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

# The words of so many articles are compared in some milliseconds; a larger shop needs a search engine.
MAX_SEARCHED: Final = 2000
# How far back a purchase is looked for: more orders than nearly anybody has within a warranty.
MAX_ORDERS_SEARCHED: Final = 30


@dataclass(frozen=True)
class WatchedProduct:
    """Somebody wants to hear when it is back; `available` when there was no need to wait."""

    product: Product
    available: bool
    already: bool


@dataclass(frozen=True)
class Purchase:
    """A product the customer received, and until when its warranty runs (None: it has none)."""

    order_number: str
    delivered_on: date
    covered_until: date | None


async def list_catalogue(store: Store) -> list[Product]:
    """Everything on sale, in the order of the shop window; sold-out articles included."""
    async with store.read() as uow:
        return list(await uow.catalogue.list_products(MAX_SEARCHED))


async def find_products(store: Store, text: str) -> list[Product]:
    """The products that `text` may mean, best first; empty when it names none."""
    return rank_products(text, await list_catalogue(store))


async def find_product(store: Store, sku: str) -> Product:
    """The product with this article number. Raises UnknownProduct."""
    async with store.read() as uow:
        return await _known(uow, sku)


async def list_product_facts(store: Store, product: Product) -> list[ProductFact]:
    """What is known about the product, in the order in which it is told."""
    async with store.read() as uow:
        return list(await uow.catalogue.list_facts(product.id))


def list_similar(product: Product, catalogue: Sequence[Product], limit: int) -> list[Product]:
    """Others of its kind that are there, the nearest in price first."""
    others = [
        other
        for other in catalogue
        if other.category == product.category and other.sku != product.sku and not other.is_sold_out
    ]
    return sorted(others, key=lambda other: abs(other.price - product.price))[:limit]


async def list_purchases(store: Store, conversation_id: UUID, product: Product) -> list[Purchase]:
    """When the customer received this product, newest first.

    Raises VerificationNeeded, UnknownConversation.
    """
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        orders = await uow.orders.list_newest(
            customer_id, statuses={OrderStatus.DELIVERED}, limit=MAX_ORDERS_SEARCHED
        )
    return [
        Purchase(order.number, day, warranty_ends(day, product.warranty_months))
        for order in orders
        if (day := _received_on(order, product))
    ]


def _received_on(order: Order, product: Product) -> date | None:
    """The day the product arrived with this order; None when it is not in it."""
    if order.delivered_at is None or not any(line.product_id == product.id for line in order.lines):
        return None
    return shop_date(order.delivered_at)


async def list_articles_of_order(store: Store, conversation_id: UUID, number: str) -> list[Product]:
    """The articles of the customer's order that are still on sale; empty when it is not theirs.

    Raises VerificationNeeded, UnknownConversation.
    """
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        order = await uow.orders.find(customer_id, number)
        catalogue = await uow.catalogue.list_products(MAX_SEARCHED) if order else []
    bought = {line.product_id for line in order.lines} if order else set()
    return [product for product in catalogue if product.id in bought]


async def watch_restock(store: Store, conversation_id: UUID, sku: str, *, key: ActionKey) -> WatchedProduct:
    """Write down that the customer wants to hear when the product is back.

    Raises UnknownProduct, VerificationNeeded, UnknownConversation.
    """

    async def change(uow: UnitOfWork, party: ConversationParty) -> WatchedProduct:
        product = await _known(uow, sku)
        already = await _is_watched(uow, verified_customer(party), sku)
        if product.is_sold_out and not already:
            await uow.interactions.append(_watched(product, party, key, uow))
        return WatchedProduct(product, available=not product.is_sold_out, already=already)

    return await apply_once(store, conversation_id, key, WatchedProduct, change)


RESTOCK_WATCHED: Final = "restock_watched"
# Further back a wish is worth repeating.
MAX_HISTORY_SEARCHED: Final = 100


async def _is_watched(uow: UnitOfWork, customer_id: UUID, sku: str) -> bool:
    history = await uow.interactions.list_newest(customer_id, MAX_HISTORY_SEARCHED)
    return any(line.kind == RESTOCK_WATCHED and line.facts.get("sku") == sku for line in history)


def _watched(product: Product, party: ConversationParty, key: ActionKey, uow: UnitOfWork) -> Interaction:
    return Interaction(
        kind=RESTOCK_WATCHED,
        at=uow.now,
        customer_id=party.customer_id,
        conversation_id=party.conversation_id,
        message_id=key.message_id,
        actor=Author.CUSTOMER,
        facts={"sku": product.sku, "product": product.name},
    )


async def _known(uow: UnitOfWork, sku: str) -> Product:
    product = await uow.catalogue.find_product(sku)
    if product is None:
        raise UnknownProduct(sku)
    return product
