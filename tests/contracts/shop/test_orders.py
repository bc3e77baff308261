"""Looking at orders, cancelling them, having them sent elsewhere; on both databases."""

import asyncio
from datetime import date

import pytest

from crm_store.domain.errors import AddressNotChangeable, NotCancellable, UnknownOrder
from crm_store.domain.money import taka
from crm_store.domain.orders import OrderStatus, PaymentMethod
from crm_store.domain.returns import RefundStatus
from crm_store.sql import SqlStore
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.orders import (
    NewAddress,
    cancel_order,
    change_shipping_address,
    find_order,
    list_address_changeable_orders,
    list_cancellable_orders,
    list_delivery_options,
    list_open_orders,
    list_orders,
)
from tests.contracts.shop.visitors import TODAY, act, enter, fetch, newest_kinds, say

SYLHET = NewAddress("12 Zallarpar Road", "Zindabazar", "Sylhet", "3100")


async def test_orders_are_listed_newest_first(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    newest = await list_orders(store, rahima, limit=3)

    assert [order.number for order in newest[:2]] == ["KT-10251", "KT-10234"]
    assert len(newest) == 3
    assert newest == sorted(newest, key=lambda order: order.placed_at, reverse=True)


async def test_only_orders_under_way_are_open(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    assert [order.number for order in await list_open_orders(store, rahima)] == ["KT-10251", "KT-10234"]


async def test_an_order_comes_with_its_lines_parcel_and_address(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    order = await find_order(store, rahima, "KT-10234")

    assert [(line.product_name, line.quantity, line.variant) for line in order.lines] == [
        ("Tangail cotton saree", 1, "Red border"),
        ("Jute shopping bag", 2, None),
    ]
    assert order.total == sum(line.total for line in order.lines) + order.delivery_fee == taka(2150)
    assert order.shipment is not None
    assert order.shipment.carrier == "Pathao Courier"
    assert order.address.label == "Mirpur, Dhaka"
    assert order.is_late(TODAY)


async def test_a_number_may_be_written_any_way(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    assert (await find_order(store, rahima, "অর্ডার নম্বর ১০২৩৪")).number == "KT-10234"


@pytest.mark.parametrize("number", ["KT-10301", "KT-99999", "my order", ""])
async def test_somebody_elses_order_is_as_unknown_as_none(store: SqlStore, number: str) -> None:
    rahima = await enter(store, "rahima")

    with pytest.raises(UnknownOrder) as unknown:
        await find_order(store, rahima, number)
    assert str(unknown.value) == number


async def test_a_customer_without_orders_has_empty_lists(store: SqlStore) -> None:
    john = await enter(store, "john")

    assert await list_orders(store, john) == []
    assert await list_open_orders(store, john) == []


async def test_a_list_offers_only_what_can_be_done(store: SqlStore) -> None:
    rahima, mitali = await enter(store, "rahima"), await enter(store, "mitali")

    assert [order.number for order in await list_cancellable_orders(store, rahima)] == ["KT-10251"]
    assert [order.number for order in await list_address_changeable_orders(store, rahima)] == ["KT-10251"]
    assert await list_cancellable_orders(store, mitali) == []


async def test_cancelling_a_paid_order_sends_the_money_back(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    cancelled = await cancel_order(
        store, tanvir, "KT-10301", key=await act(store, tanvir), reason="wrong colour"
    )

    assert cancelled.order.status is OrderStatus.CANCELLED
    assert not cancelled.already
    assert cancelled.refund is not None
    assert (cancelled.refund.amount, cancelled.refund.method) == (taka(2510), PaymentMethod.BKASH)
    assert cancelled.refund.status is RefundStatus.PENDING
    assert cancelled.refund.expected_by == date(2026, 11, 24)
    assert (await find_order(store, tanvir, "KT-10301")).status is OrderStatus.CANCELLED
    assert await newest_kinds(store, tanvir) == ["order_cancelled"]


async def test_cancelling_an_unpaid_order_needs_no_refund(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    cancelled = await cancel_order(store, arif, "KT-10312", key=await act(store, arif))

    assert cancelled.refund is None


async def test_asking_again_later_says_already_and_shows_the_same_refund(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    first = await cancel_order(store, tanvir, "KT-10301", key=await act(store, tanvir))

    again = await cancel_order(store, tanvir, "KT-10301", key=await act(store, tanvir))

    assert again.already
    assert again.refund == first.refund
    assert await newest_kinds(store, tanvir) == ["order_cancelled"]


async def test_running_the_same_action_twice_changes_once_and_answers_the_same(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    key = await act(store, tanvir)
    first = await cancel_order(store, tanvir, "KT-10301", key=key)

    repeated = await cancel_order(store, tanvir, "KT-10301", key=key)

    assert repeated == first
    assert not repeated.already
    assert await newest_kinds(store, tanvir) == ["order_cancelled"]


async def test_the_same_action_run_twice_at_once_changes_once(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    key = await act(store, tanvir)

    results = await asyncio.gather(*(cancel_order(store, tanvir, "KT-10301", key=key) for _ in range(5)))

    assert all(result == results[0] for result in results)
    assert await newest_kinds(store, tanvir) == ["order_cancelled"]


async def test_two_conversations_cancelling_at_once_pay_back_once(store: SqlStore) -> None:
    phone, laptop = await enter(store, "tanvir"), await enter(store, "tanvir")
    keys = [await act(store, phone), await act(store, laptop)]

    results = await asyncio.gather(
        cancel_order(store, phone, "KT-10301", key=keys[0]),
        cancel_order(store, laptop, "KT-10301", key=keys[1]),
    )

    assert sorted(result.already for result in results) == [False, True]
    assert results[0].refund == results[1].refund
    refunds = await fetch(
        store, "SELECT count(*) FROM refunds r JOIN orders o ON o.id = r.order_id WHERE o.number = 'KT-10301'"
    )
    assert refunds[0][0] == 1


async def test_two_actions_of_one_message_are_two_changes(store: SqlStore) -> None:
    arif = await enter(store, "arif")
    message = await say(store, arif)

    first = await cancel_order(store, arif, "KT-10310", key=ActionKey(message, "action_cancel_order", 0))
    second = await cancel_order(store, arif, "KT-10312", key=ActionKey(message, "action_cancel_order", 1))

    assert (first.order.number, second.order.number) == ("KT-10310", "KT-10312")


async def test_a_refused_change_leaves_nothing_behind_and_is_not_remembered(store: SqlStore) -> None:
    mitali = await enter(store, "mitali")
    key = await act(store, mitali)

    for _ in range(2):
        with pytest.raises(NotCancellable) as refused:
            await cancel_order(store, mitali, "KT-10288", key=key)
        assert refused.value.reason == "out_for_delivery"
    assert await newest_kinds(store, mitali) == []
    assert await fetch(store, "SELECT * FROM applied_actions") == []


async def test_somebody_elses_order_cannot_be_cancelled(store: SqlStore) -> None:
    rahima, tanvir = await enter(store, "rahima"), await enter(store, "tanvir")

    with pytest.raises(UnknownOrder):
        await cancel_order(store, rahima, "KT-10301", key=await act(store, rahima))
    assert (await find_order(store, tanvir, "KT-10301")).status is OrderStatus.PLACED


async def test_a_new_address_is_kept_with_the_old_phone_number(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    changed = await change_shipping_address(store, tanvir, "KT-10301", SYLHET, key=await act(store, tanvir))

    assert (changed.old_label, changed.new_label) == ("Uttara, Dhaka", "Zindabazar, Sylhet")
    kept = (await find_order(store, tanvir, "KT-10301")).address
    assert (kept.line, kept.postcode, kept.phone) == ("12 Zallarpar Road", "3100", "01811-000301")
    assert changed.order.address == kept
    assert await newest_kinds(store, tanvir) == ["address_changed"]


async def test_a_repeated_address_change_answers_the_old_label_again(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    key = await act(store, tanvir)
    first = await change_shipping_address(store, tanvir, "KT-10301", SYLHET, key=key)

    assert await change_shipping_address(store, tanvir, "KT-10301", SYLHET, key=key) == first


async def test_a_parcel_on_its_way_keeps_its_address(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    with pytest.raises(AddressNotChangeable) as refused:
        await change_shipping_address(store, rahima, "KT-10234", SYLHET, key=await act(store, rahima))
    assert refused.value.reason == "already_shipped"


async def test_ways_of_delivery_are_public_and_in_order(store: SqlStore) -> None:
    options = await list_delivery_options(store)

    assert [option.code for option in options][:2] == ["dhaka_standard", "dhaka_express"]
    assert options[0].fee == taka(60)
