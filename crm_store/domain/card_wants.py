"""What the customer wants, in one sentence: from what was understood last and the form under way."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from crm_store.domain.card_sources import CardSources, Understood
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import Order, OrderStatus
from crm_store.domain.sentences import Sentence, ago, catalogue, day, fill, same, say

# The requests each form serves; the first when the customer came to it otherwise.
FORM_INTENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("ask_product", "check_stock", "check_price", "check_size", "check_warranty", "place_order"),
    "track_order": ("track_order",),
    "cancel_order": ("cancel_order",),
    "change_address": ("change_shipping_address",),
    "return": ("request_return", "report_damaged_item", "report_wrong_item"),
    "payment_issue": ("payment_issue",),
    "company_invoice": ("get_invoice",),
    "promo_code": ("report_promo_code_problem",),
    "edit_account": ("edit_account",),
    "delete_account": ("delete_account",),
    "disconnect_account": ("disconnect_account",),
    "change_order": ("change_order",),
    "add_address": ("set_up_shipping_address",),
    "exchange": ("request_exchange",),
    "missing_item": ("report_missing_item",),
    "review": ("review",),
    "complaint": ("complaint",),
    # These two take down words about a matter named before.
    "leave_message": (),
    "survey": (),
}
# Said only when nothing more telling was: they name no matter of their own.
_LAST_RESORT: Final = frozenset({"contact_human_agent", "not_understood"})
# A complaint in passing does not replace the matter it is about.
_COLOURING: Final = frozenset({"complaint"})


def wanted_intent(sources: CardSources) -> str | None:
    """The request to be served now; None when the customer has not written anything yet."""
    asked = [message.intent for message in sources.messages if message.intent in catalogue("wants")]
    telling = [intent for intent in asked if intent not in _LAST_RESORT]
    matters = [intent for intent in telling if intent not in _COLOURING]
    served = FORM_INTENTS.get(sources.memory.form or "", ())
    in_form = [intent for intent in matters if intent in served] or list(served[:1])
    for candidates in (in_form, matters, telling, asked):
        if candidates:
            return candidates[-1]
    # A message that is only now being answered has not been understood yet.
    return "not_understood" if any(message.intent for message in sources.messages) else None


def is_matter(intent: str | None) -> bool:
    """Whether a message with this intent says what a conversation is about."""
    return intent in catalogue("wants") and intent not in _LAST_RESORT | _COLOURING


def wanted_order(sources: CardSources) -> Order | None:
    """The order being talked about: named last, kept by the dialogue, or the only one there is."""
    named = _last_entity(sources.messages, "order_number") or sources.memory.slots.get("order_number")
    item = sources.memory.slots.get("return_item")
    if named is None and isinstance(item, str):
        named = item.split("/", 1)[0]
    return sources.orders.get(str(named)) if named is not None else None


def word_wish(sources: CardSources, today: date) -> Sentence | None:
    """One sentence about what the customer wants, as exact as is known."""
    intent = wanted_intent(sources)
    if intent is None:
        return None
    wording = catalogue("wants")[intent]
    order = wanted_order(sources)
    if "order" in wording and order is not None:
        return fill(wording["order"], order=describe_order(order, today))
    named = _last_entity(sources.messages, "order_number")
    if "order" in wording and named is not None:
        return fill(wording["order"], order=same(named))
    product = wanted_product(sources)
    if "product" in wording and product is not None:
        return fill(wording["product"], product=product)
    return fill(wording)


def wanted_product(sources: CardSources) -> Sentence | None:
    sku = sources.memory.slots.get("product")
    if isinstance(sku, str) and sku in sources.products:
        return Sentence(*sources.products[sku])
    named = _last_entity(sources.messages, "product")
    return same(named) if named else None


def describe_order(order: Order, today: date) -> Sentence:
    """ "KT-10234 (phone cover, delivered 3 days ago)"."""
    status = describe_status(order, today)
    if not order.lines:
        return say("words", "order.empty", number=order.number, status=status)
    product = Sentence(order.lines[0].product_name, order.lines[0].product_name_bn)
    if len(order.lines) > 1:
        product = say("words", "order.more", product=product, count=len(order.lines) - 1)
    return say("words", "order.known", number=order.number, product=product, status=status)


def describe_status(order: Order, today: date) -> Sentence:
    if order.is_late(today):
        return say("words", "order.late", day=day(order.promised_by))
    arrived = order.status is OrderStatus.DELIVERED and order.delivered_at
    since = ago(shop_date(arrived or order.placed_at), today)
    return say("words", f"order.{order.status.value}", ago=since, day=day(order.promised_by))


def _last_entity(messages: tuple[Understood, ...], name: str) -> str | None:
    values = (message.entity(name) for message in reversed(messages))
    return next((value for value in values if value), None)
