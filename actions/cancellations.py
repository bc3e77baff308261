"""Cancelling an order."""

from actions.cards import order_card
from actions.forms import FinishForm, take_confirmation, what_is_confirmed
from actions.order_choice import product_label
from actions.order_form import ValidateOrderForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import NotCancellable, UnknownOrder
from crm_store.domain.orders import Order
from crm_store.use_cases.orders import CancelledOrder, cancel_order, find_order, list_cancellable_orders


class ValidateCancelOrderForm(ValidateOrderForm):
    form = "cancel_order_form"
    trigger = "cancel_order"
    confirmation = "cancel_confirmed"

    async def candidates(self, turn: Turn) -> list[Order]:
        return await list_cancellable_orders(self.store, turn.conversation_id)

    async def hear_rest(self, turn: Turn) -> bool:
        return take_confirmation(turn, "cancel_confirmed")

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
