"""Products, what is known of them, stores, and the wish to hear when something is back; on both databases."""

from datetime import date, time

import pytest

from crm_store.domain.errors import UnknownProduct, VerificationNeeded
from crm_store.domain.opening_hours import FRIDAY, SATURDAY, WEDNESDAY
from crm_store.domain.product_facts import FactKind
from crm_store.sql import SqlStore
from crm_store.sql.tables import products
from crm_store.use_cases.branches import find_home_city, list_branches
from crm_store.use_cases.products import (
    find_product,
    find_products,
    list_articles_of_order,
    list_catalogue,
    list_product_facts,
    list_purchases,
    list_similar,
    watch_restock,
)
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds, weaken

SOLD_OUT = "FOO-ACH-04"
EARBUDS = "ELE-EAR-01"


async def test_a_product_is_found_by_what_customers_call_it(store: SqlStore) -> None:
    assert [product.sku for product in await find_products(store, "headphone er dam koto")] == [EARBUDS]


async def test_an_unknown_article_number_is_refused(store: SqlStore) -> None:
    with pytest.raises(UnknownProduct):
        await find_product(store, "XXX-000-00")


async def test_a_withdrawn_article_is_not_found(store: SqlStore) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(products.update().where(products.c.sku == EARBUDS).values(active=False))
        await uow.commit()
    with pytest.raises(UnknownProduct):
        await find_product(store, EARBUDS)
    assert await find_products(store, "earbuds") == []


async def test_facts_are_told_in_their_order_and_in_both_languages(store: SqlStore) -> None:
    facts = await list_product_facts(store, await find_product(store, EARBUDS))
    kinds = [fact.kind for fact in facts]
    assert kinds == [kind for kind in FactKind if kind in kinds]
    assert {FactKind.FEATURES, FactKind.WORKS_WITH, FactKind.WARRANTY} <= set(kinds)
    assert all(fact.text and fact.text_bn for fact in facts)


async def test_every_product_has_facts(store: SqlStore) -> None:
    for product in await list_catalogue(store):
        assert await list_product_facts(store, product), product.sku


async def test_similar_ones_are_of_its_kind_and_there(store: SqlStore) -> None:
    catalogue = await list_catalogue(store)
    pickle = await find_product(store, SOLD_OUT)
    similar = list_similar(pickle, catalogue, 3)
    assert {product.category for product in similar} == {"food"}
    assert all(product.stock for product in similar)
    assert similar[0].sku == "FOO-TEA-03"


async def test_a_purchase_tells_until_when_its_warranty_runs(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")
    purchases = await list_purchases(store, shirin, await find_product(store, EARBUDS))
    assert (purchases[0].order_number, purchases[0].delivered_on) == ("KT-10188", date(2026, 11, 11))
    assert purchases[0].covered_until == date(2027, 5, 11)


async def test_the_articles_of_an_order_are_the_customers_own(store: SqlStore) -> None:
    rahima, tanvir = await enter(store, "rahima"), await enter(store, "tanvir")
    assert [p.sku for p in await list_articles_of_order(store, rahima, "KT-10251")] == ["HOM-BED-02"]
    assert await list_articles_of_order(store, tanvir, "KT-10251") == []


@pytest.mark.rules("G5")
async def test_purchases_orders_and_home_need_a_proven_identity(store: SqlStore) -> None:
    doubtful = await enter(store, "shirin")
    await weaken(store, doubtful)
    product = await find_product(store, EARBUDS)
    for conversation in (doubtful, await enter(store, None)):
        with pytest.raises(VerificationNeeded):
            await list_purchases(store, conversation, product)
        with pytest.raises(VerificationNeeded):
            await list_articles_of_order(store, conversation, "KT-10188")
        with pytest.raises(VerificationNeeded):
            await find_home_city(store, conversation)
        with pytest.raises(VerificationNeeded):
            await watch_restock(store, conversation, SOLD_OUT, key=await act(store, conversation))
        assert await newest_kinds(store, conversation) == []


async def test_the_wish_to_hear_when_it_is_back_is_written_down_once(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    first = await watch_restock(store, tanvir, SOLD_OUT, key=await act(store, tanvir))
    again = await watch_restock(store, tanvir, SOLD_OUT, key=await act(store, tanvir))
    assert (first.already, again.already) == (False, True)
    assert await newest_kinds(store, tanvir) == ["restock_watched"]


async def test_a_repeated_turn_gets_the_first_answer(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    key = await act(store, tanvir)
    first = await watch_restock(store, tanvir, SOLD_OUT, key=key)
    assert await watch_restock(store, tanvir, SOLD_OUT, key=key) == first
    assert await newest_kinds(store, tanvir) == ["restock_watched"]


async def test_what_is_there_needs_no_waiting(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    watched = await watch_restock(store, tanvir, EARBUDS, key=await act(store, tanvir))
    assert watched.available
    assert await newest_kinds(store, tanvir) == []


async def test_stores_have_their_own_hours(store: SqlStore) -> None:
    branches = {branch.code: branch for branch in await list_branches(store)}
    assert list(branches) == ["dhanmondi", "uttara", "agrabad", "zindabazar"]
    assert branches["dhanmondi"].hours.week[FRIDAY].opens == time(14, 30)
    assert branches["agrabad"].hours.week[SATURDAY].closes == time(20, 30)
    assert FRIDAY not in branches["agrabad"].hours.week
    assert WEDNESDAY not in branches["uttara"].hours.week


async def test_home_is_where_the_newest_order_went(store: SqlStore) -> None:
    assert await find_home_city(store, await enter(store, "shirin")) == "Chattogram"
    assert await find_home_city(store, await enter(store, "john")) is None


async def test_the_store_counts_as_many_facts_as_the_seed_wrote(store: SqlStore) -> None:
    [(facts,)] = await fetch(store, "SELECT count(*) FROM product_facts")
    assert facts > 150
