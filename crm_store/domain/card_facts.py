"""What the customer memory knows that matters when a person takes over."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from crm_store.domain.card_sources import CardSources
from crm_store.domain.card_wants import describe_status
from crm_store.domain.handoff_card import CardFact
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.reviews import LOW
from crm_store.domain.sentences import Sentence, ago, money, say

MAX_OPEN_ORDERS: Final = 3
MAX_TICKETS: Final = 3
# From so many on, returns are worth a word.
MANY_RETURNS: Final = 2
VERY_LATE_DAYS: Final = 3


def list_facts(sources: CardSources, today: date) -> tuple[CardFact, ...]:
    """The gravest first."""
    facts = [
        *_late_orders(sources, today),
        *_risk(sources),
        *_rating(sources, today),
        *_tickets(sources),
        *_open_orders(sources, today),
        *_returns(sources),
        *_value(sources),
    ]
    grave = ("danger", "warning", "info")
    return tuple(sorted(facts, key=lambda fact: grave.index(fact.severity)))


def _fact(kind: str, sentence: Sentence, severity: str = "info", ref: str | None = None) -> CardFact:
    return CardFact(kind, sentence.en, sentence.bn, severity, ref)


def _late_orders(sources: CardSources, today: date) -> Iterator[CardFact]:
    for order in sources.orders.values():
        if not order.is_late(today):
            continue
        days = (today - order.promised_by).days
        code = "late_order" if days > 1 else "late_order_since_yesterday"
        severity = "danger" if days >= VERY_LATE_DAYS else "warning"
        yield _fact("late_order", say("facts", code, order=order.number, days=days), severity, order.number)


def _open_orders(sources: CardSources, today: date) -> Iterator[CardFact]:
    running = [each for each in sources.orders.values() if each.is_open and not each.is_late(today)]
    for order in running[:MAX_OPEN_ORDERS]:
        status = describe_status(order, today)
        sentence = say("facts", "open_order", order=order.number, status=status)
        yield _fact("open_order", sentence, ref=order.number)


def _tickets(sources: CardSources) -> Iterator[CardFact]:
    for ticket in sources.tickets[:MAX_TICKETS]:
        sentence = say("facts", "open_ticket", ticket=ticket.number, subject=ticket.subject)
        yield _fact("open_ticket", sentence, "warning", ticket.number)


def _rating(sources: CardSources, today: date) -> Iterator[CardFact]:
    rating = sources.rating
    if rating is None:
        return
    code = "last_rating_comment" if rating.comment else "last_rating"
    since = ago(shop_date(rating.at), today)
    sentence = say("facts", code, rating=rating.rating, ago=since, comment=rating.comment or "")
    yield _fact("last_rating", sentence, "warning" if rating.rating <= LOW else "info")


def is_at_risk(sources: CardSources) -> bool:
    """A customer who was let down last time and has something open again."""
    let_down = sources.rating is not None and sources.rating.rating <= LOW
    return let_down and bool(sources.tickets or any(each.is_open for each in sources.orders.values()))


def _risk(sources: CardSources) -> Iterator[CardFact]:
    if is_at_risk(sources):
        yield _fact("at_risk", say("facts", "at_risk"), "danger")


def _returns(sources: CardSources) -> Iterator[CardFact]:
    if sources.returns:
        code = "returns" if sources.returns >= MANY_RETURNS else "returns_one"
        yield _fact("returns", say("facts", code, count=sources.returns))


def _value(sources: CardSources) -> Iterator[CardFact]:
    value = sources.value
    if value is None:
        return
    code = {0: "value_none", 1: "value_one"}.get(value.orders, "value")
    yield _fact("value", say("facts", code, orders=value.orders, lifetime=money(value.lifetime)))
