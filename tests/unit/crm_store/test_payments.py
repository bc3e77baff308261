"""What is seen of payments, and what a ticket may not hold."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm_store.domain.invoices import Invoice
from crm_store.domain.money import taka
from crm_store.domain.orders import OrderStatus, PaymentMethod
from crm_store.domain.payments import PaymentState, PaymentView, answer_by, hide_secrets, view_payments
from tests.unit.crm_store.commerce_factories import ORDERED_ON, make_order

THURSDAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PaymentState.PAID),
        ({"status": OrderStatus.PENDING_PAYMENT}, PaymentState.UNPAID),
        ({"status": OrderStatus.CANCELLED}, PaymentState.CANCELLED),
        ({"payment_method": PaymentMethod.COD}, PaymentState.CASH_DUE),
        ({"payment_method": PaymentMethod.COD, "status": OrderStatus.DELIVERED}, PaymentState.PAID),
    ],
)
def test_an_orders_state_tells_of_its_payment(changes: dict[str, Any], state: PaymentState) -> None:
    assert view_payments([make_order(**changes)])[0].state is state


def _pair(minutes: int, **changes: Any) -> list[PaymentView]:
    later = {"id": UUID(int=301), "number": "KT-10235", "placed_at": ORDERED_ON + timedelta(minutes=minutes)}
    return view_payments([make_order(**(later | changes)), make_order()])


def test_the_same_amount_within_minutes_looks_like_paid_twice() -> None:
    newer, older = _pair(4)

    assert (newer.state, older.state) == (PaymentState.DOUBLE, PaymentState.DOUBLE)
    assert newer.twin == older.order
    assert older.twin == newer.order


@pytest.mark.parametrize(
    "changes",
    [
        {"total": taka(1311)},
        {"payment_method": PaymentMethod.COD},
        {"status": OrderStatus.PENDING_PAYMENT},
        {"status": OrderStatus.CANCELLED},
    ],
    ids=["another amount", "cash", "not paid", "cancelled"],
)
def test_other_pairs_do_not(changes: dict[str, Any]) -> None:
    assert PaymentState.DOUBLE not in {view.state for view in _pair(4, **changes)}


def test_an_hour_apart_both_were_wanted() -> None:
    assert {view.state for view in _pair(60)} == {PaymentState.PAID}


def test_days_are_banking_days() -> None:
    [view] = view_payments([make_order(status=OrderStatus.PENDING_PAYMENT)])

    assert view.money_back_by(THURSDAY) == date(2026, 11, 24)  # bKash takes three
    assert answer_by(THURSDAY) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4111111111111111 declined", "••• declined"),
        ("card 4111-1111 1111 1111!", "card •••!"),
        ("my OTP is 449922 ok", "my OTP is ••• ok"),
        ("pin:1234", "pin:•••"),
        ("আমার পিন ৪৪২২ দিয়েছি", "আমার পিন ••• দিয়েছি"),
        ("paid 1450 for KT-10234 by 01711000234", "paid 1450 for KT-10234 by 01711000234"),
        ("trx 8N7A6D5F", "trx 8N7A6D5F"),
        ("shipping 10234 is paid", "shipping 10234 is paid"),
    ],
)
def test_cards_and_codes_are_hidden_and_nothing_else(text: str, kept: str) -> None:
    assert hide_secrets(text) == kept


def test_a_bill_that_was_not_reduced_has_no_discount() -> None:
    invoice = Invoice(make_order(delivery_fee=taka(60)))

    assert (invoice.subtotal, invoice.discount, invoice.due) == (taka(1250), 0, 0)
