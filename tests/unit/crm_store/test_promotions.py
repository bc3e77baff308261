"""When a code takes something off, how much, and why not."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm_store.domain.catalogue import Category
from crm_store.domain.customers import Tier
from crm_store.domain.money import taka
from crm_store.domain.orders import PaymentMethod
from crm_store.domain.promotions import CodeProblem, Promotion, PromotionKind, Shopper
from tests.unit.crm_store.commerce_factories import make_line, make_order

TODAY = date(2026, 11, 21)
REGULAR = Shopper(Tier.SILVER, has_ordered=True)


def make_promotion(**changes: Any) -> Promotion:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "code": "TEN",
        "name": "10 % off",
        "name_bn": "১০% ছাড়",
        "kind": PromotionKind.PERCENT,
        "value": 10,
        "starts_on": TODAY - timedelta(days=1),
        "ends_on": TODAY,
    }
    return Promotion(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        (
            {"starts_on": TODAY + timedelta(days=1), "ends_on": TODAY + timedelta(days=2)},
            CodeProblem.NOT_STARTED,
        ),
        ({"ends_on": TODAY - timedelta(days=1)}, CodeProblem.EXPIRED),
        ({"tier": Tier.GOLD}, CodeProblem.TIER),
        ({"tier": Tier.BRONZE}, None),
        ({"first_order_only": True}, CodeProblem.FIRST_ORDER),
        ({"category": Category.SAREES}, CodeProblem.CATEGORY),
        ({"min_total": taka(1251)}, CodeProblem.MINIMUM),
        ({"min_total": taka(1250)}, None),
        ({"payment_method": PaymentMethod.CARD}, CodeProblem.METHOD),
    ],
)
def test_the_first_true_reason_is_given(changes: dict[str, Any], problem: CodeProblem | None) -> None:
    assert make_promotion(**changes).problem(TODAY, REGULAR, make_order()) is problem


def test_a_code_for_once_is_used_up_by_one_use() -> None:
    used = Shopper(Tier.GOLD, has_ordered=True, used=frozenset({"TEN"}))

    assert make_promotion(once=True).problem(TODAY, used) is CodeProblem.USED
    assert make_promotion(first_order_only=True).problem(TODAY, used) is CodeProblem.USED
    assert make_promotion().problem(TODAY, used) is None


def test_of_a_stranger_only_the_days_are_known() -> None:
    assert make_promotion(tier=Tier.PLATINUM, once=True).problem(TODAY) is None


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, taka(125)),
        ({"category": Category.SAREES}, 0),
        ({"kind": PromotionKind.AMOUNT, "value": taka(100)}, taka(100)),
        ({"kind": PromotionKind.AMOUNT, "value": taka(9999)}, taka(1250)),
        ({"kind": PromotionKind.FREE_DELIVERY, "value": 0}, taka(60)),
    ],
)
def test_it_takes_off_what_it_says_and_never_more_than_it_covers(
    changes: dict[str, Any], amount: int
) -> None:
    order = make_order(delivery_fee=taka(60))

    assert make_promotion(**changes).discount_on(order) == amount


def test_the_minimum_counts_only_what_is_covered() -> None:
    order = make_order(lines=(make_line(), make_line(category=Category.SAREES, unit_price=taka(900))))
    sarees = make_promotion(category=Category.SAREES, min_total=taka(1000))

    assert sarees.problem(TODAY, REGULAR, order) is CodeProblem.MINIMUM
