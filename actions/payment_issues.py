"""A payment that went wrong: what is seen of it, and a ticket for the payments team."""

from typing import Final

from actions.cards import order_card
from actions.forms import FinishForm, requested, what_is_confirmed
from actions.order_choice import product_label
from actions.order_form import ValidateOrderForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.opening_hours import add_bank_days
from crm_store.domain.orders import Order, PaymentMethod
from crm_store.domain.payments import PaymentState, PaymentView, answer_by, hide_secrets
from crm_store.domain.returns import REFUND_BANK_DAYS
from crm_store.domain.tickets import TicketKind
from crm_store.use_cases.payments import find_payment, list_recent_payments
from crm_store.use_cases.tickets import open_ticket

FORM: Final = "payment_issue_form"
# Stands for "the order I paid for is not there": money can leave an account before an order exists.
NO_ORDER: Final = "none"
# A ticket's list shows one line; the whole message is in the conversation.
MAX_SUBJECT: Final = 200


class ValidatePaymentIssueForm(ValidateOrderForm):
    """Which order's payment, and shall somebody check it?"""

    form = FORM
    trigger = "payment_issue"
    confirmation = "payment_confirmed"

    async def begin(self, turn: Turn) -> None:
        turn.set(payment_problem=_in_own_words(turn))
        if turn.slot("order_number") == NO_ORDER:
            turn.set(order_number=None)
        views = await list_recent_payments(self.store, turn.conversation_id)
        if turn.entity("order_number"):
            await super().begin(turn)
        elif not views:
            turn.set(order_number=NO_ORDER)
        elif not turn.slot("order_number") and (suspect := _suspect(turn, views)):
            self.choose(turn, suspect.order.number)
        else:
            await super().begin(turn)

    async def hear(self, turn: Turn) -> bool:
        if requested(turn) == "order_number" and _is_none_of_them(turn):
            turn.set(order_number=NO_ORDER)
            return True
        return await super().hear(turn)

    async def candidates(self, turn: Turn) -> list[Order]:
        return [view.order for view in await list_recent_payments(self.store, turn.conversation_id)]

    async def hear_rest(self, turn: Turn) -> bool:
        if turn.intent == "thank":  # what was seen is answer enough: nothing is left to be checked
            turn.set(payment_confirmed=False)
            return True
        return self.take_confirmation(turn)

    def say_nothing_fits(self, turn: Turn) -> None:
        """Never needed: money may also have gone astray without an order."""

    def refuse(self, turn: Turn, order: Order) -> None:
        """An older order is no candidate, but its payment can be looked at all the same."""

    async def _say_why_not(self, turn: Turn, number: str, orders: list[Order]) -> None:
        try:
            view = await find_payment(self.store, turn.conversation_id, number)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
            self._offer(turn, orders)
        else:
            self.choose(turn, view.order.number)

    def ask_for_login(self, turn: Turn) -> None:
        """What happens with money that went astray can be said to anybody."""
        self.ask_who_it_is(
            turn,
            "utter_payment_issue_login",
            wallet_days=turn.format.number(REFUND_BANK_DAYS[PaymentMethod.BKASH]),
            card_days=turn.format.number(REFUND_BANK_DAYS[PaymentMethod.CARD]),
        )
        turn.end_form()


def _in_own_words(turn: Turn) -> str:
    """What the customer wrote, less what nobody should read; a button says it in the shop's words."""
    clicked = turn.text.startswith("/")
    words = turn.words("meaning.payment_issue") if clicked else hide_secrets(turn.text)
    return words[:MAX_SUBJECT]


def _suspect(turn: Turn, views: list[PaymentView]) -> PaymentView | None:
    """The payment that looks wrong: paid twice, else the only one still awaited."""
    double = next((view for view in views if view.state is PaymentState.DOUBLE), None)
    unpaid = [view for view in views if view.state is PaymentState.UNPAID]
    if double and double.twin:
        numbers = {"number": double.order.number, "twin": double.twin.number}
        turn.explain("utter_why_double_payment", **numbers)
        return double
    if len(unpaid) == 1:
        turn.explain("utter_why_unpaid_order", number=unpaid[0].order.number)
        return unpaid[0]
    return None


def _is_none_of_them(turn: Turn) -> bool:
    return turn.entity("option") == NO_ORDER or turn.intent == "deny"


class ActionAskPaymentConfirmed(TopicAction):
    """What is seen, what happens with the money, and whether somebody shall check it."""

    remembers = False

    def name(self) -> str:
        return "action_ask_payment_confirmed"

    async def answer(self, turn: Turn) -> None:
        number = turn.slot("order_number")
        if number == NO_ORDER:
            _say_nothing_seen(turn)
        else:
            _say_seen(turn, await find_payment(self.store, turn.conversation_id, number))


def _say_nothing_seen(turn: Turn) -> None:
    turn.say(
        "utter_payment_seen_nothing",
        wallet_date=turn.format.day(add_bank_days(turn.today, REFUND_BANK_DAYS[PaymentMethod.BKASH])),
        card_date=turn.format.day(add_bank_days(turn.today, REFUND_BANK_DAYS[PaymentMethod.CARD])),
        confirms=what_is_confirmed(turn),
    )


def _say_seen(turn: Turn, view: PaymentView) -> None:
    order = view.order
    turn.say(
        f"utter_payment_seen_{view.state.value}",
        card=order_card(order, turn.today),
        number=order.number,
        twin=view.twin.number if view.twin else "",
        product=product_label(turn, order),
        total=turn.format.money(order.total),
        method=turn.words(f"payment_method.{order.payment_method.value}"),
        placed=turn.format.day(turn.day(order.placed_at)),
        date=turn.format.day(view.money_back_by(turn.today)),
        confirms=what_is_confirmed(turn),
    )


class ActionReportPayment(FinishForm):
    confirmation = "payment_confirmed"

    def name(self) -> str:
        return "action_report_payment"

    async def answer(self, turn: Turn) -> None:
        await super().answer(turn)
        if turn.slot("order_number") == NO_ORDER:
            turn.set(order_number=None)

    async def perform(self, turn: Turn) -> None:
        number = turn.slot("order_number")
        ticket = await open_ticket(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            subject=turn.slot("payment_problem") or turn.words("meaning.payment_issue"),
            kind=TicketKind.PAYMENT,
            order_number=None if number == NO_ORDER else number,
        )
        date = turn.format.day(answer_by(turn.today))
        turn.say("utter_payment_ticket", ticket=ticket.number, date=date)

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_payment_no_ticket")
