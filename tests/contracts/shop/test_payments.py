"""Ways to pay, what is seen of payments, bills and links to them; on both databases."""

from datetime import timedelta

import pytest

from crm_store.domain.errors import UnknownDocument, UnknownOrder
from crm_store.domain.money import taka
from crm_store.domain.orders import PaymentMethod
from crm_store.domain.payments import PaymentState
from crm_store.sql import SqlStore
from crm_store.use_cases.documents import LINK_LASTS, link_invoice, open_linked_invoice
from crm_store.use_cases.payments import (
    find_invoice,
    find_payment,
    list_invoices,
    list_payment_options,
    list_recent_orders,
    list_recent_payments,
)
from tests.contracts.shop.visitors import enter, fetch


async def test_the_shop_says_how_to_pay_and_how_much(store: SqlStore) -> None:
    options = await list_payment_options(store)

    assert [option.method for option in options] == list(PaymentMethod)
    card = next(option for option in options if option.method is PaymentMethod.CARD)
    assert (card.installments_from, card.installment_months) == (taka(5000), 6)


async def test_the_last_months_payments_are_seen_newest_first(store: SqlStore) -> None:
    rahima = await enter(store, "rahima")

    views = await list_recent_payments(store, rahima)

    assert [(view.order.number, view.state) for view in views] == [
        ("KT-10251", PaymentState.CASH_DUE),
        ("KT-10234", PaymentState.PAID),
        ("KT-10222", PaymentState.DOUBLE),
        ("KT-10221", PaymentState.DOUBLE),
    ]
    assert [order.number for order in await list_recent_orders(store, rahima)] == [
        view.order.number for view in views
    ]


async def test_an_older_payment_is_found_by_its_order(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    assert (await find_payment(store, tanvir, "kt 10104")).state is PaymentState.PAID
    with pytest.raises(UnknownOrder):
        await find_payment(store, tanvir, "KT-10234")


async def test_a_bill_knows_the_code_and_what_it_took_off(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")

    invoice = await find_invoice(store, tanvir, "KT-10104")

    assert (invoice.number, invoice.code, invoice.discount) == ("INV-10104", "WELCOME100", taka(100))
    assert invoice.subtotal + invoice.order.delivery_fee - invoice.discount == invoice.order.total
    assert invoice.due == 0


async def test_the_newest_bills_come_first(store: SqlStore) -> None:
    arif = await enter(store, "arif")

    invoices = await list_invoices(store, arif, limit=2)

    assert [invoice.order.number for invoice in invoices] == ["KT-10312", "KT-10310"]
    assert [invoice.due > 0 for invoice in invoices] == [True, False]


async def test_a_link_leads_to_the_invoice_until_it_is_over(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    link = await link_invoice(store, tanvir, "KT-10104", language="bn")

    found = await open_linked_invoice(store, link.token)

    assert (found.invoice.number, found.language) == ("INV-10104", "bn")
    await _let_links_end(store)
    with pytest.raises(UnknownDocument):
        await open_linked_invoice(store, link.token)


async def test_links_that_are_over_are_thrown_away(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    for _ in range(2):
        await link_invoice(store, tanvir, "KT-10104", language="en")
        await _let_links_end(store)
    await link_invoice(store, tanvir, "KT-10104", language="en")

    assert (await fetch(store, "SELECT count(*) FROM document_links"))[0][0] == 1


async def test_no_link_leads_to_somebody_elses_invoice(store: SqlStore) -> None:
    mitali = await enter(store, "mitali")

    with pytest.raises(UnknownOrder):
        await link_invoice(store, mitali, "KT-10104", language="en")


async def test_the_token_is_not_kept(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    link = await link_invoice(store, tanvir, "KT-10104", language="en")

    [kept] = await fetch(store, "SELECT token_hash FROM document_links")

    assert link.token.encode() not in bytes(kept.token_hash)


async def _let_links_end(store: SqlStore) -> None:
    from crm_store.sql.tables import document_links

    async with store.begin() as uow:
        over = uow.now - timedelta(seconds=1)
        await uow.connection.execute(
            document_links.update().values(expires_at=over, created_at=over - LINK_LASTS)
        )
        await uow.commit()
