"""Cards in words: an order as a platform without our cards shows it, in the customer's language."""

from typing import Any

import pytest

from bot.channels.cards import MOST_ITEMS, read_card


def order(**changes: Any) -> dict[str, Any]:
    return {
        "type": "order",
        "number": "KT-10234",
        "status": "shipped",
        "placed_at": "2026-11-12T05:00:00.000Z",
        "promised_by": "2026-11-19",
        "delivered_at": None,
        "late": True,
        "items": [{"name": "Cotton saree", "name_bn": "সুতি শাড়ি", "quantity": 2, "unit_price": 125000}],
        "total": 131050,
        "currency": "BDT",
        "carrier": "Pathao Courier",
        "tracking_number": "PTH-8842",
        "destination": "Mirpur, Dhaka",
        **changes,
    }


def test_an_order_is_told_in_english() -> None:
    (view,) = read_card(order(), "en")
    assert view.lines == (
        "Order KT-10234: shipped (late)",
        "2 × Cotton saree",
        "Expected by: 19 November",
        "Total: Tk 1,310.50",
        "Tracking: Pathao Courier PTH-8842",
        "Delivery to: Mirpur, Dhaka",
    )


def test_an_order_is_told_in_bengali_with_bengali_digits() -> None:
    (view,) = read_card(order(late=False), "bn")
    assert view.title == "অর্ডার KT-10234"
    assert view.items == ("২ × সুতি শাড়ি",)
    assert ("পৌঁছানোর কথা", "১৯ নভেম্বর") in view.facts
    assert ("মোট", "৳১,৩১০.৫০") in view.facts


def test_romanised_bengali_has_words_of_its_own() -> None:
    (view,) = read_card(order(status="delivered", delivered_at="2026-11-18T20:30:00.000Z"), "bn-Latn")
    assert view.state == "pouche geche (deri hocche)"
    assert ("Pouchheche", "19 November") in view.facts  # half past two in the morning in Dhaka


def test_a_language_nobody_knows_is_english() -> None:
    assert read_card(order(), "fr") == read_card(order(), "en")


def test_several_orders_are_several_views() -> None:
    views = read_card({"type": "orders", "orders": [order(), order(number="KT-1", status="cancelled")]}, "en")
    assert [view.title for view in views] == ["Order KT-10234", "Order KT-1"]
    assert not [label for label, _ in views[1].facts if label == "Expected by"]


def test_a_long_order_says_how_much_more_there_is() -> None:
    line = order()["items"][0]
    (view,) = read_card(order(items=[line] * (MOST_ITEMS + 3)), "en")
    assert view.items[-1] == "and 3 more"


def test_a_return_says_what_became_of_the_money() -> None:
    refund = {"status": "issued", "amount": 125000, "currency": "BDT", "issued_at": None}
    card = {
        "type": "return",
        "number": "RT-1003",
        "order_number": "KT-10234",
        "status": "completed",
        "refund": refund,
    }
    (view,) = read_card(card, "en")
    assert view.lines == ("Return RT-1003: completed", "Order: KT-10234", "Refund: Tk 1,250, paid back")


@pytest.mark.parametrize(("due", "line"), [(0, "Invoice INV-1: nothing due"), (500, "Invoice INV-1")])
def test_an_invoice_says_what_is_due(due: int, line: str) -> None:
    card = {"type": "invoice", "number": "INV-1", "order_number": "KT-1", "total": 1000, "due": due}
    (view,) = read_card(card, "en")
    assert view.lines[0] == line
    assert (("To be paid", "Tk 5") in view.facts) is bool(due)


@pytest.mark.parametrize(
    "card",
    [None, {}, {"type": "rating"}, {"type": "order"}, {"type": "orders", "orders": [5]}, order(status="x")],
)
def test_what_is_no_card_of_ours_shows_nothing(card: dict[str, Any] | None) -> None:
    assert read_card(card, "en") == ()
