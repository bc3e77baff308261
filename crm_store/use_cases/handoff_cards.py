"""The hand-over card: made when a person is asked for, and afresh whenever somebody looks."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final
from uuid import UUID

from crm_store.domain.card_sources import CardSources, Understood
from crm_store.domain.cards import make_card
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.handoff_card import Card
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import OPEN_STATUSES, Order, parse_order_number
from crm_store.domain.sentences import say
from crm_store.use_cases.ports.console import CardParty, CustomerRecord
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = ["build_card", "read_card", "summarise"]

NEWEST_ORDERS: Final = 3
OPEN_ORDERS: Final = 10
# Orders named in one conversation that are looked up besides.
NAMED_ORDERS: Final = 5


async def build_card(store: Store, conversation_id: UUID) -> Card:
    """The card as of now. Raises UnknownConversation."""
    async with store.read() as uow:
        card = await read_card(uow, conversation_id)
    if card is None:
        raise UnknownConversation(str(conversation_id))
    return card


async def read_card(uow: UnitOfWork, conversation_id: UUID) -> Card | None:
    """The card as this unit of work sees things; None when there is no such conversation."""
    party = await uow.cards.find_party(conversation_id)
    if party is None:
        return None
    sources = await _gather(uow, conversation_id, party)
    return make_card(sources, shop_date(uow.now))


async def summarise(uow: UnitOfWork, conversation_id: UUID, reason: str) -> JsonObject:
    """What a hand-over keeps of its first moment: `wants`, which lists show, and the whole card."""
    card = await read_card(uow, conversation_id)
    if card is None:
        return {}
    wants = card.wants
    if wants is None and reason == HandoffReason.ASKED:  # by the first message, which is being answered now
        wants = say("wants", "contact_human_agent")
    return {"wants": asdict(wants) if wants else None, "card": asdict(card)}


async def _gather(uow: UnitOfWork, conversation_id: UUID, party: CardParty) -> CardSources:
    messages = await uow.cards.list_messages(conversation_id)
    record: CustomerRecord | None = None
    orders: Mapping[str, Order] = {}
    if party.customer_id is not None:
        record = await uow.cards.read_record(party.customer_id)
        orders = await _orders(uow, party.customer_id, _named(messages, party))
    return CardSources(
        who=party.who,
        memory=party.memory,
        messages=messages,
        mood=party.mood,
        changes=await uow.cards.list_changes(conversation_id),
        orders=orders,
        tickets=record.tickets if record else (),
        rating=record.rating if record else None,
        value=record.value if record else None,
        returns=record.returns if record else 0,
        products=await _products(uow, party),
    )


def _named(messages: tuple[Understood, ...], party: CardParty) -> list[str]:
    """The numbers of orders that were spoken of, the last one first."""
    slots = party.memory.slots
    kept = [str(slots.get(name) or "").split("/", 1)[0] for name in ("order_number", "return_item")]
    said = [message.entity("order_number") or "" for message in reversed(messages)]
    numbers = [parse_order_number(each) for each in (*said, *kept)]
    return list(dict.fromkeys(number for number in numbers if number))[:NAMED_ORDERS]


async def _orders(uow: UnitOfWork, customer_id: UUID, named: list[str]) -> dict[str, Order]:
    """The open orders, the newest, and those spoken of; nobody else's, whatever number was typed."""
    found = await uow.orders.list_newest(customer_id, statuses=OPEN_STATUSES, limit=OPEN_ORDERS)
    found += await uow.orders.list_newest(customer_id, limit=NEWEST_ORDERS)
    orders = {order.number: order for order in found}
    for number in named:
        order = orders.get(number) or await uow.orders.find(customer_id, number)
        if order is not None:
            orders[number] = order
    return orders


async def _products(uow: UnitOfWork, party: CardParty) -> dict[str, tuple[str, str]]:
    sku = party.memory.slots.get("product")
    name = await uow.cards.find_product_name(sku) if isinstance(sku, str) else None
    return {sku: name} if isinstance(sku, str) and name else {}
