"""Changing the articles of an order not yet sent: done at once where that is safe, else a ticket."""

from typing import Any, Final
from uuid import UUID

from actions.cards import order_card
from actions.change_wishes import leaves_out_an_article, names_a_wish, read_wish
from actions.forms import ANSWERS, FinishForm, requested, what_is_confirmed
from actions.order_form import ValidateOrderForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from actions.yes_words import repeats_with_yes
from crm_store.domain.errors import OrderNotChangeable, UnknownOrder
from crm_store.domain.order_changes import MAX_QUANTITY, may_change_articles, with_quantity
from crm_store.domain.orders import Order, OrderLine, OrderStatus
from crm_store.domain.spelling import words_of
from crm_store.domain.tickets import TicketKind, answered_by
from crm_store.use_cases.order_changes import ChangedArticles, change_quantity
from crm_store.use_cases.orders import find_order, list_address_changeable_orders
from crm_store.use_cases.tickets import open_ticket

# "make it bigger" is a wish; "change it" is not yet one.
MIN_WISH_WORDS: Final = 2


class ValidateChangeOrderForm(ValidateOrderForm):
    """Which order, what about it, and is that right?"""

    form = "change_order_form"
    trigger = "change_order"
    confirmation = "change_confirmed"

    async def begin(self, turn: Turn) -> None:
        await super().begin(turn)
        order = await self._chosen(turn)
        named = turn.entity("order_number")
        if order and named in (None, order.number) and names_a_wish(turn.text):
            self._take_wish(turn, order)

    async def candidates(self, turn: Turn) -> list[Order]:
        return await list_address_changeable_orders(self.store, turn.conversation_id)

    async def hear_rest(self, turn: Turn) -> bool:
        asked = requested(turn)
        if asked == "change_confirmed" and self.take_confirmation(turn):
            return True
        order = await self._chosen(turn)
        if order is None or not _is_wish(turn, order, self.trigger):
            return self._leave_it(turn, asked)
        self._take_wish(turn, order)
        return True

    def may_correct(self, turn: Turn) -> bool:
        """An article's name means the article here, not its order."""
        return bool(turn.entity("option")) and requested(turn) != "order_change"

    def choose(self, turn: Turn, number: str | None) -> None:
        super().choose(turn, number)
        turn.clear(["order_change"])

    def say_nothing_fits(self, turn: Turn) -> None:
        turn.say("utter_nothing_to_change")

    def refuse(self, turn: Turn, order: Order) -> None:
        turn.remember_order(order.number)
        status = turn.words(f"status.{order.status.value}")
        arrives = order.is_open or order.status is OrderStatus.DELIVERED
        turn.say(
            "utter_change_refused_sent" if arrives else "utter_change_refused_closed",
            number=order.number,
            status=status,
        )

    async def _chosen(self, turn: Turn) -> Order | None:
        number = turn.slot("order_number")
        orders = await self.candidates(turn)
        return next((order for order in orders if order.number == number), None)

    def _take_wish(self, turn: Turn, order: Order) -> None:
        wish = read_wish(turn, order)
        if wish["quantity"] == 0 and len(order.lines) == 1:
            turn.say("utter_change_last_article", number=order.number)
            turn.end_form()
        else:
            turn.set(order_change=wish)

    def _leave_it(self, turn: Turn, asked: str | None) -> bool:
        if turn.intent != "deny" or asked != "order_change":
            return False
        turn.say(f"utter_dropped_{self.form}")
        turn.end_form()
        return True


def _is_wish(turn: Turn, order: Order, trigger: str) -> bool:
    if turn.entity("order_line"):
        return True
    if requested(turn) != "order_change":
        return turn.intent == trigger and names_a_wish(turn.text)
    if leaves_out_an_article(turn, order):
        return True  # "leave the book" drops an article, whatever it sounds like
    told = turn.intent in (ANSWERS - {"affirm", "deny"}) | {trigger, "request_exchange", "place_order"}
    return told and len(words_of(turn.text)) >= MIN_WISH_WORDS and not repeats_with_yes(turn.text)


class ActionAskOrderChange(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_order_change"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        several = order.lines if len(order.lines) > 1 else ()
        buttons = [
            {
                "title": turn.words("button.leave_out", product=line_name(turn, line)),
                "payload": f'/change_order{{"order_line": "{line.id}"}}',
            }
            for line in several
        ]
        turn.say(
            "utter_ask_order_change", number=order.number, articles=_articles(turn, order), buttons=buttons
        )


def _articles(turn: Turn, order: Order) -> str:
    return ", ".join(
        turn.words("line.pieces", count=turn.format.number(line.quantity), product=line_name(turn, line))
        for line in order.lines
    )


def line_name(turn: Turn, line: OrderLine) -> str:
    """The article's name in the customer's script."""
    return turn.format.name(line.product_name, line.product_name_bn)


class ActionAskChangeConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_change_confirmed"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        wish: dict[str, Any] = turn.slot("order_change")
        said: dict[str, Any] = {"number": order.number, "confirms": what_is_confirmed(turn)}
        line = _line_to_change(order, wish)
        if line is None:
            turn.say("utter_confirm_change_ticket", wish=wish["words"], **said)
            return
        changed = with_quantity(order, line.id, wish["quantity"])
        turn.say(
            "utter_confirm_change_quantity" if wish["quantity"] else "utter_confirm_change_leave_out",
            product=line_name(turn, line),
            quantity=turn.format.number(wish["quantity"]),
            total=turn.format.money(changed.total),
            **said,
        )


def _line_to_change(order: Order, wish: dict[str, Any]) -> OrderLine | None:
    """The article whose number of pieces can be changed at once; None when people have to do it."""
    quantity = wish["quantity"]
    if quantity is None or quantity > MAX_QUANTITY or not may_change_articles(order):
        return None
    return order.find_line(UUID(wish["line"])) if wish["line"] else None


class ActionChangeOrder(FinishForm):
    confirmation = "change_confirmed"

    def name(self) -> str:
        return "action_change_order"

    async def perform(self, turn: Turn) -> None:
        number, wish = turn.slot("order_number"), turn.slot("order_change")
        try:
            order = await find_order(self.store, turn.conversation_id, number)
            line = _line_to_change(order, wish)
            if line is None:
                await self._pass_on(turn, number, wish["words"])
            else:
                await self._change(turn, line, wish)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)

    async def _change(self, turn: Turn, line: OrderLine, wish: dict[str, Any]) -> None:
        number = turn.slot("order_number")
        try:
            changed = await change_quantity(
                self.store,
                turn.conversation_id,
                number,
                line.id,
                wish["quantity"],
                key=turn.key(self.name()),
            )
        except OrderNotChangeable:
            await self._pass_on(turn, number, wish["words"])
        else:
            _say_changed(turn, changed)

    async def _pass_on(self, turn: Turn, number: str, words: str) -> None:
        ticket = await open_ticket(
            self.store,
            turn.conversation_id,
            key=turn.key(f"{self.name()}_ticket"),
            subject=words,
            kind=TicketKind.OTHER,
            order_number=number,
        )
        date = turn.format.day(answered_by(turn.today))
        turn.say("utter_change_passed_on", number=number, ticket=ticket.number, date=date)

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_change_kept", number=turn.slot("order_number"))


def _say_changed(turn: Turn, changed: ChangedArticles) -> None:
    turn.say(
        "utter_change_done",
        card=order_card(changed.order, turn.today),
        number=changed.order.number,
        articles=_articles(turn, changed.order),
        total=turn.format.money(changed.order.total),
    )
