"""What is true about an order: its states, who may change it when, and how its number is written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.blanks import single_blanks
from crm_store.domain.errors import AddressNotChangeable, NotCancellable
from crm_store.domain.money import CURRENCY


class OrderStatus(StrEnum):
    PENDING_PAYMENT = "pending_payment"
    PLACED = "placed"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class PaymentMethod(StrEnum):
    BKASH = "bkash"
    NAGAD = "nagad"
    CARD = "card"
    COD = "cod"


class ShipmentStatus(StrEnum):
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    SENT_BACK = "sent_back"


class ChangedBy(StrEnum):
    """Who asks for a change of an order."""

    CUSTOMER = "customer"
    AGENT = "agent"


class Refusal(StrEnum):
    """Why an order cannot be cancelled, or sent elsewhere, any more."""

    ALREADY_PACKED = "already_packed"
    ALREADY_SHIPPED = "already_shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ALREADY_DELIVERED = "already_delivered"
    ALREADY_CANCELLED = "already_cancelled"
    ALREADY_RETURNED = "already_returned"


NEXT_STATUSES: Final[Mapping[OrderStatus, frozenset[OrderStatus]]] = {
    OrderStatus.PENDING_PAYMENT: frozenset({OrderStatus.PLACED, OrderStatus.CANCELLED}),
    OrderStatus.PLACED: frozenset({OrderStatus.PACKED, OrderStatus.CANCELLED}),
    OrderStatus.PACKED: frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED}),
    OrderStatus.SHIPPED: frozenset(
        {OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED, OrderStatus.RETURNED}
    ),
    OrderStatus.OUT_FOR_DELIVERY: frozenset(
        # A courier who finds nobody at home takes the parcel back to the hub.
        {OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.RETURNED}
    ),
    OrderStatus.DELIVERED: frozenset({OrderStatus.RETURNED}),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.RETURNED: frozenset(),
}

CLOSED_STATUSES: Final = frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.RETURNED})
OPEN_STATUSES: Final = frozenset(OrderStatus) - CLOSED_STATUSES
BEFORE_SHIPPING: Final = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.PLACED, OrderStatus.PACKED})

CANCELLABLE_BY: Final[Mapping[ChangedBy, frozenset[OrderStatus]]] = {
    # Once a parcel is packed only a person can still fish it out of the pile.
    ChangedBy.CUSTOMER: frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.PLACED}),
    ChangedBy.AGENT: BEFORE_SHIPPING,
}

_REFUSALS: Final[Mapping[OrderStatus, Refusal]] = {
    OrderStatus.PACKED: Refusal.ALREADY_PACKED,
    OrderStatus.SHIPPED: Refusal.ALREADY_SHIPPED,
    OrderStatus.OUT_FOR_DELIVERY: Refusal.OUT_FOR_DELIVERY,
    OrderStatus.DELIVERED: Refusal.ALREADY_DELIVERED,
    OrderStatus.CANCELLED: Refusal.ALREADY_CANCELLED,
    OrderStatus.RETURNED: Refusal.ALREADY_RETURNED,
}


@dataclass(frozen=True)
class Address:
    """Where a parcel goes. `label` is safe to read out; `line` and `phone` are personal."""

    line: str
    area: str
    city: str
    postcode: str | None = None
    phone: str | None = None

    @property
    def label(self) -> str:
        """Area and city, "Mirpur, Dhaka"."""
        return ", ".join(part for part in (self.area, self.city) if part)


# Longer ones are pasted by mistake: couriers print some 100 characters. The others are the columns' widths.
MAX_ADDRESS_TEXT: Final = 300
MAX_POSTCODE: Final = 16
MAX_PHONE: Final = 32


@dataclass(frozen=True)
class NewAddress:
    """An address a customer gives for an order. Raises ValueError when a part is missing or too long."""

    line: str
    area: str
    city: str
    postcode: str | None = None
    phone: str | None = None

    def __post_init__(self) -> None:
        if not self.line.strip() or not self.city.strip():
            raise ValueError("an address needs a line and a city")
        if max(len(self.line), len(self.area), len(self.city)) > MAX_ADDRESS_TEXT:
            raise ValueError(f"a part of an address has at most {MAX_ADDRESS_TEXT} characters")
        if len(self.postcode or "") > MAX_POSTCODE or len(self.phone or "") > MAX_PHONE:
            raise ValueError(f"at most {MAX_POSTCODE} characters of postcode and {MAX_PHONE} of phone")

    def replacing(self, old: Address) -> Address:
        """The address to send to; the courier keeps the old phone number unless there is a new one."""
        return Address(
            line=self.line.strip(),
            area=self.area.strip(),
            city=self.city.strip(),
            postcode=self.postcode,
            phone=self.phone or old.phone,
        )


@dataclass(frozen=True)
class OrderLine:
    """One article of an order; `unit_price` in minor units, as it was on the day of the order."""

    id: UUID
    product_id: UUID
    product_name: str
    product_name_bn: str
    category: str
    quantity: int
    unit_price: int
    variant: str | None = None
    """Size or colour, "M / Maroon"."""

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class Shipment:
    carrier: str
    tracking_number: str
    status: ShipmentStatus
    shipped_at: datetime | None = None


@dataclass(frozen=True)
class Order:
    """An order with its lines, newest parcel and destination. Amounts in minor units of `currency`."""

    id: UUID
    number: str
    customer_id: UUID
    status: OrderStatus
    placed_at: datetime
    promised_by: date
    delivered_at: datetime | None
    total: int
    lines: tuple[OrderLine, ...]
    shipment: Shipment | None
    address: Address
    payment_method: PaymentMethod
    delivery_fee: int = 0
    delivery_option: str | None = None
    currency: str = CURRENCY

    @property
    def is_open(self) -> bool:
        """Still on its way to the customer, or not yet paid."""
        return self.status in OPEN_STATUSES

    @property
    def is_paid(self) -> bool:
        """The shop holds the customer's money for it."""
        if self.payment_method is PaymentMethod.COD:
            return self.status is OrderStatus.DELIVERED
        return self.status not in {OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELLED}

    @property
    def is_address_changeable(self) -> bool:
        return self.status in BEFORE_SHIPPING

    def is_late(self, today: date) -> bool:
        """Open past the day it was promised for. `today` is the shop's calendar day."""
        return self.is_open and self.promised_by < today

    def is_cancellable(self, by: ChangedBy = ChangedBy.CUSTOMER) -> bool:
        return self.status in CANCELLABLE_BY[by]

    def may_become(self, status: OrderStatus) -> bool:
        return status in NEXT_STATUSES[self.status]

    def refusal(self) -> Refusal:
        """Why this order's state stands in the way; only meaningful when a change was refused."""
        return _REFUSALS[self.status]

    def find_line(self, line_id: UUID) -> OrderLine | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def cancelled(self, by: ChangedBy = ChangedBy.CUSTOMER) -> "Order":
        """This order, cancelled. Raises NotCancellable with the reason when it is too late."""
        if not self.is_cancellable(by):
            raise NotCancellable(self.number, self.refusal())
        return replace(self, status=OrderStatus.CANCELLED)

    def sent_to(self, address: Address) -> "Order":
        """This order with another destination. Raises AddressNotChangeable once it has left the shop."""
        if not self.is_address_changeable:
            raise AddressNotChangeable(self.number, self.refusal())
        return replace(self, address=address)


ORDER_NUMBER_DIGITS: Final = 5
_PREFIX: Final = "KT-"

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_GAP: Final = r"[\s:#._/\-\u2010-\u2015\u2212]*"
_NUMBER: Final = rf"([0-9]{{{ORDER_NUMBER_DIGITS}}})(?![0-9]|[.,][0-9])"
_WORDS_FOR_NUMBER: Final = r"no|nos|number|num|nombor|nambar|nomber|numbar|id|নম্বর|নাম্বার|নং|আইডি"
_WORDS_FOR_ORDER: Final = r"order|ordar|odar|oder|অর্ডার|অডার"
_LITTLE_WORDS: Final = r"(?:টা|টি|ta|ti|er|এর)?\s*(?:is|holo|hocche|হলো|হল|হচ্ছে)?"

_WITH_PREFIX: Final = re.compile(
    rf"(?<![a-z0-9])(?:k\s?t|কেটি|কে\s?টি){_GAP}(?:(?:{_WORDS_FOR_NUMBER}){_GAP})?{_NUMBER}"
)
_WITH_WORD: Final = re.compile(
    rf"(?:#\s*|(?<![a-z])(?:{_WORDS_FOR_NUMBER}|{_WORDS_FOR_ORDER})\s*{_LITTLE_WORDS}{_GAP}){_NUMBER}"
)
_BARE: Final = re.compile(rf"[\W_]*{_NUMBER}[\W_]*\Z")


def parse_order_number(text: str) -> str | None:
    """The order number a customer means, as "KT-10234", or None.

    Understands any case, any decimal digits (১০২৩৪), missing or odd separators, and a number with no prefix
    when it stands alone or after a word such as "order", "no" or "#". Five digits elsewhere in a sentence may
    be a price, and two different numbers may mean either: both give None.
    """
    folded = _fold(text)
    for pattern in (_WITH_PREFIX, _WITH_WORD):
        found = set(pattern.findall(folded))
        if found:
            return _PREFIX + found.pop() if len(found) == 1 else None
    alone = _BARE.match(folded)
    return _PREFIX + alone.group(1) if alone else None


def _fold(text: str) -> str:
    plain = single_blanks(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).casefold()
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
