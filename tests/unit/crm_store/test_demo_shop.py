"""The rows of the demo shop agree with one another and with the day they are made for."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm_store.domain.orders import OrderStatus
from crm_store.domain.returns import RefundStatus, ReturnStatus
from crm_store.seed.demo_shop import build_demo_shop

TODAY = date(2026, 11, 21)
# A quarter past midnight in Dhaka: even somebody who seeds this early gets nothing from the future.
SEEDED_AT = datetime(2026, 11, 20, 18, 15, tzinfo=UTC)

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return dict(build_demo_shop(TODAY).tables)


def test_the_same_day_makes_the_same_rows(tables: Tables) -> None:
    assert dict(build_demo_shop(TODAY).tables) == tables


def test_another_day_shifts_the_dates_and_keeps_the_rest(tables: Tables) -> None:
    later = build_demo_shop(TODAY + timedelta(days=40)).tables

    assert len(later["orders"]) == len(tables["orders"])
    assert [row["placed_at"] for row in later["orders"]] == [
        row["placed_at"] + timedelta(days=40) for row in tables["orders"]
    ]


def test_it_is_as_large_as_promised(tables: Tables) -> None:
    assert len(tables["products"]) >= 40
    assert len(tables["customers"]) == 60
    assert len(tables["orders"]) > 200
    oldest = min(row["placed_at"] for row in tables["orders"])
    assert oldest < SEEDED_AT - timedelta(days=300)


@pytest.mark.parametrize(
    ("table", "states"), [("orders", OrderStatus), ("returns", ReturnStatus), ("refunds", RefundStatus)]
)
def test_every_state_occurs(tables: Tables, table: str, states: type[OrderStatus]) -> None:
    assert {row["status"] for row in tables[table]} == set(states)


def test_some_parcels_are_late(tables: Tables) -> None:
    late = [row for row in tables["orders"] if row["status"] == "shipped" and row["promised_by"] < TODAY]

    assert len(late) > 1


def test_totals_add_up(tables: Tables) -> None:
    lines: defaultdict[object, int] = defaultdict(int)
    for line in tables["order_lines"]:
        lines[line["order_id"]] += line["quantity"] * line["unit_price"]

    off = {use["order_id"]: use["amount"] for use in tables["promotion_uses"]}
    assert all(
        row["total"] == lines[row["id"]] + row["delivery_fee"] - off.get(row["id"], 0)
        for row in tables["orders"]
    )


def test_nobody_gets_more_back_than_was_paid(tables: Tables) -> None:
    totals = {row["id"]: row["total"] for row in tables["orders"]}

    assert all(0 < row["amount"] <= totals[row["order_id"]] for row in tables["refunds"])


def test_nothing_lies_in_the_future(tables: Tables) -> None:
    moments = [
        (table, name, value)
        for table, rows in tables.items()
        for row in rows
        for name, value in row.items()
        if isinstance(value, datetime) and value > SEEDED_AT
    ]

    assert moments == []


def test_some_customers_have_waited_for_minutes() -> None:
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    waiting = [
        row for row in build_demo_shop(TODAY, now).tables["conversations"] if row.get("state") == "queued"
    ]
    waited = sorted(now - row["queued_at"] for row in waiting)
    assert len(waited) == 4
    assert waited[0] == timedelta(minutes=2)
    assert waited[-1] < timedelta(minutes=15)


def test_parcels_arrive_after_they_were_ordered_and_come_back_after_they_arrived(tables: Tables) -> None:
    orders = {row["id"]: row for row in tables["orders"]}

    for order in orders.values():
        assert order["delivered_at"] is None or order["delivered_at"] > order["placed_at"]
        assert order["promised_by"] >= order["placed_at"].date()
    for shipment in tables["shipments"]:
        arrived = shipment["delivered_at"] or SEEDED_AT
        assert orders[shipment["order_id"]]["placed_at"] < shipment["shipped_at"] < arrived
    for returned in tables["returns"]:
        assert returned["requested_at"] > orders[returned["order_id"]]["delivered_at"]


def test_customers_join_before_they_order(tables: Tables) -> None:
    joined = {row["id"]: row["created_at"] for row in tables["customers"]}

    assert all(row["placed_at"] > joined[row["customer_id"]] for row in tables["orders"])


def test_numbers_are_unique_and_grow_with_time(tables: Tables) -> None:
    numbers = [row["number"] for row in tables["orders"]]
    personas = {row["id"] for row in tables["customers"] if not row["external_ref"].startswith("customer-")}
    ordinary = sorted(
        (row["placed_at"], row["number"]) for row in tables["orders"] if row["customer_id"] not in personas
    )

    assert len(set(numbers)) == len(numbers)
    assert [number for _, number in ordinary] == sorted(number for _, number in ordinary)


def test_the_history_is_in_order_and_knows_every_order(tables: Tables) -> None:
    moments = [row["at"] for row in tables["interactions"]]
    placed = {row["facts"]["order"] for row in tables["interactions"] if row["kind"] == "order_placed"}

    assert moments == sorted(moments)
    assert placed == {row["number"] for row in tables["orders"]}


def test_names_are_written_in_both_scripts(tables: Tables) -> None:
    for row in (*tables["customers"], *tables["products"], *tables["delivery_options"]):
        assert row["name"].isascii()
        assert any("\u0980" <= char <= "\u09ff" for char in row["name_bn"])
