"""What may be sent back until when, and when the money is there."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from crm_store.domain.catalogue import RETURN_WINDOWS, Category
from crm_store.domain.errors import NotReturnable, ReturnWindowClosed
from crm_store.domain.money import taka
from crm_store.domain.opening_hours import add_bank_days
from crm_store.domain.orders import OrderStatus, PaymentMethod
from crm_store.domain.returns import (
    NotReturnableReason,
    ReturnReason,
    check_returnable,
    choose_line,
    estimate_refund,
    list_returnable_lines,
)
from tests.unit.crm_store.commerce_factories import make_delivered_order, make_line, make_order

DELIVERED_ON = date(2026, 11, 4)


def after(days: int) -> date:
    return DELIVERED_ON + timedelta(days=days)


@pytest.mark.parametrize("days", [0, 7])
def test_clothes_come_back_within_a_week(days: int) -> None:
    order = make_delivered_order()

    check_returnable(order, order.lines[0], ReturnReason.WRONG_SIZE, after(days))


def test_the_eighth_day_is_too_late() -> None:
    order = make_delivered_order()

    with pytest.raises(ReturnWindowClosed):
        check_returnable(order, order.lines[0], ReturnReason.CHANGED_MIND, after(8))


def test_faulty_articles_have_more_time() -> None:
    order = make_delivered_order()

    check_returnable(order, order.lines[0], ReturnReason.DAMAGED, after(14))
    with pytest.raises(ReturnWindowClosed):
        check_returnable(order, order.lines[0], ReturnReason.DAMAGED, after(15))


def test_food_comes_back_only_when_faulty() -> None:
    order = make_delivered_order(lines=(make_line(category=Category.FOOD),))

    check_returnable(order, order.lines[0], ReturnReason.DAMAGED, after(3))
    with pytest.raises(NotReturnable) as refused:
        check_returnable(order, order.lines[0], ReturnReason.CHANGED_MIND, after(0))
    assert refused.value.reason == NotReturnableReason.ONLY_IF_FAULTY


@pytest.mark.parametrize("status", sorted(set(OrderStatus) - {OrderStatus.DELIVERED}))
def test_only_what_arrived_comes_back(status: OrderStatus) -> None:
    order = make_order(status=status)

    with pytest.raises(NotReturnable) as refused:
        check_returnable(order, order.lines[0], ReturnReason.DAMAGED, after(0))
    assert refused.value.reason == NotReturnableReason.NOT_DELIVERED
    assert list_returnable_lines(order, after(0)) == []


def test_the_day_counts_on_the_shops_clock() -> None:
    just_after_midnight_in_dhaka = datetime(2026, 11, 3, 18, 30, tzinfo=UTC)
    order = make_delivered_order(delivered_at=just_after_midnight_in_dhaka)

    assert list_returnable_lines(order, DELIVERED_ON)[0].returnable_until == after(7)


def test_the_list_says_until_when_and_whether_only_faulty_ones() -> None:
    order = make_delivered_order()

    [within_a_week] = list_returnable_lines(order, after(2))
    [later] = list_returnable_lines(order, after(9))

    assert (within_a_week.returnable_until, within_a_week.only_if_faulty) == (after(7), False)
    assert (later.returnable_until, later.only_if_faulty) == (after(14), True)
    assert list_returnable_lines(order, after(15)) == []


def test_an_order_of_one_article_needs_no_choice() -> None:
    order = make_order()

    assert choose_line(order, None) is order.lines[0]


def test_an_order_of_several_articles_does() -> None:
    second = make_line(id=UUID(int=101))
    order = make_order(lines=(make_line(), second))

    assert choose_line(order, second.id) is second
    with pytest.raises(NotReturnable) as unnamed:
        choose_line(order, None)
    with pytest.raises(NotReturnable) as unknown:
        choose_line(order, UUID(int=999))
    assert unnamed.value.reason == NotReturnableReason.WHICH_LINE
    assert unknown.value.reason == NotReturnableReason.NO_SUCH_LINE


def test_every_category_has_a_window_and_faults_never_less_time() -> None:
    assert set(RETURN_WINDOWS) == set(Category)
    assert all(window.days_if_faulty >= window.days for window in RETURN_WINDOWS.values())


@pytest.mark.parametrize(
    ("paid_with", "comes_back_by", "expected_by"),
    [
        (PaymentMethod.BKASH, PaymentMethod.BKASH, date(2026, 11, 24)),
        (PaymentMethod.NAGAD, PaymentMethod.NAGAD, date(2026, 11, 24)),
        (PaymentMethod.CARD, PaymentMethod.CARD, date(2026, 11, 30)),
        (PaymentMethod.COD, PaymentMethod.BKASH, date(2026, 11, 24)),
    ],
)
def test_money_takes_banking_days(
    paid_with: PaymentMethod, comes_back_by: PaymentMethod, expected_by: date
) -> None:
    thursday = date(2026, 11, 19)

    estimate = estimate_refund(taka(500), paid_with, thursday)

    assert (estimate.amount, estimate.method, estimate.expected_by) == (50_000, comes_back_by, expected_by)


def test_friday_and_saturday_are_no_banking_days() -> None:
    thursday = date(2026, 11, 19)

    assert add_bank_days(thursday, 1) == date(2026, 11, 22)
