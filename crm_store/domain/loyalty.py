"""Points and tiers: how they are earned, what they are worth, when they end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_store.domain.customers import Tier
from crm_store.domain.money import taka
from crm_store.domain.opening_hours import shop_date

SPENT_PER_POINT: Final = taka(100)
POINT_WORTH: Final = taka(1)
MIN_POINTS_TO_USE: Final = 100
POINTS_LAST: Final = timedelta(days=365)
TIER_COUNTS: Final = timedelta(days=365)
# Orders of the last twelve months; cancelled ones do not count.
ORDERS_FOR_TIER: Final[Mapping[Tier, int]] = {Tier.SILVER: 4, Tier.GOLD: 7, Tier.PLATINUM: 10}


class LoyaltyReason(StrEnum):
    EARNED = "earned"
    BONUS = "bonus"
    USED = "used"
    TAKEN_BACK = "taken_back"
    """The article they were earned with was sent back."""


@dataclass(frozen=True)
class LoyaltyEntry:
    """Points that came (with their last day) or went (negative)."""

    points: int
    reason: LoyaltyReason
    at: datetime
    expires_on: date | None = None
    order_number: str | None = None


@dataclass(frozen=True)
class Lot:
    """Points that end on the same day."""

    points: int
    expires_on: date


@dataclass(frozen=True)
class LoyaltyStanding:
    """What a customer has, and what comes next; `next_tier` is None at the top."""

    points: int
    tier: Tier
    next_tier: Tier | None
    orders_missing: int
    next_expiry: Lot | None

    @property
    def worth(self) -> int:
        """What the points are worth, in minor units."""
        return self.points * POINT_WORTH

    @property
    def is_usable(self) -> bool:
        return self.points >= MIN_POINTS_TO_USE


def points_for(amount: int) -> int:
    """Points earned by spending `amount` minor units on articles; the delivery fee earns none."""
    return amount // SPENT_PER_POINT


def tier_for(orders: int) -> Tier:
    """The tier that so many orders within twelve months lead to."""
    reached = [tier for tier, needed in ORDERS_FOR_TIER.items() if orders >= needed]
    return reached[-1] if reached else Tier.BRONZE


def stand(tier: Tier, orders: int, entries: Iterable[LoyaltyEntry], today: date) -> LoyaltyStanding:
    """How a customer stands today, who ordered so often within twelve months."""
    lots = _remaining(entries, today)
    next_tier = next((above for above in ORDERS_FOR_TIER if _is_above(above, tier)), None)
    return LoyaltyStanding(
        points=sum(lot.points for lot in lots),
        tier=tier,
        next_tier=next_tier,
        orders_missing=max(1, ORDERS_FOR_TIER[next_tier] - orders) if next_tier else 0,
        next_expiry=lots[0] if lots else None,
    )


def _is_above(tier: Tier, other: Tier) -> bool:
    return list(Tier).index(tier) > list(Tier).index(other)


def _remaining(entries: Iterable[LoyaltyEntry], today: date) -> list[Lot]:
    """What is left of each day's points, earliest to end first."""
    lots: list[Lot] = []
    for entry in sorted(entries, key=lambda entry: entry.at):
        if entry.points > 0 and entry.expires_on:
            lots = _add(lots, Lot(entry.points, entry.expires_on))
        else:
            lots = _use(lots, -entry.points, shop_date(entry.at))
    return [lot for lot in lots if lot.expires_on >= today and lot.points]


def _add(lots: list[Lot], new: Lot) -> list[Lot]:
    same = sum(lot.points for lot in lots if lot.expires_on == new.expires_on)
    others = [lot for lot in lots if lot.expires_on != new.expires_on]
    return sorted([*others, Lot(same + new.points, new.expires_on)], key=lambda lot: lot.expires_on)


def _use(lots: list[Lot], points: int, on: date) -> list[Lot]:
    """Points go in the order they would end; those that had ended by then cannot be used."""
    left: list[Lot] = []
    for lot in lots:
        taken = min(points, lot.points) if lot.expires_on >= on else 0
        points -= taken
        left.append(replace(lot, points=lot.points - taken))
    return left
