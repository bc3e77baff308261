"""Discounts, codes and loyalty points."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.identities import ConversationParty
from crm_store.domain.loyalty import POINTS_LAST, TIER_COUNTS, LoyaltyStanding, stand
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import BEFORE_SHIPPING, Order
from crm_store.domain.promotions import CodeProblem, CodeReport, Promotion, Shopper
from crm_store.use_cases.applied_actions import access_customer, access_party
from crm_store.use_cases.orders import access_order
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

__all__ = ["Offers", "check_code", "find_loyalty_standing", "list_offers"]

# Points that went within their year may have come in the year before.
ENTRIES_THAT_MATTER: Final[timedelta] = 2 * POINTS_LAST


@dataclass(frozen=True)
class Offers:
    """Promotions running today: those for everybody, and those this customer's tier opens."""

    for_all: tuple[Promotion, ...]
    personal: tuple[Promotion, ...]


async def list_offers(store: Store, conversation_id: UUID) -> Offers:
    """What runs today; for a proven customer, what is for them. Raises UnknownConversation."""
    async with store.read() as uow:
        shopper = await _find_shopper(uow, await access_party(uow, conversation_id))
        running = await _list_running(uow, shopper)
        return Offers(
            for_all=tuple(promotion for promotion in running if promotion.tier is None),
            personal=tuple(promotion for promotion in running if promotion.tier is not None),
        )


async def check_code(
    store: Store, conversation_id: UUID, codes: Collection[str], *, number: str | None = None
) -> CodeReport:
    """What is true about the first known one of `codes` (not empty).

    For a proven customer it is tried on the order `number`, or else on the newest one that has not left.
    Raises UnknownConversation, UnknownOrder.
    """
    async with store.read() as uow:
        party = await access_party(uow, conversation_id)
        shopper = await _find_shopper(uow, party)
        found = await uow.promotions.find([code.upper() for code in codes])
        order = await _find_order(uow, party, number) if found else None
        problem = (
            found.problem(shop_date(uow.now), shopper, order) if found is not None else CodeProblem.UNKNOWN
        )
        code = found.code if found else next(iter(codes)).upper()
        instead = await _find_instead(uow, shopper, code, order) if problem else None
        return CodeReport(code, found, problem, order, instead)


async def _find_shopper(uow: UnitOfWork, party: ConversationParty) -> Shopper | None:
    if party.customer_id is None or not party.is_verified:
        return None
    return await uow.promotions.find_shopper(party.customer_id)


async def _find_order(uow: UnitOfWork, party: ConversationParty, number: str | None) -> Order | None:
    if party.customer_id is None or not party.is_verified:
        return None
    if number:
        return await access_order(uow, party.customer_id, number)
    newest = await uow.orders.list_newest(party.customer_id, statuses=BEFORE_SHIPPING, limit=1)
    return newest[0] if newest else None


async def _list_running(uow: UnitOfWork, shopper: Shopper | None) -> list[Promotion]:
    """What runs today and is for this shopper; for a stranger, what may be for anybody."""
    today = shop_date(uow.now)
    running = [p for p in await uow.promotions.list_ending_from(today) if p.is_running(today)]
    return [p for p in running if (p.is_for(shopper) if shopper else p.tier is None)]


async def _find_instead(
    uow: UnitOfWork, shopper: Shopper | None, code: str, order: Order | None
) -> Promotion | None:
    """The one that takes most off the order in question; without one, the first on the shop's list."""
    today = shop_date(uow.now)
    others = [p for p in await _list_running(uow, shopper) if p.code != code]
    if order is None:
        return others[0] if others else None
    fitting = [p for p in others if p.problem(today, shopper, order) is None]
    return max(fitting, key=lambda p: p.discount_on(order), default=None) or (others[0] if others else None)


async def find_loyalty_standing(store: Store, conversation_id: UUID) -> LoyaltyStanding:
    """The customer's points and tier today. Raises UnknownConversation, VerificationNeeded."""
    async with store.read() as uow:
        customer_id = await access_customer(uow, conversation_id)
        shopper = await uow.promotions.find_shopper(customer_id)
        entries = await uow.loyalty.list_entries(customer_id, uow.now - ENTRIES_THAT_MATTER)
        orders = await uow.loyalty.count_orders(customer_id, uow.now - TIER_COUNTS)
        return stand(shopper.tier, orders, entries, shop_date(uow.now))
