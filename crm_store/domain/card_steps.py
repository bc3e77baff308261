"""What an agent will most likely do next, each one click away."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from crm_store.domain.card_sources import CardSources
from crm_store.domain.card_wants import wanted_intent, wanted_order
from crm_store.domain.handoff_card import NextStep
from crm_store.domain.orders import ChangedBy, Order, OrderStatus
from crm_store.domain.sentences import catalogue, fill, say

MAX_STEPS: Final = 4
_REFUND: Final = frozenset(
    {"get_refund", "check_refund_policy", "track_refund", "request_return", "complaint"}
    | {"report_damaged_item", "report_wrong_item", "report_missing_item", "payment_issue"}
)
_CANCEL: Final = frozenset({"cancel_order", "check_cancellation_fee", "get_refund", "change_order"})
_ADDRESS: Final = frozenset({"change_shipping_address", "set_up_shipping_address"})
# What a ticket is about when the matter cannot be settled at once.
_TICKETS: Final[Mapping[str, str]] = {
    "track_order": "delivery",
    "delivery_period": "delivery",
    "report_missing_item": "delivery",
    "payment_issue": "payment",
    "track_refund": "payment",
    "check_invoice": "payment",
    "complaint": "complaint",
    "edit_account": "account",
    "registration_problems": "account",
    "recover_password": "account",
    "delete_account": "erasure",
    "check_warranty": "product",
    "report_damaged_item": "product",
    "report_wrong_item": "product",
    "request_exchange": "product",
}


def list_steps(sources: CardSources, today: date) -> tuple[NextStep, ...]:
    """The likeliest first. Nothing of the customer's is touched before the identity is proven."""
    if not sources.who.verified:
        return ()
    intent, order = wanted_intent(sources) or "", _order_in_question(sources, today)
    steps = [*_order_steps(sources, intent, order), *_ticket_steps(sources, intent, order)]
    return tuple(steps[:MAX_STEPS])


def _order_in_question(sources: CardSources, today: date) -> Order | None:
    """The order talked about, else the late one, else the only one that is still open."""
    named = wanted_order(sources)
    if named is not None:
        return named
    late = [order for order in sources.orders.values() if order.is_late(today)]
    running = [order for order in sources.orders.values() if order.is_open]
    return late[0] if late else running[0] if len(running) == 1 else None


def _order_steps(sources: CardSources, intent: str, order: Order | None) -> Iterator[NextStep]:
    if order is None:
        return
    body: dict[str, Any] = {"order_number": order.number}
    if intent in _ADDRESS and order.is_address_changeable:
        address = sources.memory.slots.get("new_address")
        filled = {**body, "address": dict(address)} if isinstance(address, Mapping) else body
        yield NextStep("change_address", say("steps", "change_address", order=order.number), filled)
    if intent in _CANCEL and order.is_cancellable(ChangedBy.AGENT):
        reason = sources.memory.slots.get("cancel_reason")
        yield NextStep(
            "cancel_order", say("steps", "cancel_order", order=order.number), {**body, "reason": reason}
        )
    if intent in _REFUND and _is_refundable(order) and not _is_refunded_here(sources, order):
        filled = {**body, "amount": None, "reason": _reason_of(sources, intent)}
        yield NextStep("refund", say("steps", "refund", order=order.number), filled)


def _is_refundable(order: Order) -> bool:
    return order.is_paid and order.status in (OrderStatus.DELIVERED, OrderStatus.RETURNED)


def _is_refunded_here(sources: CardSources, order: Order) -> bool:
    """Done already, in part or whole, by the people of this conversation."""
    return any(
        change.kind == "refund_requested" and change.facts.get("order") == order.number
        for change in sources.changes
    )


def _reason_of(sources: CardSources, intent: str) -> str:
    given = sources.memory.slots.get("return_reason")
    return given if isinstance(given, str) else intent


def _ticket_steps(sources: CardSources, intent: str, order: Order | None) -> Iterator[NextStep]:
    number = order.number if order is not None else None
    if not sources.tickets:
        kind = _TICKETS.get(intent, "question")
        wording = catalogue("steps")[f"open_ticket.{kind}"]
        body = {"kind": kind, "subject": wording["subject"], "order_number": number}
        yield NextStep("open_ticket", fill(wording), body)
    for ticket in sources.tickets[:1]:
        label = say("steps", "close_ticket", ticket=ticket.number)
        yield NextStep("close_ticket", label, {"ticket_number": ticket.number})
