"""The invoice as a page."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from bot.documents.invoice_page import DocumentPages, load_pages
from bot.phrases import LANGUAGES
from crm_store.domain.catalogue import Category
from crm_store.domain.invoices import Invoice
from crm_store.domain.money import taka
from crm_store.domain.orders import Address, Order, OrderLine, OrderStatus, PaymentMethod


@pytest.fixture(scope="module")
def pages() -> DocumentPages:
    return load_pages()


def _order(name: str = "Cotton panjabi", status: OrderStatus = OrderStatus.PLACED) -> Order:
    line = OrderLine(
        UUID(int=1), UUID(int=2), name, "সুতির পাঞ্জাবি", Category.CLOTHING, 2, taka(1250), "M / White"
    )
    return Order(
        id=UUID(int=3),
        number="KT-10234",
        customer_id=UUID(int=4),
        status=status,
        placed_at=datetime(2026, 11, 1, 6, tzinfo=UTC),
        promised_by=date(2026, 11, 5),
        delivered_at=None,
        total=taka(2460),
        lines=(line,),
        shipment=None,
        address=Address("House <7>", "Mirpur", "Dhaka"),
        payment_method=PaymentMethod.BKASH,
        delivery_fee=taka(60),
    )


def test_what_somebody_typed_is_escaped(pages: DocumentPages) -> None:
    page = pages.render_invoice(Invoice(_order("<script>alert(1)</script> $total")), "en")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $total" in page
    assert "House &lt;7&gt;, Mirpur, Dhaka" in page


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (OrderStatus.PLACED, "Paid. Nothing is left to pay."),
        (OrderStatus.PENDING_PAYMENT, "To be paid: Tk 2,460"),
        (OrderStatus.CANCELLED, "This order is cancelled."),
    ],
)
def test_the_state_of_the_payment_is_said(pages: DocumentPages, status: OrderStatus, state: str) -> None:
    assert state in pages.render_invoice(Invoice(_order(status=status)), "en")


def test_a_discount_stands_between_articles_and_total(pages: DocumentPages) -> None:
    page = pages.render_invoice(Invoice(_order(), code="WELCOME100"), "en")
    assert page.index("Tk 2,500") < page.index("Discount WELCOME100") < page.index("Tk 2,460")
    assert "−Tk 100" in page


def test_bengali_uses_its_own_names_digits_and_months(pages: DocumentPages) -> None:
    page = pages.render_invoice(Invoice(_order()), "bn")
    for part in ("সুতির পাঞ্জাবি", "২,৪৬০ টাকা", "১ নভেম্বর ২০২৬"):
        assert part in page


def test_every_language_has_the_same_words(pages: DocumentPages) -> None:
    assert len({frozenset(words) for words in pages.words.values()}) == 1
    assert set(pages.words) == set(LANGUAGES)
