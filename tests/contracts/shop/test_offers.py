"""Promotions, codes and points; on both databases."""

import pytest

from crm_store.domain.customers import Tier
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.identities import Proof
from crm_store.domain.promotions import CodeProblem
from crm_store.sql import SqlStore
from crm_store.use_cases.offers import check_code, find_loyalty_standing, list_offers
from tests.contracts.shop.visitors import enter, fetch


async def _codes(store: SqlStore, ref: str | None) -> tuple[set[str], set[str]]:
    offers = await list_offers(store, await enter(store, ref, Proof.SIGNED if ref else Proof.NONE))
    return {p.code for p in offers.for_all}, {p.code for p in offers.personal}


async def test_what_runs_depends_on_who_asks(store: SqlStore) -> None:
    usual = {"WINTER15", "FREEDEL", "BKASH50"}

    assert await _codes(store, None) == (usual | {"WELCOME100"}, set())
    assert await _codes(store, "john") == (usual | {"WELCOME100"}, set())
    assert await _codes(store, "tanvir") == (usual, set())
    assert await _codes(store, "rahima") == (usual, {"GOLD10"})


@pytest.mark.rules("G5")
async def test_an_unproven_customer_is_a_stranger(store: SqlStore) -> None:
    claimed = await enter(store, "tanvir", Proof.CLAIMED)

    offers = await list_offers(store, claimed)
    report = await check_code(store, claimed, ["WELCOME100"], number="KT-10301")

    assert "WELCOME100" in {promotion.code for promotion in offers.for_all}
    assert (report.problem, report.order) == (None, None)


async def test_a_code_is_tried_on_the_newest_order_that_has_not_left(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    report = await check_code(store, tanvir, ["hello", "winter15"])

    assert report.code == "WINTER15"
    assert report.order is not None
    assert report.order.number == "KT-10301"
    assert report.problem is CodeProblem.CATEGORY
    assert report.instead is not None
    assert report.instead.code == "BKASH50"


async def test_an_unknown_code_is_given_back_in_capitals(store: SqlStore) -> None:
    john = await enter(store, "john")

    report = await check_code(store, john, ["xmas77"])

    assert (report.code, report.promotion, report.problem) == ("XMAS77", None, CodeProblem.UNKNOWN)
    assert report.instead is not None


@pytest.mark.rules("G5")
async def test_a_code_is_not_tried_on_somebody_elses_order(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    with pytest.raises(UnknownOrder):
        await check_code(store, tanvir, ["WINTER15"], number="KT-10234")


async def test_points_are_those_of_the_delivered_orders(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    standing = await find_loyalty_standing(store, tanvir)

    came = (
        "SELECT sum(points) FROM loyalty_entries e JOIN customers c ON c.id = e.customer_id"
        " WHERE c.external_ref = 'tanvir'"
    )
    assert standing.points == (await fetch(store, came))[0][0] > 0
    assert standing.next_expiry is not None
    assert (standing.tier, standing.next_tier) == (Tier.SILVER, Tier.GOLD)


async def test_nobody_ever_used_more_points_than_they_had(store: SqlStore) -> None:
    balances = await fetch(store, "SELECT sum(points) FROM loyalty_entries GROUP BY customer_id")

    assert all(balance[0] >= 0 for balance in balances)


async def test_the_top_tier_misses_nothing(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    standing = await find_loyalty_standing(store, arif)

    assert (standing.tier, standing.next_tier, standing.orders_missing) == (Tier.PLATINUM, None, 0)


async def test_erasing_a_customer_erases_points_uses_and_links(store: SqlStore) -> None:
    async with store.begin() as uow:
        from crm_store.sql.tables import customers

        await uow.connection.execute(customers.delete().where(customers.c.external_ref == "tanvir"))
        await uow.commit()

    assert await fetch(store, "SELECT id FROM promotion_uses") == []
    left = (
        "SELECT e.id FROM loyalty_entries e LEFT JOIN customers c ON c.id = e.customer_id WHERE c.id IS NULL"
    )
    assert await fetch(store, left) == []
