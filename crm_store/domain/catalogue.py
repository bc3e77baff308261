"""What the shop sells, how it delivers, and how long each kind of thing may be sent back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.money import CURRENCY


class Category(StrEnum):
    SAREES = "sarees"
    CLOTHING = "clothing"
    KIDS = "kids"
    SHOES = "shoes"
    ELECTRONICS = "electronics"
    HOME = "home"
    CRAFTS = "crafts"
    BOOKS = "books"
    BEAUTY = "beauty"
    FOOD = "food"


class Zone(StrEnum):
    """Where a way of delivery goes."""

    DHAKA = "dhaka"
    OUTSIDE_DHAKA = "outside_dhaka"
    PICKUP = "pickup"


@dataclass(frozen=True)
class ReturnWindow:
    """Days after delivery within which an article may be sent back; 0 means not at all."""

    days: int
    days_if_faulty: int

    @property
    def only_if_faulty(self) -> bool:
        return self.days == 0


_WORN_OR_USED: Final = ReturnWindow(days=7, days_if_faulty=14)
_ELECTRONICS: Final = ReturnWindow(days=7, days_if_faulty=30)
_HYGIENE: Final = ReturnWindow(days=0, days_if_faulty=7)
_PERISHABLE: Final = ReturnWindow(days=0, days_if_faulty=3)

RETURN_WINDOWS: Final[Mapping[Category, ReturnWindow]] = {
    Category.SAREES: _WORN_OR_USED,
    Category.CLOTHING: _WORN_OR_USED,
    Category.KIDS: _WORN_OR_USED,
    Category.SHOES: _WORN_OR_USED,
    Category.ELECTRONICS: _ELECTRONICS,
    Category.HOME: _WORN_OR_USED,
    Category.CRAFTS: _WORN_OR_USED,
    Category.BOOKS: _WORN_OR_USED,
    Category.BEAUTY: _HYGIENE,
    Category.FOOD: _PERISHABLE,
}


def return_window(category: str) -> ReturnWindow:
    """The window of a category; an unknown one is treated like clothing."""
    try:
        return RETURN_WINDOWS[Category(category)]
    except ValueError:
        return _WORN_OR_USED


# From here on a customer should know: at the demo shop's pace so many pieces are gone within two days.
FEW_LEFT: Final = 9


@dataclass(frozen=True)
class Product:
    """An article as a shop window shows it; `price` in minor units, `stock` in pieces."""

    id: UUID
    sku: str
    name: str
    name_bn: str
    category: str
    category_bn: str
    price: int
    stock: int
    currency: str = CURRENCY
    search_words: str = ""
    """What else customers call it, in three scripts."""
    warranty_months: int | None = None
    """None: it comes without a warranty."""

    @property
    def is_sold_out(self) -> bool:
        return self.stock == 0

    @property
    def is_nearly_sold_out(self) -> bool:
        return 0 < self.stock <= FEW_LEFT


@dataclass(frozen=True)
class DeliveryOption:
    """A way of delivery: whole days from order to door, `fee` in minor units."""

    code: str
    name: str
    name_bn: str
    days_min: int
    days_max: int
    fee: int
    zone: Zone
    currency: str = CURRENCY
