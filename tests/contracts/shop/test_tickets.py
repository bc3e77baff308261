"""Opening tickets; on both databases."""

import pytest

from crm_store.domain.errors import UnknownOrder
from crm_store.domain.tickets import TicketKind, TicketStatus
from crm_store.sql import SqlStore
from crm_store.use_cases.tickets import open_ticket
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds


async def test_a_ticket_keeps_the_customers_words(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    ticket = await open_ticket(
        store,
        arif,
        key=await act(store, arif),
        subject="ঢাকনা ভাঙা 😞",
        kind=TicketKind.PRODUCT,
        order_number="kt 10205",
    )

    assert (ticket.subject, ticket.status, ticket.order_number) == (
        "ঢাকনা ভাঙা 😞",
        TicketStatus.OPEN,
        "KT-10205",
    )
    [kept] = await fetch(
        store,
        "SELECT subject, o.number FROM tickets t JOIN orders o ON o.id = order_id WHERE t.number = :ticket",
        ticket=ticket.number,
    )
    assert tuple(kept) == ("ঢাকনা ভাঙা 😞", "KT-10205")
    assert await newest_kinds(store, arif) == ["ticket_opened"]


async def test_a_repeat_opens_no_second_ticket(store: SqlStore) -> None:
    john = await enter(store, "john")
    key = await act(store, john)
    first = await open_ticket(store, john, key=key, subject="Hello?", kind=TicketKind.QUESTION)

    assert await open_ticket(store, john, key=key, subject="Hello?", kind=TicketKind.QUESTION) == first
    assert await newest_kinds(store, john) == ["ticket_opened"]


async def test_a_ticket_about_somebody_elses_order_is_refused(store: SqlStore) -> None:
    john = await enter(store, "john")

    with pytest.raises(UnknownOrder):
        await open_ticket(
            store,
            john,
            key=await act(store, john),
            subject="?",
            kind=TicketKind.OTHER,
            order_number="KT-10205",
        )
