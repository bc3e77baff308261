"""Points come, go and end; tiers follow from orders."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm_store.domain.customers import Tier
from crm_store.domain.loyalty import (
    POINTS_LAST,
    Lot,
    LoyaltyEntry,
    LoyaltyReason,
    LoyaltyStanding,
    points_for,
    stand,
    tier_for,
)
from crm_store.domain.money import taka

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 6, tzinfo=UTC)


def came(points: int, days_ago: int) -> LoyaltyEntry:
    at = NOON - timedelta(days=days_ago)
    return LoyaltyEntry(points, LoyaltyReason.EARNED, at, at.date() + POINTS_LAST)


def went(points: int, days_ago: int) -> LoyaltyEntry:
    return LoyaltyEntry(-points, LoyaltyReason.USED, NOON - timedelta(days=days_ago))


def _stand(*entries: LoyaltyEntry, tier: Tier = Tier.BRONZE, orders: int = 1) -> LoyaltyStanding:
    return stand(tier, orders, entries, TODAY)


def test_what_came_less_what_went_is_there() -> None:
    standing = _stand(came(100, 50), came(30, 20), went(40, 10))

    assert (standing.points, standing.worth) == (90, taka(90))
    assert not standing.is_usable


def test_points_go_in_the_order_they_end() -> None:
    standing = _stand(came(100, 300), came(50, 10), went(70, 5))

    assert standing.next_expiry == Lot(30, TODAY - timedelta(days=300) + POINTS_LAST)


def test_points_end_after_their_last_day() -> None:
    assert _stand(came(100, 365)).points == 100
    assert _stand(came(100, 366)).points == 0


def test_points_that_had_ended_could_not_be_used() -> None:
    assert _stand(came(100, 400), came(50, 20), went(50, 10)).points == 0


def test_points_used_long_ago_do_not_count_against_later_ones() -> None:
    assert _stand(came(100, 400), went(100, 390), came(50, 20)).points == 50


def test_points_of_one_day_end_together() -> None:
    assert _stand(came(20, 10), came(30, 10)).next_expiry == Lot(50, TODAY - timedelta(days=10) + POINTS_LAST)


def test_nobody_has_less_than_nothing() -> None:
    assert _stand(came(10, 10), went(50, 5)).points == 0


@pytest.mark.parametrize(
    ("orders", "tier"),
    [
        (0, Tier.BRONZE),
        (3, Tier.BRONZE),
        (4, Tier.SILVER),
        (7, Tier.GOLD),
        (9, Tier.GOLD),
        (10, Tier.PLATINUM),
    ],
)
def test_orders_lead_to_a_tier(orders: int, tier: Tier) -> None:
    assert tier_for(orders) is tier


def test_the_next_tier_and_what_it_takes() -> None:
    silver = _stand(tier=Tier.SILVER, orders=5)
    kept = _stand(tier=Tier.SILVER, orders=8)
    top = _stand(tier=Tier.PLATINUM, orders=2)

    assert (silver.next_tier, silver.orders_missing) == (Tier.GOLD, 2)
    assert kept.orders_missing == 1  # the tier is looked at again with the next order
    assert (top.next_tier, top.orders_missing) == (None, 0)


def test_only_whole_hundreds_earn_a_point() -> None:
    assert points_for(taka(1250)) == 12
    assert points_for(taka(99)) == 0
