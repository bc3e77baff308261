"""Changing the articles of an order; on both databases."""

import asyncio
from uuid import UUID

import pytest

from crm_store.domain.errors import OrderNotChangeable, UnknownOrder, VerificationNeeded
from crm_store.domain.order_changes import MAX_QUANTITY, ChangeRefusal
from crm_store.domain.orders import Order
from crm_store.sql import SqlStore
from crm_store.sql.tables import products
from crm_store.use_cases.order_changes import change_quantity
from crm_store.use_cases.orders import find_order
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds, weaken

UNPAID = "KT-10312"  # arif's: two articles, waiting for its payment


async def _order(store: SqlStore, conversation: UUID, number: str = UNPAID) -> Order:
    return await find_order(store, conversation, number)


async def test_an_article_is_taken_out_and_the_total_follows(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    before = await _order(store, arif)
    saree, book = before.lines

    changed = await change_quantity(store, arif, UNPAID, book.id, 0, key=await act(store, arif))

    after = await _order(store, arif)
    assert changed.order == after
    assert after.lines == (saree,)
    assert after.total == before.total - book.total
    assert await newest_kinds(store, arif) == ["order_changed"]


async def test_another_number_of_pieces_is_kept(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    before = await _order(store, arif)

    await change_quantity(store, arif, UNPAID, before.lines[1].id, 2, key=await act(store, arif))

    after = await _order(store, arif)
    assert [line.quantity for line in after.lines] == [1, 2]
    assert after.total == before.total + before.lines[1].unit_price


async def test_a_repeat_of_the_change_changes_nothing_more(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    book = (await _order(store, arif)).lines[1]
    key = await act(store, arif)

    first = await change_quantity(store, arif, UNPAID, book.id, 0, key=key)
    again = await change_quantity(store, arif, UNPAID, book.id, 0, key=key)

    assert again == first
    assert await newest_kinds(store, arif) == ["order_changed"]


async def test_two_changes_at_once_both_count(store: SqlStore) -> None:
    phone, laptop = await enter(store, "arif"), await enter(store, "arif")
    before = await _order(store, phone)
    saree, book = before.lines
    keys = {phone: await act(store, phone), laptop: await act(store, laptop)}

    await asyncio.gather(
        change_quantity(store, phone, UNPAID, saree.id, 2, key=keys[phone]),
        change_quantity(store, laptop, UNPAID, book.id, 3, key=keys[laptop]),
    )

    after = await _order(store, phone)
    assert after.total == before.total + saree.unit_price + 2 * book.unit_price


async def test_the_last_article_stays(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")
    line = (await _order(store, rahima, "KT-10251")).lines[0]
    with pytest.raises(OrderNotChangeable) as refused:
        await change_quantity(store, rahima, "KT-10251", line.id, 0, key=await act(store, rahima))
    assert refused.value.reason == ChangeRefusal.LAST_ARTICLE


@pytest.mark.parametrize(
    ("persona", "number", "reason"),
    [
        ("tanvir", "KT-10301", ChangeRefusal.ALREADY_PAID),
        ("mitali", "KT-10288", ChangeRefusal.ALREADY_PACKED),
    ],
)
async def test_paid_and_sent_orders_are_refused(
    store: SqlStore, persona: str, number: str, reason: ChangeRefusal
) -> None:
    conversation = await enter(store, persona)
    line = (await _order(store, conversation, number)).lines[0]
    with pytest.raises(OrderNotChangeable) as refused:
        await change_quantity(store, conversation, number, line.id, 2, key=await act(store, conversation))
    assert refused.value.reason == reason


async def test_more_than_the_shop_has_is_refused_and_changes_nothing(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    before = await _order(store, arif)
    async with store.begin() as uow:
        await uow.connection.execute(products.update().values(stock=0))
        await uow.commit()
    with pytest.raises(OrderNotChangeable) as refused:
        await change_quantity(store, arif, UNPAID, before.lines[0].id, 2, key=await act(store, arif))
    assert refused.value.reason == ChangeRefusal.NOT_IN_STOCK
    assert await _order(store, arif) == before


async def test_a_wholesale_number_is_refused(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    line = (await _order(store, arif)).lines[0]
    with pytest.raises(OrderNotChangeable) as refused:
        await change_quantity(store, arif, UNPAID, line.id, MAX_QUANTITY + 1, key=await act(store, arif))
    assert refused.value.reason == ChangeRefusal.TOO_MANY


async def test_nobody_changes_somebody_elses_order(store: SqlStore) -> None:
    arif, tanvir = await enter(store, "arif"), await enter(store, "tanvir")
    line = (await _order(store, arif)).lines[1]
    with pytest.raises(UnknownOrder):
        await change_quantity(store, tanvir, UNPAID, line.id, 0, key=await act(store, tanvir))


@pytest.mark.rules("G5")
async def test_a_doubtful_identity_changes_nothing(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    line = (await _order(store, arif)).lines[1]
    key = await act(store, arif)
    await weaken(store, arif)
    with pytest.raises(VerificationNeeded):
        await change_quantity(store, arif, UNPAID, line.id, 0, key=key)
    rows = await fetch(store, "SELECT id FROM order_lines WHERE id = :line", line=line.id)
    assert len(rows) == 1
