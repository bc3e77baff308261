"""Where an order is, and which orders there are."""

from collections.abc import Sequence
from typing import ClassVar, Final

from actions.addresses import looks_like_address
from actions.cards import order_card, orders_card
from actions.forms import ANSWERS
from actions.meanings import picked_meaning, take_up
from actions.order_choice import MAX_OFFERED, choose_order, order_buttons, product_label
from actions.order_form import ValidateOrderForm
from actions.payment_issues import FORM as PAYMENT_FORM
from actions.payment_issues import NO_ORDER
from actions.surveys import TakeRating
from actions.topic_action import Clock, TopicAction
from actions.turn import Turn
from actions.typed_secrets import types_secret
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.orders import Order, OrderStatus
from crm_store.domain.returns import ReturnReason
from crm_store.domain.spelling import words_of
from crm_store.domain.surveys import SURVEY
from crm_store.use_cases.orders import (
    find_order,
    list_address_changeable_orders,
    list_cancellable_orders,
    list_delivered_orders,
    list_open_orders,
    list_orders,
)
from crm_store.use_cases.payments import list_recent_orders
from crm_store.use_cases.unit_of_work import Store

ALL_ORDERS: Final = "all"
TRACK_FORM: Final = "track_order_form"
_LATE: Final = words_of("late delay delayed overdue deri deree derite দেরি দেরী লেট")
ON_ITS_WAY: Final = frozenset({OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY})


class ActionTrackOrder(TopicAction):
    """Answers at once when only one order can be meant, else starts the form that asks which."""

    def name(self) -> str:
        return "action_track_order"

    async def answer(self, turn: Turn) -> None:
        chosen = turn.slot("order_number")
        if turn.slot("task") == TRACK_FORM:
            turn.clear(["task", "offered_choices"])
            if chosen == ALL_ORDERS:
                turn.clear(["order_number"])
                await self._show_all(turn)
            elif chosen:
                await self.show(turn, chosen)
        elif turn.entity("order_number"):
            await self.show(turn, turn.entities("order_number")[0])
        else:
            await self._find_and_show(turn)

    async def _find_and_show(self, turn: Turn) -> None:
        orders = await list_open_orders(self.store, turn.conversation_id)
        if not orders:
            await self._show_latest(turn)
            return
        known = next((order for order in orders if order.number == turn.slot("order_number")), None)
        named = choose_order(turn, orders, current=known.number if known else None)
        if named:
            show_order(turn, named)
        elif known and not turn.entity("option"):
            turn.explain("utter_why_order_talked_about", number=known.number)
            show_order(turn, known, others=len(orders) - 1)
        elif late := _the_late_one(turn, orders):
            show_order(turn, late, others=len(orders) - 1)
        elif len(orders) == 1:
            turn.explain("utter_why_only_order", number=orders[0].number)
            show_order(turn, orders[0])
        elif turn.entity("option") == "both" or turn.active_form:
            show_orders(turn, "utter_orders_open", orders)
        else:
            turn.set(order_number=None, offered_choices=[order.number for order in orders[:MAX_OFFERED]])
            turn.follow_up(TRACK_FORM)

    async def show(self, turn: Turn, number: str) -> None:
        try:
            show_order(turn, await find_order(self.store, turn.conversation_id, number))
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)

    async def _show_all(self, turn: Turn) -> None:
        show_orders(turn, "utter_orders_open", await list_open_orders(self.store, turn.conversation_id))

    async def _show_latest(self, turn: Turn) -> None:
        """Nothing is on its way: say what the latest order was."""
        latest = await list_orders(self.store, turn.conversation_id, limit=1)
        if not latest:
            turn.say("utter_no_orders")
            return
        order = latest[0]
        turn.remember_order(order.number)
        turn.say(
            "utter_no_open_orders",
            card=order_card(order, turn.today),
            number=order.number,
            product=product_label(turn, order),
            status=turn.words(f"status.{order.status.value}"),
        )


class ActionListOrders(TopicAction):
    def name(self) -> str:
        return "action_list_orders"

    async def answer(self, turn: Turn) -> None:
        orders = await list_orders(self.store, turn.conversation_id, limit=MAX_OFFERED)
        if not orders:
            turn.say("utter_no_orders")
            return
        show_orders(turn, "utter_orders_latest" if len(orders) > 1 else "utter_orders_only", orders)
        if turn.active_form is None:
            turn.set(offered_choices=[order.number for order in orders])


class ValidateTrackOrderForm(ValidateOrderForm):
    """Which order to look up."""

    form = TRACK_FORM
    trigger = "track_order"

    async def begin(self, turn: Turn) -> None:
        """Only begun after ActionTrackOrder found several: the question is already clear."""
        self._offer(turn, await self.candidates(turn))

    async def hear(self, turn: Turn) -> bool:
        if turn.entity("option") == "both":
            turn.set(order_number=ALL_ORDERS)
            return True
        return await super().hear(turn)

    async def candidates(self, turn: Turn) -> list[Order]:
        return await list_open_orders(self.store, turn.conversation_id)

    async def hear_rest(self, turn: Turn) -> bool:
        return False

    def say_nothing_fits(self, turn: Turn) -> None:
        turn.say("utter_no_orders")

    def refuse(self, turn: Turn, order: Order) -> None:
        """A closed order is no candidate, but it can be looked up all the same."""
        turn.set(order_number=order.number)


class ActionAskOrderNumber(TopicAction):
    """Asks which order, with a button for each that fits."""

    remembers = False
    _questions: ClassVar = {
        TRACK_FORM: ("utter_ask_order_to_track", list_open_orders),
        "cancel_order_form": ("utter_ask_order_to_cancel", list_cancellable_orders),
        "change_address_form": ("utter_ask_order_to_readdress", list_address_changeable_orders),
        PAYMENT_FORM: ("utter_ask_order_of_payment", list_recent_orders),
        "change_order_form": ("utter_ask_order_to_change", list_address_changeable_orders),
        "missing_item_form": ("utter_ask_order_with_missing", list_delivered_orders),
    }

    def name(self) -> str:
        return "action_ask_order_number"

    async def answer(self, turn: Turn) -> None:
        response, list_candidates = self._questions[turn.active_form or TRACK_FORM]
        orders = await list_candidates(self.store, turn.conversation_id)
        offered = turn.slot("offered_choices") or []
        buttons = order_buttons(turn, [order for order in orders if order.number in offered] or orders)
        if turn.active_form == TRACK_FORM:
            buttons.append(turn.button("button.all_orders", '/pick_option{"option": "both"}'))
        elif turn.active_form == PAYMENT_FORM:
            buttons.append(turn.button("button.no_such_order", f'/pick_option{{"option": "{NO_ORDER}"}}'))
        turn.say(response, buttons=buttons)


def _the_late_one(turn: Turn, orders: Sequence[Order]) -> Order | None:
    """The order meant by "why is it late?", when only one is."""
    late = [order for order in orders if order.is_late(turn.today)]
    return late[0] if len(late) == 1 and words_of(turn.text) & _LATE else None


def show_order(turn: Turn, order: Order, *, others: int = 0) -> None:
    """Say where `order` is; offer the other open ones when there are any."""
    turn.remember_order(order.number)
    buttons = [turn.button("button.another_order", '/track_order{"option": "other"}')] if others else []
    if order.is_late(turn.today):
        _say_late(turn, order, buttons)
        return
    shipment = order.shipment
    untracked = order.status is OrderStatus.SHIPPED and shipment is None
    turn.say(
        f"utter_order_status_{order.status.value}{'_untracked' if untracked else ''}",
        card=order_card(order, turn.today),
        buttons=buttons,
        number=order.number,
        product=product_label(turn, order),
        date=turn.format.day(turn.day(order.delivered_at) if order.delivered_at else order.promised_by),
        carrier=shipment.carrier if shipment else "",
        tracking=shipment.tracking_number if shipment else "",
    )
    if order.status is OrderStatus.DELIVERED:
        turn.offer("return")


def _say_late(turn: Turn, order: Order, buttons: Sequence[dict[str, str]]) -> None:
    date = turn.format.day(order.promised_by)
    turn.explain("utter_why_late_order", number=order.number, date=date)
    turn.say(
        "utter_order_late",
        card=order_card(order, turn.today),
        buttons=buttons,
        number=order.number,
        product=product_label(turn, order),
        date=date,
        where=turn.words(f"where.{order.status.value}"),
    )


def show_orders(turn: Turn, response: str, orders: Sequence[Order]) -> None:
    """A list of orders as a card; the text says only what is late or on its way."""
    shown = orders[:MAX_OFFERED]
    turn.say(response, card=orders_card(shown, turn.today), summary=_summary(turn, shown))


def _summary(turn: Turn, orders: Sequence[Order]) -> str:
    late = [order.number for order in orders if order.is_late(turn.today)]
    coming = [
        order.number for order in orders if order.status in ON_ITS_WAY and not order.is_late(turn.today)
    ]
    sentences = [_sentence(turn, what, numbers) for what, numbers in (("late", late), ("on_its_way", coming))]
    return " ".join(filter(None, sentences)) or turn.words("orders.none_late")


def _sentence(turn: Turn, what: str, numbers: Sequence[str]) -> str:
    if not numbers:
        return ""
    return turn.words(
        f"orders.{what}" if len(numbers) == 1 else f"orders.{what}_several", numbers=", ".join(numbers)
    )


def _form_meant(turn: Turn) -> str | None:
    """The form that a message which only gives data or picks something belongs to, if it tells."""
    if looks_like_address(turn.text):
        return "change_address_form"
    if turn.entity("return_reason") not in (None, ReturnReason.LATE):
        return "return_form"  # "it arrived broken"; what came late is asked about rather than sent back
    return None


class ActionTakeInformation(ActionTrackOrder):
    """Data or a pick outside a form: an order is looked up, a reason or an address starts its form."""

    def name(self) -> str:
        return "action_take_information"

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._rating = TakeRating(store, clock)

    async def answer(self, turn: Turn) -> None:
        if turn.entity(SURVEY) is not None:
            await self._rating.answer(turn)
            return
        if turn.active_form:
            return  # inside a form it was heard already
        if types_secret(turn):
            turn.say("utter_secret_typed")
            return
        meaning = picked_meaning(turn)
        if meaning:
            take_up(turn, meaning)
            return
        number = turn.entity("order_number") or await self._picked(turn)
        form = _form_meant(turn)
        if form:
            turn.follow_up(form)
        elif number:
            await self.show(turn, number)
        else:
            turn.say("utter_information_for_what")

    async def _picked(self, turn: Turn) -> str | None:
        if turn.intent not in ANSWERS or not (turn.slot("offered_choices") or turn.is_verified):
            return None
        orders = await list_open_orders(self.store, turn.conversation_id)
        offered = turn.slot("offered_choices") or []
        listed = await list_orders(self.store, turn.conversation_id, limit=MAX_OFFERED) if offered else []
        chosen = choose_order(turn, listed or orders, current=turn.slot("order_number"))
        return chosen.number if chosen else None
