"""Believable orders, thrown with seeded dice: the same every time, dated from the day of seeding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from crm_store.domain.catalogue import Zone, return_window
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import OrderStatus, PaymentMethod
from crm_store.domain.returns import RefundStatus, ReturnReason, ReturnStatus
from crm_store.seed.content import Article, Content, DeliveryWay
from crm_store.seed.order_rows import Ordered, OrderPlan, ReturnPlan
from crm_store.seed.people_rows import Customer
from crm_store.seed.rows import Calendar

CARRIERS: Final = ("Pathao Courier", "Steadfast Courier", "RedX", "Sundarban Courier")
PAYMENTS: Final = {
    PaymentMethod.COD: 45,
    PaymentMethod.BKASH: 30,
    PaymentMethod.NAGAD: 12,
    PaymentMethod.CARD: 13,
}
# What a young order may be doing, by its age in days; older ones are settled.
YOUNG: Final = {
    0: (OrderStatus.PENDING_PAYMENT, OrderStatus.PLACED),
    1: (OrderStatus.PLACED, OrderStatus.PACKED),
    2: (OrderStatus.PACKED, OrderStatus.SHIPPED),
    3: (OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.DELIVERED),
    4: (OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED),
    5: (OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED),
    6: (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.CANCELLED),
    7: (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.DELIVERED),
}
SETTLED_AFTER: Final = 8
# Old enough that nothing in it can be sent back any more.
LONG_AGO: Final = 50

SHARE_OF_YOUNG: Final = 0.16
SHARE_CANCELLED: Final = 0.08
SHARE_LOST: Final = 0.02
SHARE_LATE: Final = 0.12
SHARE_RETURNED: Final = 0.13
SHARE_REJECTED: Final = 0.12
SHARE_FAILED_REFUNDS: Final = 0.06

# Numbered when all orders are known, in the order they were placed.
UNNUMBERED: Final = ""


@dataclass(frozen=True)
class OrderDice:
    """Throws orders of `content`'s articles."""

    random: Random
    content: Content
    calendar: Calendar

    def throw(self, customer: Customer) -> OrderPlan:
        """One order of an ordinary customer, of any age and in any state."""
        if self.random.random() < SHARE_OF_YOUNG:
            days_ago = self.random.randint(0, SETTLED_AFTER - 1)
            return self._order(customer, days_ago, self.random.choice(YOUNG[days_ago]))
        days_ago = self.random.randint(SETTLED_AFTER, customer.since_days)
        return self._order(customer, days_ago, self._settled_status(days_ago))

    def throw_long_ago(self, customer: Customer) -> OrderPlan:
        """One delivered order of a persona, too old to matter to its story."""
        days_ago = self.random.randint(LONG_AGO, customer.since_days)
        return self._order(customer, days_ago, OrderStatus.DELIVERED, may_be_returned=False)

    def _settled_status(self, days_ago: int) -> OrderStatus:
        chance = self.random.random()
        if chance < SHARE_CANCELLED:
            return OrderStatus.CANCELLED
        if chance < SHARE_CANCELLED + SHARE_LOST and days_ago < SETTLED_AFTER + 14:
            return OrderStatus.SHIPPED  # and late
        return OrderStatus.DELIVERED

    def _order(
        self, customer: Customer, days_ago: int, status: OrderStatus, *, may_be_returned: bool = True
    ) -> OrderPlan:
        way = self._way(customer)
        method = self._payment(status)
        placed_at = self.calendar.at(days_ago, self.random.randint(8, 22), self.random.randint(1, 59))
        promised_by = shop_date(placed_at) + timedelta(days=way.days_max)
        lines = self._lines()
        delivered_at = self._delivered_at(days_ago, way) if status is OrderStatus.DELIVERED else None
        return_ = self._return(lines, delivered_at) if may_be_returned and delivered_at else None
        sent_back = return_ is not None and return_.status is ReturnStatus.COMPLETED and len(lines) == 1
        return OrderPlan(
            number=UNNUMBERED,
            customer_id=customer.id,
            address=customer.address,
            status=OrderStatus.RETURNED if sent_back else status,
            placed_at=placed_at,
            promised_by=promised_by,
            payment_method=method,
            way=way,
            lines=lines,
            carrier=self.random.choice(CARRIERS),
            delivered_at=delivered_at,
            return_=return_,
            cancel_refund=self._cancel_refund(status, method, days_ago),
        )

    def _way(self, customer: Customer) -> DeliveryWay:
        zone = Zone.DHAKA if customer.address["city"] == "Dhaka" else Zone.OUTSIDE_DHAKA
        standard, express = [way for way in self.content.ways.values() if way.zone == zone]
        return express if self.random.random() < 0.2 else standard

    def _payment(self, status: OrderStatus) -> PaymentMethod:
        methods = dict(PAYMENTS)
        if status is OrderStatus.PENDING_PAYMENT:
            del methods[PaymentMethod.COD]  # cash is never awaited
        return self.random.choices(list(methods), list(methods.values()))[0]

    def _lines(self) -> tuple[Ordered, ...]:
        how_many = self.random.choices((1, 2, 3), (60, 28, 12))[0]
        articles = self.random.sample(list(self.content.articles.values()), how_many)
        return tuple(self._line(article) for article in articles)

    def _line(self, article: Article) -> Ordered:
        quantity = self.random.choices((1, 2, 3), (80, 15, 5))[0]
        variant = self.random.choice(article.variants) if article.variants else None
        return Ordered(article, quantity, variant)

    def _delivered_at(self, days_ago: int, way: DeliveryWay) -> datetime:
        takes = self.random.randint(max(1, way.days_min), way.days_max)
        if self.random.random() < SHARE_LATE:
            takes = way.days_max + self.random.randint(1, 5)
        return self.calendar.at(max(1, days_ago - takes), self.random.randint(10, 20))

    def _return(self, lines: Sequence[Ordered], delivered_at: datetime) -> ReturnPlan | None:
        requested_at = delivered_at + timedelta(days=2)
        days_ago = (self.calendar.today - shop_date(requested_at)).days
        if days_ago < 1 or self.random.random() > SHARE_RETURNED:
            return None
        article = self.random.choice(lines).article
        only_faulty = return_window(article.category).only_if_faulty
        reason = ReturnReason.DAMAGED if only_faulty else self.random.choice(list(ReturnReason))
        status = self._return_status(days_ago)
        return ReturnPlan(UNNUMBERED, article, reason.value, status, requested_at, self._refund(status))

    def _return_status(self, days_ago: int) -> ReturnStatus:
        if days_ago < 3:
            return ReturnStatus.REQUESTED
        if days_ago < 6:
            return ReturnStatus.APPROVED
        if days_ago < 9:
            return ReturnStatus.RECEIVED
        return ReturnStatus.REJECTED if self.random.random() < SHARE_REJECTED else ReturnStatus.COMPLETED

    def _refund(self, status: ReturnStatus) -> RefundStatus | None:
        if status is ReturnStatus.RECEIVED:
            return RefundStatus.PENDING
        if status is not ReturnStatus.COMPLETED:
            return None
        failed = self.random.random() < SHARE_FAILED_REFUNDS
        return RefundStatus.FAILED if failed else RefundStatus.ISSUED

    def _cancel_refund(
        self, status: OrderStatus, method: PaymentMethod, days_ago: int
    ) -> RefundStatus | None:
        if status is not OrderStatus.CANCELLED or method is PaymentMethod.COD:
            return None
        return RefundStatus.ISSUED if days_ago >= SETTLED_AFTER else RefundStatus.PENDING
