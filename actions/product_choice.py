"""Finding out which product a message means, and showing products to choose from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from actions.turn import Button, Turn
from crm_store.domain.catalogue import Product
from crm_store.domain.errors import UnknownConversation, VerificationNeeded
from crm_store.domain.money import MINOR_UNITS_PER_TAKA
from crm_store.domain.product_search import rank_products
from crm_store.domain.spelling import words_of
from crm_store.use_cases.products import list_articles_of_order, list_catalogue
from crm_store.use_cases.unit_of_work import Store

PRODUCT_FORM: Final = "product_form"
# More buttons than this are a list nobody reads; the name can be typed.
MAX_OFFERED: Final = 5
# A long message would fill the slot; the beginning says what it is about.
MAX_QUESTION: Final = 300
_ADVICE: Final = words_of("recommend recommends recommendation suggest suggestion suggestions সাজেস্ট সাজেশন")
_THOUSANDS: Final = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d)?)\s?k\b", re.IGNORECASE)  # "budget 3k"


@dataclass(frozen=True)
class Meant:
    """What a message means: one product, several that fit, or one that is not sold here."""

    product: Product | None = None
    candidates: Sequence[Product] = ()
    not_sold: str | None = None
    catalogue: Sequence[Product] = field(default=(), repr=False)


async def find_meant(store: Store, turn: Turn) -> Meant:
    """The product of the message, else the one being talked about."""
    catalogue = await list_catalogue(store)
    clicked = clicked_product(turn, catalogue)
    if clicked:
        return Meant(clicked, catalogue=catalogue)
    fitting = _of_category(turn, catalogue) or rank_products(turn.text, catalogue)
    current = find_by_sku(turn.slot("product"), catalogue)
    if len(fitting) == 1 or (current and current in fitting):
        return Meant(current if current in fitting else fitting[0], catalogue=catalogue)
    if fitting:
        return Meant(candidates=fitting, catalogue=catalogue)
    if turn.entity("product"):
        return Meant(not_sold=turn.entity("product"), catalogue=catalogue)
    if words_of(turn.text) & _ADVICE:
        return Meant(catalogue=catalogue)  # "recommend me something" is not about what was ordered
    if current and not affordable(turn, [current]):
        return Meant(catalogue=catalogue)  # an amount below its price is about something else
    return Meant(current or await _only_article_of_order(store, turn), catalogue=catalogue)


def clicked_product(turn: Turn, catalogue: Iterable[Product]) -> Product | None:
    """The product a button names by its article number."""
    return find_by_sku(turn.entity("product"), catalogue)


def _of_category(turn: Turn, catalogue: Iterable[Product]) -> list[Product]:
    """Those of the kind that a button names."""
    return [product for product in catalogue if product.category == turn.entity("category")]


def find_by_sku(sku: str | None, catalogue: Iterable[Product]) -> Product | None:
    return next((product for product in catalogue if product.sku == sku), None)


async def _only_article_of_order(store: Store, turn: Turn) -> Product | None:
    """ "Does it have a warranty?" after "where is my order?" means what was ordered, if that is one thing."""
    number = turn.slot("order_number")
    if not number or not turn.is_verified:
        return None
    try:
        articles = await list_articles_of_order(store, turn.conversation_id, number)
    except (VerificationNeeded, UnknownConversation):
        return None
    return articles[0] if len(articles) == 1 else None


def affordable(turn: Turn, products: Sequence[Product]) -> list[Product]:
    """Those within the amount the message names; all when it names none (or none is so cheap)."""
    limit = budget(turn)
    return [product for product in products if limit is None or product.price <= limit]


def budget(turn: Turn) -> int | None:
    """The amount of money in the message, in minor units of the shop's currency."""
    money: Any = turn.value_of("money")
    if isinstance(money, dict) and money.get("currency") == "BDT":
        return int(money["amount"])
    thousands = _THOUSANDS.search(turn.text)
    return int(float(thousands[1]) * 1000 * MINOR_UNITS_PER_TAKA) if thousands else None


def wanted_quantity(turn: Turn) -> int:
    """How many pieces the message is about; one unless it says so."""
    quantity = turn.value_of("quantity")
    return quantity if isinstance(quantity, int) and quantity > 0 else 1


def product_name(turn: Turn, product: Product) -> str:
    return turn.format.name(product.name, product.name_bn)


def product_line(turn: Turn, product: Product) -> str:
    """Name, price, and that it is sold out if it is."""
    return turn.words(
        "line.product_sold_out" if product.is_sold_out else "line.product",
        name=product_name(turn, product),
        price=turn.format.money(product.price),
    )


def product_buttons(turn: Turn, products: Sequence[Product], intent: str) -> list[Button]:
    """One button per product, which asks `intent` about it."""
    return [
        {"title": product_name(turn, product), "payload": about(intent, product)}
        for product in products[:MAX_OFFERED]
    ]


def about(intent: str, product: Product, wish: str | None = None) -> str:
    """The payload of a button that means `intent` about `product`."""
    rest = f', "wish": "{wish}"' if wish else ""
    return f'/{intent}{{"product": "{product.sku}"{rest}}}'


def note_question(turn: Turn, intent: str, *, is_open: bool = False) -> None:
    """Remember what is being asked, for when it is known about which product."""
    earlier = turn.slot("product_question") or {}
    typed = turn.entity("wish") is None and not turn.text.startswith("/")
    text = turn.text if typed else earlier.get("text", "")
    turn.set(
        product_question={
            "intent": intent,
            "text": text[:MAX_QUESTION],
            "quantity": wanted_quantity(turn),
            "open": is_open,
        }
    )


def ask_which(turn: Turn, candidates: Sequence[Product], intent: str) -> None:
    """Have the form ask which product; inside another form only say what is missing."""
    if turn.active_form in (None, PRODUCT_FORM):
        turn.set(product=None, offered_choices=[product.sku for product in candidates[:MAX_OFFERED]])
        turn.follow_up(PRODUCT_FORM)
    else:
        turn.say("utter_which_product_in_between", buttons=product_buttons(turn, candidates, intent))
