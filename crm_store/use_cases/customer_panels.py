"""A customer as agents see them: the panel, and everything that happened with them."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.conversation_lists import MAX_PAGE, Page
from crm_store.domain.conversations import JsonObject
from crm_store.domain.cursors import read_cursor, write_cursor
from crm_store.domain.customer_panel import (
    CustomerPanel,
    PanelCustomer,
    PanelValue,
    TimelineItem,
)
from crm_store.domain.customers import Tier
from crm_store.domain.errors import UnknownCustomer
from crm_store.domain.history_lines import word_event
from crm_store.domain.loyalty import POINTS_LAST, TIER_COUNTS, stand
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.order_card import order_card
from crm_store.use_cases.ports.console import LAST_LINE, FoundCustomer, HistoryLine, HistorySource
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = ["CustomerPanel", "TimelineItem", "list_timeline", "read_customer_panel"]

NEWEST_ORDERS: Final = 20
DEFAULT_LIMIT: Final = 50
# Points that went within their year may have come in the year before.
ENTRIES_THAT_MATTER: Final[timedelta] = 2 * POINTS_LAST
_LIST: Final = "timeline"
_SHAPE: Final = (datetime, int, int, UUID)
# Behind the end of time, from where the newest lines are read.
_FROM_THE_NEWEST: Final = (datetime(9999, 12, 31, tzinfo=UTC), int(HistorySource.JOURNAL), *LAST_LINE)


async def read_customer_panel(store: Store, customer_id: UUID) -> CustomerPanel:
    """Everything the panel shows of a customer; who was merged is shown as the one who stayed.

    Raises UnknownCustomer.
    """
    async with store.read() as uow:
        found = await _access(uow, customer_id)
        return CustomerPanel(
            customer=await _customer(uow, found),
            identities=await uow.panels.list_identities(found.id),
            orders=await _orders(uow, found.id),
            tickets=await uow.panels.list_tickets(found.id),
            ratings=await uow.panels.list_ratings(found.id),
            addresses=await uow.panels.list_addresses(found.id),
            merges=await uow.panels.list_merges(found.id),
        )


async def list_timeline(
    store: Store, customer_id: UUID, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[TimelineItem]:
    """What happened with a customer, on all channels, newest first. Raises UnknownCustomer, BadCursor."""
    size = max(1, min(limit, MAX_PAGE))
    after = read_cursor(_LIST, cursor, _SHAPE) if cursor else _FROM_THE_NEWEST
    async with store.read() as uow:
        found = await _access(uow, customer_id)
        lines = await uow.panels.list_history(found.id, after, size + 1)
    goes_on = write_cursor(_LIST, lines[size - 1].place) if len(lines) > size else None
    return Page(tuple(_item(line) for line in lines[:size]), goes_on)


async def _access(uow: UnitOfWork, customer_id: UUID) -> FoundCustomer:
    found = await uow.panels.find_customer(customer_id)
    if found is None:
        raise UnknownCustomer(str(customer_id))
    return found


async def _customer(uow: UnitOfWork, found: FoundCustomer) -> PanelCustomer:
    record = await uow.cards.read_record(found.id)
    entries = await uow.loyalty.list_entries(found.id, uow.now - ENTRIES_THAT_MATTER)
    counted = await uow.loyalty.count_orders(found.id, uow.now - TIER_COUNTS)
    standing = stand(Tier(found.tier), counted, entries, shop_date(uow.now))
    value = record.value
    return PanelCustomer(
        id=found.id,
        name=found.name,
        name_bn=found.name_bn,
        email=found.email,
        phone=found.phone,
        language=found.language,
        tier=found.tier,
        timezone=found.timezone,
        created_at=found.created_at,
        consents=found.consents,
        value=PanelValue(value.lifetime, value.currency, value.orders, record.returns),
        loyalty_points=standing.points,
    )


async def _orders(uow: UnitOfWork, customer_id: UUID) -> tuple[JsonObject, ...]:
    today = shop_date(uow.now)
    newest = await uow.orders.list_newest(customer_id, limit=NEWEST_ORDERS)
    return tuple({**order_card(order, today), "id": order.id} for order in newest)


def _item(line: HistoryLine) -> TimelineItem:
    sentence = word_event(line.kind, line.facts)
    return TimelineItem(
        at=line.at,
        kind=line.kind,
        channel=line.channel,
        conversation_id=line.conversation_id,
        actor=line.actor,
        en=sentence.en,
        bn=sentence.bn,
        facts=line.facts,
    )
