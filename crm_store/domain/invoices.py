"""What an order costs, line by line."""

from dataclasses import dataclass

from crm_store.domain.orders import ORDER_NUMBER_DIGITS, Order, OrderStatus

INVOICE_PREFIX = "INV-"


@dataclass(frozen=True)
class Invoice:
    """The bill of one order; `code` is the promotion that was used. Amounts in minor units."""

    order: Order
    code: str | None = None

    @property
    def number(self) -> str:
        """ "INV-10234" for the order KT-10234."""
        return INVOICE_PREFIX + self.order.number[-ORDER_NUMBER_DIGITS:]

    @property
    def subtotal(self) -> int:
        return sum(line.total for line in self.order.lines)

    @property
    def discount(self) -> int:
        return max(0, self.subtotal + self.order.delivery_fee - self.order.total)

    @property
    def is_cancelled(self) -> bool:
        return self.order.status is OrderStatus.CANCELLED

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return 0 if self.order.is_paid or self.is_cancelled else self.order.total
