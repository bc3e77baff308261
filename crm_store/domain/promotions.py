"""Discounts: what they take off, for whom, and why a code does not work."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from crm_store.domain.customers import Tier
from crm_store.domain.orders import Order, OrderLine, PaymentMethod


class PromotionKind(StrEnum):
    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_DELIVERY = "free_delivery"


class CodeProblem(StrEnum):
    """Why a code takes nothing off."""

    UNKNOWN = "unknown"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    USED = "used"
    TIER = "tier"
    """It is for members of a higher tier."""
    FIRST_ORDER = "first_order"
    CATEGORY = "category"
    """The order holds none of the things it is for."""
    MINIMUM = "minimum"
    METHOD = "method"
    """It is for another way of paying."""


@dataclass(frozen=True)
class Shopper:
    """What decides whether a promotion is for a customer."""

    tier: Tier
    has_ordered: bool
    used: frozenset[str] = frozenset()
    """Codes that were used already."""


@dataclass(frozen=True)
class Promotion:
    """`value` is whole percents or minor units; the days are included. None: for all of them."""

    id: UUID
    code: str
    name: str
    name_bn: str
    kind: PromotionKind
    value: int
    starts_on: date
    ends_on: date
    min_total: int = 0
    category: str | None = None
    tier: Tier | None = None
    """The lowest tier it is for."""
    payment_method: PaymentMethod | None = None
    first_order_only: bool = False
    once: bool = False
    """Every customer may use it once."""

    def is_running(self, today: date) -> bool:
        return self.starts_on <= today <= self.ends_on

    def problem(
        self, today: date, shopper: Shopper | None = None, order: Order | None = None
    ) -> CodeProblem | None:
        """Why it takes nothing off; None when it does, as far as `shopper` and `order` are known."""
        if today < self.starts_on:
            return CodeProblem.NOT_STARTED
        if today > self.ends_on:
            return CodeProblem.EXPIRED
        for_nobody = self._problem_of(shopper) if shopper else None
        return for_nobody or (self._problem_with(order) if order else None)

    def is_for(self, shopper: Shopper) -> bool:
        return self._problem_of(shopper) is None

    def discount_on(self, order: Order) -> int:
        """What it takes off `order`, in minor units."""
        if self.kind is PromotionKind.FREE_DELIVERY:
            return order.delivery_fee
        covered = self._covered(order)
        return min(self.value, covered) if self.kind is PromotionKind.AMOUNT else covered * self.value // 100

    def _problem_of(self, shopper: Shopper) -> CodeProblem | None:
        if self.code in shopper.used and (self.once or self.first_order_only):
            return CodeProblem.USED
        if self.tier and list(Tier).index(shopper.tier) < list(Tier).index(self.tier):
            return CodeProblem.TIER
        return CodeProblem.FIRST_ORDER if self.first_order_only and shopper.has_ordered else None

    def _problem_with(self, order: Order) -> CodeProblem | None:
        covered = self._covered(order)
        if not covered:
            return CodeProblem.CATEGORY
        if covered < self.min_total:
            return CodeProblem.MINIMUM
        return CodeProblem.METHOD if self.payment_method not in (None, order.payment_method) else None

    def _covered(self, order: Order) -> int:
        return sum(line.total for line in order.lines if self._covers(line))

    def _covers(self, line: OrderLine) -> bool:
        return self.category in (None, line.category)


@dataclass(frozen=True)
class CodeReport:
    """What is true about a code: `problem` is None when it works, `order` is the one it was tried on."""

    code: str
    promotion: Promotion | None
    problem: CodeProblem | None
    order: Order | None
    instead: Promotion | None
    """Another one the customer can use."""
