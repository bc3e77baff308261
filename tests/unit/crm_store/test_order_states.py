"""Who may change an order when, and which way an order can go."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from crm_store.domain.errors import AddressNotChangeable, NotCancellable
from crm_store.domain.orders import (
    BEFORE_SHIPPING,
    CLOSED_STATUSES,
    NEXT_STATUSES,
    ChangedBy,
    Order,
    OrderStatus,
    PaymentMethod,
    Refusal,
)
from tests.unit.crm_store.commerce_factories import make_address, make_order

statuses = st.sampled_from(OrderStatus)


@pytest.mark.parametrize("status", [OrderStatus.PENDING_PAYMENT, OrderStatus.PLACED])
def test_a_customer_cancels_before_packing(status: OrderStatus) -> None:
    assert make_order(status=status).cancelled().status is OrderStatus.CANCELLED


def test_only_a_person_cancels_a_packed_order() -> None:
    packed = make_order(status=OrderStatus.PACKED)

    assert packed.cancelled(ChangedBy.AGENT).status is OrderStatus.CANCELLED
    with pytest.raises(NotCancellable) as refused:
        packed.cancelled(ChangedBy.CUSTOMER)
    assert (refused.value.order, refused.value.reason) == ("KT-10234", Refusal.ALREADY_PACKED)


@pytest.mark.parametrize("by", ChangedBy)
@pytest.mark.parametrize("status", sorted(set(OrderStatus) - BEFORE_SHIPPING))
def test_nobody_cancels_what_has_left_the_shop(status: OrderStatus, by: ChangedBy) -> None:
    with pytest.raises(NotCancellable):
        make_order(status=status).cancelled(by)


@pytest.mark.parametrize("status", sorted(BEFORE_SHIPPING))
def test_the_address_changes_until_the_parcel_leaves(status: OrderStatus) -> None:
    elsewhere = make_address(area="Zindabazar", city="Sylhet")

    assert make_order(status=status).sent_to(elsewhere).address.label == "Zindabazar, Sylhet"


def test_a_shipped_parcel_keeps_its_address() -> None:
    with pytest.raises(AddressNotChangeable) as refused:
        make_order(status=OrderStatus.SHIPPED).sent_to(make_address())
    assert refused.value.reason == Refusal.ALREADY_SHIPPED


@given(status=statuses, days=st.integers(-400, 400))
def test_only_an_open_order_past_its_day_is_late(status: OrderStatus, days: int) -> None:
    order = make_order(status=status)
    today = order.promised_by + timedelta(days=days)

    assert order.is_late(today) == (status not in CLOSED_STATUSES and days > 0)


def test_the_promised_day_itself_is_not_late() -> None:
    assert not make_order(promised_by=date(2026, 11, 5)).is_late(date(2026, 11, 5))


@given(status=statuses, by=st.sampled_from(ChangedBy))
def test_cancelling_follows_the_map_of_states(status: OrderStatus, by: ChangedBy) -> None:
    order = make_order(status=status)

    assert not order.is_cancellable(by) or order.may_become(OrderStatus.CANCELLED)


@given(status=statuses)
def test_an_agent_may_cancel_whatever_the_customer_may(status: OrderStatus) -> None:
    order = make_order(status=status)

    assert not order.is_cancellable(ChangedBy.CUSTOMER) or order.is_cancellable(ChangedBy.AGENT)


@pytest.mark.parametrize(
    ("method", "status", "paid"),
    [
        (PaymentMethod.BKASH, OrderStatus.PENDING_PAYMENT, False),
        (PaymentMethod.BKASH, OrderStatus.PLACED, True),
        (PaymentMethod.CARD, OrderStatus.SHIPPED, True),
        (PaymentMethod.COD, OrderStatus.SHIPPED, False),
        (PaymentMethod.COD, OrderStatus.DELIVERED, True),
        (PaymentMethod.NAGAD, OrderStatus.CANCELLED, False),
    ],
)
def test_the_shop_knows_whether_it_holds_money(
    method: PaymentMethod, status: OrderStatus, *, paid: bool
) -> None:
    assert make_order(payment_method=method, status=status).is_paid is paid


class OrderLife(RuleBasedStateMachine):
    """Any course of events an order may take."""

    def __init__(self) -> None:
        super().__init__()
        self.order: Order = make_order(status=OrderStatus.PENDING_PAYMENT)
        self.has_left = False

    @precondition(lambda self: bool(NEXT_STATUSES[self.order.status]))
    @rule(data=st.data())
    def moves_on(self, data: st.DataObject) -> None:
        following = data.draw(st.sampled_from(sorted(NEXT_STATUSES[self.order.status])))
        self.order = make_order(status=following)
        self.has_left = self.has_left or following is OrderStatus.SHIPPED

    @rule(by=st.sampled_from(ChangedBy))
    def somebody_cancels(self, by: ChangedBy) -> None:
        before = self.order
        try:
            self.order = before.cancelled(by)
        except NotCancellable:
            assert before.status not in {OrderStatus.PENDING_PAYMENT, OrderStatus.PLACED}
        else:
            assert not self.has_left

    @invariant()
    def what_has_left_is_neither_cancelled_nor_redirected(self) -> None:
        if self.has_left:
            assert self.order.status is not OrderStatus.CANCELLED
            assert not self.order.is_address_changeable

    @invariant()
    def a_closed_order_is_never_late(self) -> None:
        assert self.order.is_open or not self.order.is_late(date.max)


TestOrderLife = OrderLife.TestCase
