"""What customers do with their account; on both databases."""

import pytest

from crm_store.domain.errors import UnusableDetail
from crm_store.domain.tickets import TicketKind, TicketStatus
from crm_store.sql import SqlStore
from crm_store.sql.tables import tickets
from crm_store.use_cases.accounts import (
    choose_marketing,
    find_account,
    find_requested_erasure,
    rename_customer,
    request_account_change,
    request_erasure,
)
from crm_store.use_cases.customers import current_customer
from tests.contracts.shop.visitors import act, enter, newest_kinds, read_history


async def test_an_account_shows_what_is_stored(store: SqlStore) -> None:
    account = await find_account(store, await enter(store, "rahima"))

    assert (account.name, account.email, account.phone) == (
        "Rahima Khatun",
        "rahima@example.com",
        "01711-000234",
    )


async def test_a_latin_name_takes_the_earlier_bengali_one_away(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    renamed = await rename_customer(store, tanvir, " Md. Rafi  Ahmed", key=await act(store, tanvir))
    known = await current_customer(store, tanvir)

    assert (renamed.old, renamed.new) == ("Md. Tanvir Ahmed", "Md. Rafi Ahmed")
    assert known is not None
    assert (known.name, known.given_name, known.name_bn, known.given_name_bn) == (
        "Md. Rafi Ahmed",
        "Rafi",
        None,
        None,
    )


async def test_a_bengali_name_holds_in_both_scripts(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    await rename_customer(store, rahima, "রহিমা বেগম", key=await act(store, rahima))
    known = await current_customer(store, rahima)

    assert known is not None
    assert (known.name, known.name_bn, known.given_name_bn) == ("রহিমা বেগম", "রহিমা বেগম", "রহিমা")


async def test_a_name_that_cannot_be_one_changes_nothing(store: SqlStore) -> None:
    john = await enter(store, "john")

    with pytest.raises(UnusableDetail):
        await rename_customer(store, john, "0171", key=await act(store, john))

    assert (await find_account(store, john)).name == "John Gomes"
    assert await newest_kinds(store, john) == []


async def test_a_late_repeat_of_a_renaming_does_not_undo_a_newer_one(store: SqlStore) -> None:
    john = await enter(store, "john")
    earlier = await act(store, john)
    await rename_customer(store, john, "Jon", key=earlier)
    await rename_customer(store, john, "Johnny", key=await act(store, john))

    await rename_customer(store, john, "Jon", key=earlier)

    assert (await find_account(store, john)).name == "Johnny"
    newest, *_ = await read_history(store, "john")
    assert (newest.kind, newest.facts) == ("name_changed", {"from": "Jon", "to": "Johnny"})


async def test_a_change_for_a_person_is_asked_for_once(store: SqlStore) -> None:
    john = await enter(store, "john")
    key = await act(store, john)
    first = await request_account_change(store, john, "phone: +8801711000234", key=key)
    repeated = await request_account_change(store, john, "phone: +8801711000234", key=key)
    again = await request_account_change(store, john, "phone: +8801711000234", key=await act(store, john))
    other = await request_account_change(store, john, "email: j@example.com", key=await act(store, john))

    assert repeated == first
    assert (again.ticket, again.already) == (first.ticket, True)
    assert (other.already, other.ticket.kind) == (False, TicketKind.ACCOUNT)
    assert await newest_kinds(store, john) == ["ticket_opened", "ticket_opened"]
    assert (await find_account(store, john)).phone == "01611-000001"


async def test_erasure_is_requested_once_until_it_is_done(store: SqlStore) -> None:
    john = await enter(store, "john")
    assert await find_requested_erasure(store, john) is None

    first = await request_erasure(store, john, "delete me", key=await act(store, john))
    again = await request_erasure(store, john, "delete me!", key=await act(store, john))

    assert (first.already, again.already, again.ticket) == (False, True, first.ticket)
    assert (first.by - first.ticket.opened_at.date()).days in (30, 31)  # the shop's day may be one ahead
    assert await find_requested_erasure(store, john) == again
    assert await newest_kinds(store, john) == ["ticket_opened"]


async def test_a_solved_request_does_not_stand_in_the_way_of_a_new_one(store: SqlStore) -> None:
    john = await enter(store, "john")
    first = await request_erasure(store, john, "delete me", key=await act(store, john))
    await _solve(store, first.ticket.number)

    second = await request_erasure(store, john, "delete me", key=await act(store, john))

    assert not second.already
    assert second.ticket.number != first.ticket.number


async def test_the_request_of_somebody_else_is_not_mine(store: SqlStore) -> None:
    john, arif = await enter(store, "john"), await enter(store, "arif")
    await request_erasure(store, john, "delete me", key=await act(store, john))

    assert await find_requested_erasure(store, arif) is None


async def test_offers_are_refused_and_allowed_again(store: SqlStore) -> None:
    john = await enter(store, "john")
    await choose_marketing(store, john, allowed=True, key=await act(store, john))

    refused = await choose_marketing(store, john, allowed=False, key=await act(store, john))
    again = await choose_marketing(store, john, allowed=False, key=await act(store, john))
    after = (await find_account(store, john)).gets_offers
    allowed = await choose_marketing(store, john, allowed=True, key=await act(store, john))

    assert (refused.already, again.already, allowed.already) == (False, True, False)
    assert not after
    assert (await find_account(store, john)).gets_offers
    assert (await newest_kinds(store, john))[-2:] == ["marketing_refused", "marketing_allowed"]


async def _solve(store: SqlStore, number: str) -> None:
    async with store.begin() as uow:
        await uow.connection.execute(
            tickets.update().where(tickets.c.number == number).values(status=TicketStatus.SOLVED.value)
        )
        await uow.commit()
