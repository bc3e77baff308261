"""The demo shop is loaded once, quickly, and its personas are what their stories say; on both databases."""

import asyncio
from datetime import date, timedelta

import pytest

from crm_store.domain.orders import OrderStatus
from crm_store.migrations import upgrade
from crm_store.seed import list_personas, list_products, seed_demo_shop
from crm_store.seed.__main__ import main
from crm_store.sql import SqlStore, open_store
from crm_store.use_cases.orders import (
    list_address_changeable_orders,
    list_cancellable_orders,
    list_open_orders,
    list_orders,
)
from tests.contracts.shop.visitors import TODAY, enter, fetch, read_history


async def test_seeding_again_does_nothing(store: SqlStore, store_url: str) -> None:
    assert not await seed_demo_shop(store_url, today=TODAY + timedelta(days=30))

    assert (await fetch(store, "SELECT count(*) FROM customers"))[0][0] == 60


async def test_an_empty_database_is_filled(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    assert await seed_demo_shop(empty_url, today=date(2027, 3, 1))


async def test_a_store_without_the_demo_shop_has_no_personas(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    store = await open_store(empty_url)
    try:
        assert await list_personas(store) == []
        assert await list_products(store) == []
    finally:
        await store.close()


async def test_personas_are_introduced_in_both_languages(store: SqlStore) -> None:
    personas = await list_personas(store)

    assert [persona.ref for persona in personas] == ["rahima", "tanvir", "shirin", "arif", "mitali", "john"]
    assert all(persona.story and _is_bengali(persona.story_bn) for persona in personas)


async def test_the_shop_window_shows_names_prices_and_stock(store: SqlStore) -> None:
    products = await list_products(store)

    assert len(products) >= 40
    assert len({product.category for product in products}) == 10
    assert all(product.price > 0 and product.currency == "BDT" for product in products)
    assert all(_is_bengali(product.name_bn) and _is_bengali(product.category_bn) for product in products)
    assert any(product.stock == 0 for product in products)
    assert len(await list_products(store, limit=3)) == 3


async def test_rahima_waits_for_a_late_parcel_and_another_order(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    open_orders = await list_open_orders(store, rahima)

    assert {order.number: order.is_late(TODAY) for order in open_orders} == {
        "KT-10234": True,
        "KT-10251": False,
    }


async def test_tanvirs_one_open_order_can_still_be_changed(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    for choose in (list_open_orders, list_cancellable_orders, list_address_changeable_orders):
        assert [order.number for order in await choose(store, tanvir)] == ["KT-10301"]


async def test_arif_has_two_orders_to_choose_from_and_a_grievance(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    choices = await list_cancellable_orders(store, arif)

    assert {order.number for order in choices} == {"KT-10310", "KT-10312"}
    ratings = "SELECT rating FROM survey_responses s JOIN customers c ON c.id = s.customer_id"
    assert [row.rating for row in await fetch(store, f"{ratings} WHERE c.external_ref = 'arif'")] == [1]
    tickets = "SELECT status FROM tickets t JOIN customers c ON c.id = t.customer_id"
    assert [row.status for row in await fetch(store, f"{tickets} WHERE c.external_ref = 'arif'")] == ["open"]


async def test_mitalis_parcel_is_on_its_last_way(store: SqlStore) -> None:
    mitali = await enter(store, "mitali")

    [order] = await list_open_orders(store, mitali)

    assert (order.number, order.status) == ("KT-10288", OrderStatus.OUT_FOR_DELIVERY)
    assert not order.is_cancellable()
    assert not order.is_late(TODAY)


async def test_john_has_no_past(store: SqlStore) -> None:
    john = await enter(store, "john")

    assert await list_orders(store, john) == []
    assert [interaction.kind for interaction in await read_history(store, "john")] == ["customer_joined"]


async def test_the_history_tells_what_happened(store: SqlStore) -> None:
    of_the_return = [
        interaction.kind
        for interaction in reversed(await read_history(store, "shirin"))
        if interaction.facts.get("order") == "KT-10188"
    ]

    assert of_the_return == ["order_placed", "order_shipped", "order_delivered", "return_requested"]


async def test_the_command_says_what_it_did(empty_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--database", empty_url]

    not_migrated = await asyncio.to_thread(main, command)
    await asyncio.to_thread(upgrade, empty_url)
    first, second = [await asyncio.to_thread(main, command) for _ in range(2)]

    said = capsys.readouterr()
    assert (not_migrated, first, second) == (1, 0, 0)
    assert said.err.count("\n") == 1
    assert "StoreNotMigrated" in said.err
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["Demo shop", "Demo shop"]
    assert "already there" in said.out.splitlines()[1]


def _is_bengali(text: str) -> bool:
    return any("\u0980" <= char <= "\u09ff" for char in text)
