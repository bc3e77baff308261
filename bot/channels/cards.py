"""Cards in words: what a platform without cards of ours shows of an order, a return or an invoice.

Pure: from a card (docs/contracts/web-channel.md) to titles, facts and lines in the customer's language. One
of an unknown type is nothing: its message's text says enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final, TypeAlias

import orjson
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.channels.wording import known_language
from bot.phrases import CATALOGUE
from crm_store.domain.conversations import JsonObject
from crm_store.domain.money import MINOR_UNITS_PER_TAKA
from crm_store.domain.opening_hours import shop_date

Words: TypeAlias = Mapping[str, str]

MOST_ITEMS: Final = 10  # of an order; the rest is a number
_LOCALES: Final = {"en": "en_IN", "bn": "bn_BD", "bn-Latn": "en_IN"}
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


@dataclass(frozen=True, slots=True)
class CardView:
    """One thing on a card. `facts` are labels with their values, `items` lines of their own."""

    title: str
    state: str
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it as lines of plain text."""
        head = f"{self.title}: {self.state}" if self.state else self.title
        return (head, *self.items, *(f"{label}: {value}" for label, value in self.facts))


def read_card(card: JsonObject | None, language: str | None) -> tuple[CardView, ...]:
    """What the card shows; nothing for a type that is not known, or a shape that is not its type's."""
    reader = _Reader(known_language(language))
    try:
        return tuple(reader.views(card or {}))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()


@cache
def _words(language: str) -> Words:
    words: Words = orjson.loads((CATALOGUE / f"cards.{language}.json").read_bytes())
    return words


class _Reader:
    """Reads cards in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._say = _words(language)

    def views(self, card: JsonObject) -> Iterator[CardView]:
        match card.get("type"):
            case "order":
                yield self._order(card)
            case "orders":
                yield from (self._order(order) for order in card["orders"])
            case "return":
                yield self._return(card)
            case "invoice":
                yield self._invoice(card)

    def _order(self, order: JsonObject) -> CardView:
        state = self._say[f"order_{order['status']}"]
        if order.get("late"):
            state = f"{state} ({self._say['late']})"
        total = self._money(order["total"])
        facts = [*self._dates(order), (self._say["total"], total)]
        facts += [(self._say["tracking"], self._tracking(order))] if order.get("tracking_number") else []
        facts += [(self._say["destination"], order["destination"])] if order.get("destination") else []
        return CardView(self._titled("order", order["number"]), state, tuple(facts), self._items(order))

    def _dates(self, order: JsonObject) -> Iterator[tuple[str, str]]:
        if order.get("delivered_at"):
            yield self._say["delivered"], self._moment(order["delivered_at"])
        elif order["status"] not in ("cancelled", "returned"):
            yield self._say["promised"], self._day(date.fromisoformat(order["promised_by"]))

    def _tracking(self, order: JsonObject) -> str:
        return " ".join(each for each in (order.get("carrier"), order["tracking_number"]) if each)

    def _items(self, order: JsonObject) -> tuple[str, ...]:
        items = order["items"]
        lines = [self._item(item) for item in items[:MOST_ITEMS]]
        if len(items) > MOST_ITEMS:
            lines.append(self._say["more_items"].format(n=self._number(len(items) - MOST_ITEMS)))
        return tuple(lines)

    def _item(self, item: JsonObject) -> str:
        name = item.get("name_bn") if self._language == "bn" else None
        return f"{self._number(item['quantity'])} × {name or item['name']}"

    def _return(self, card: JsonObject) -> CardView:
        facts = [(self._say["order"], card["order_number"])]
        if refund := card.get("refund"):
            state = self._say[f"refund_{refund['status']}"]
            facts.append((self._say["refund"], f"{self._money(refund['amount'])}, {state}"))
        return CardView(
            self._titled("return", card["number"]), self._say[f"return_{card['status']}"], tuple(facts)
        )

    def _invoice(self, card: JsonObject) -> CardView:
        facts = [(self._say["order"], card["order_number"]), (self._say["total"], self._money(card["total"]))]
        if card["due"]:
            facts.append((self._say["due"], self._money(card["due"])))
            return CardView(self._titled("invoice", card["number"]), "", tuple(facts))
        return CardView(self._titled("invoice", card["number"]), self._say["settled"], tuple(facts))

    def _titled(self, word: str, number: str) -> str:
        return f"{self._say[word]} {number}"

    def _money(self, minor: int) -> str:
        pattern = "#,##,##0" if minor % MINOR_UNITS_PER_TAKA == 0 else "#,##,##0.00"
        amount = format_decimal(minor / MINOR_UNITS_PER_TAKA, format=pattern, locale="en_IN")
        return self._say["money"].format(amount=self._digits(str(amount)))

    def _number(self, number: int) -> str:
        return self._digits(str(number))

    def _day(self, day: date) -> str:
        return self._digits(str(format_date(day, "d MMMM", locale=_LOCALES[self._language])))

    def _moment(self, moment: str) -> str:
        return self._day(shop_date(datetime.fromisoformat(moment)))

    def _digits(self, text: str) -> str:
        return text.translate(_BENGALI_DIGITS) if self._language == "bn" else text
