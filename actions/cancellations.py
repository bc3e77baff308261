"""Cancelling an order, and what that costs."""

from typing import Any

from actions.cards import order_card
from actions.forms import FinishForm, what_is_confirmed
from actions.order_choice import product_label
from actions.order_form import ValidateOrderForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from actions.yes_words import repeats_with_yes, says_only_cancel
from crm_store.domain.errors import NotCancellable, UnknownOrder
from crm_store.domain.orders import BEFORE_SHIPPING, Order
from crm_store.use_cases.orders import (
    CancelledOrder,
    cancel_order,
    find_order,
    list_cancellable_orders,
    list_open_orders,
)


class ValidateCancelOrderForm(ValidateOrderForm):
    form = "cancel_order_form"
    trigger = "cancel_order"
    confirmation = "cancel_confirmed"

    async def candidates(self, turn: Turn) -> list[Order]:
        return await list_cancellable_orders(self.store, turn.conversation_id)

    async def hear_rest(self, turn: Turn) -> bool:
        if turn.intent == "stop_dialogue" and says_only_cancel(turn.text):
            # Here "cancel" means the order. It cannot be undone, so without a yes it is asked again.
            turn.set(cancel_confirmed=True if repeats_with_yes(turn.text) else None)
            return True
        return self.take_confirmation(turn)

    def say_nothing_fits(self, turn: Turn) -> None:
        turn.say("utter_nothing_to_cancel")

    def refuse(self, turn: Turn, order: Order) -> None:
        refuse_cancellation(turn, order.number, order.refusal().value)


class ActionAskCancelConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_cancel_confirmed"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        turn.say(
            "utter_confirm_cancel",
            card=order_card(order, turn.today),
            number=order.number,
            product=product_label(turn, order),
            total=turn.format.money(order.total),
            confirms=what_is_confirmed(turn),
        )


class ActionCancelOrder(FinishForm):
    confirmation = "cancel_confirmed"

    def name(self) -> str:
        return "action_cancel_order"

    async def perform(self, turn: Turn) -> None:
        number = turn.slot("order_number")
        try:
            cancelled = await cancel_order(
                self.store,
                turn.conversation_id,
                number,
                key=turn.key(self.name()),
                reason=turn.slot("cancel_reason"),
            )
        except NotCancellable as refused:
            refuse_cancellation(turn, number, refused.reason)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
        else:
            _say_cancelled(turn, cancelled)

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_cancel_kept", number=turn.slot("order_number"))


def refuse_cancellation(turn: Turn, number: str, reason: str) -> None:
    """Say why `number` cannot be cancelled, and what is possible instead."""
    turn.remember_order(number)
    turn.say(f"utter_cancel_refused_{reason}", number=number)
    if reason == "already_packed":
        turn.offer("handoff")


def _say_cancelled(turn: Turn, cancelled: CancelledOrder) -> None:
    order, refund = cancelled.order, cancelled.refund
    card = order_card(order, turn.today)
    if cancelled.already:
        turn.say("utter_cancel_refused_already_cancelled", card=card, number=order.number)
    elif refund is None:
        turn.say("utter_cancel_done", card=card, number=order.number, product=product_label(turn, order))
    else:
        turn.say(
            "utter_cancel_done_refund",
            card=card,
            number=order.number,
            product=product_label(turn, order),
            amount=turn.format.money(refund.amount),
            method=turn.words(f"payment_method.{refund.method.value}"),
            date=turn.format.day(refund.expected_by),
        )


class ActionCheckCancellationFee(TopicAction):
    """What cancelling costs: for the order in question when there is one, else the rule; anybody may ask."""

    def name(self) -> str:
        return "action_check_cancellation_fee"

    async def answer(self, turn: Turn) -> None:
        order = await self._meant(turn) if turn.is_verified else None
        if order is None:
            turn.say("utter_cancel_fee_rule")
            return
        turn.remember_order(order.number)
        said: dict[str, Any] = {"number": order.number, "product": product_label(turn, order)}
        if order.is_cancellable():
            turn.say("utter_cancel_fee_free", **said)
        elif order.status in BEFORE_SHIPPING:
            turn.say("utter_cancel_fee_packed", **said)
            turn.offer("handoff")
        elif order.is_open:
            turn.say("utter_cancel_fee_on_its_way", **said)
        else:
            turn.say("utter_cancel_fee_closed", status=turn.words(f"status.{order.status.value}"), **said)

    async def _meant(self, turn: Turn) -> Order | None:
        """The order the message names, the one talked about, or the only open one."""
        number = turn.entity("order_number") or turn.slot("order_number")
        try:
            if number:
                return await find_order(self.store, turn.conversation_id, number)
        except UnknownOrder:
            return None
        orders = await list_open_orders(self.store, turn.conversation_id)
        return orders[0] if len(orders) == 1 else None
