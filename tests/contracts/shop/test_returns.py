"""Sending things back and following the money; on both databases."""

import asyncio

import pytest

from crm_store.domain.errors import NotReturnable, ReturnWindowClosed, UnknownOrder
from crm_store.domain.money import taka
from crm_store.domain.orders import PaymentMethod
from crm_store.domain.returns import NotReturnableReason, RefundStatus, ReturnReason, ReturnStatus
from crm_store.sql import SqlStore
from crm_store.use_cases.orders import cancel_order
from crm_store.use_cases.returns import list_refunds, list_returnable_items, list_returns, request_return
from tests.contracts.conftest import Clock
from tests.contracts.shop.visitors import act, enter, newest_kinds

DAY = 24 * 60 * 60


async def test_what_can_be_sent_back_is_listed_with_its_last_day(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")

    items = await list_returnable_items(store, shirin)

    assert [(item.order_number, item.product_name, item.only_if_faulty) for item in items] == [
        ("KT-10270", "Block-print salwar kameez", False),
        ("KT-10270", "Embroidered nagra shoes", False),
    ]
    assert items[0].returnable_until.isoformat() == "2026-11-26"


async def test_a_return_is_opened_once_per_article(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")
    kameez, shoes = await list_returnable_items(store, shirin)

    asked = await request_return(
        store,
        shirin,
        "KT-10270",
        shoes.line_id,
        key=await act(store, shirin),
        reason=ReturnReason.WRONG_SIZE,
    )
    again = await request_return(
        store,
        shirin,
        "kt 10270",
        shoes.line_id,
        key=await act(store, shirin),
        reason=ReturnReason.DAMAGED,
    )

    assert (asked.return_.status, asked.already) == (ReturnStatus.REQUESTED, False)
    assert asked.return_.number.startswith("RT-")
    assert (again.return_, again.already) == (asked.return_, True)
    assert await list_returnable_items(store, shirin) == [kameez]
    assert await newest_kinds(store, shirin) == ["return_requested"]


async def test_asking_twice_at_once_opens_one_return(store: SqlStore) -> None:
    phone, laptop = await enter(store, "shirin"), await enter(store, "shirin")
    shoes = (await list_returnable_items(store, phone))[1]
    keys = {phone: await act(store, phone), laptop: await act(store, laptop)}

    results = await asyncio.gather(
        *(
            request_return(
                store, conversation, "KT-10270", shoes.line_id, key=key, reason=ReturnReason.WRONG_SIZE
            )
            for conversation, key in keys.items()
        )
    )

    assert sorted(result.already for result in results) == [False, True]
    assert results[0].return_ == results[1].return_


async def test_a_repeat_of_the_action_answers_the_same(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")
    line = (await list_returnable_items(store, shirin))[0].line_id
    key = await act(store, shirin)
    first = await request_return(store, shirin, "KT-10270", line, key=key, reason=ReturnReason.DAMAGED)

    assert (
        await request_return(store, shirin, "KT-10270", line, key=key, reason=ReturnReason.DAMAGED) == first
    )


async def test_several_articles_ask_for_a_choice(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")

    with pytest.raises(NotReturnable) as refused:
        await request_return(
            store, shirin, "KT-10270", None, key=await act(store, shirin), reason=ReturnReason.DAMAGED
        )
    assert refused.value.reason == NotReturnableReason.WHICH_LINE


async def test_a_line_of_somebody_elses_order_is_refused(store: SqlStore) -> None:
    shirin, arif = await enter(store, "shirin"), await enter(store, "arif")
    hers = (await list_returnable_items(store, shirin))[0].line_id
    key = await act(store, arif)

    with pytest.raises(UnknownOrder):
        await request_return(store, arif, "KT-10270", hers, key=key, reason=ReturnReason.DAMAGED)
    with pytest.raises(NotReturnable):
        await request_return(store, arif, "KT-10205", hers, key=key, reason=ReturnReason.DAMAGED)


async def test_the_window_closes(store: SqlStore, clock: Clock) -> None:
    shirin = await enter(store, "shirin")
    line = (await list_returnable_items(store, shirin))[0].line_id
    clock.advance(6 * DAY)

    still_if_faulty = await list_returnable_items(store, shirin)
    with pytest.raises(ReturnWindowClosed):
        await request_return(
            store, shirin, "KT-10270", line, key=await act(store, shirin), reason=ReturnReason.CHANGED_MIND
        )

    assert [item.only_if_faulty for item in still_if_faulty] == [True, True]
    clock.advance(30 * DAY)
    assert await list_returnable_items(store, shirin) == []


async def test_a_parcel_that_has_not_come_cannot_be_sent_back(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    with pytest.raises(NotReturnable) as refused:
        await request_return(
            store, rahima, "KT-10251", None, key=await act(store, rahima), reason=ReturnReason.DAMAGED
        )
    assert refused.value.reason == NotReturnableReason.NOT_DELIVERED


async def test_a_return_under_way_shows_its_pending_refund(store: SqlStore) -> None:
    shirin = await enter(store, "shirin")

    [under_way] = await list_returns(store, shirin)
    [refund] = await list_refunds(store, shirin)

    assert (under_way.number, under_way.status) == ("RT-100301", ReturnStatus.RECEIVED)
    assert under_way.refund == refund
    assert (refund.order_number, refund.amount, refund.status, refund.method) == (
        "KT-10188",
        taka(2190),
        RefundStatus.PENDING,
        PaymentMethod.NAGAD,
    )


async def test_the_refund_of_a_cancelled_order_is_listed_too(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    cancelled = await cancel_order(store, tanvir, "KT-10301", key=await act(store, tanvir))

    assert await list_refunds(store, tanvir) == [cancelled.refund]
    assert await list_returns(store, tanvir) == []
