"""Something is missing: an article, a part, or the whole parcel that is said to have arrived."""

import re
from typing import Any, Final

from actions.cards import order_card
from actions.choices import choose_by_name
from actions.forms import ANSWERS, FinishForm, requested, what_is_confirmed
from actions.order_changes import line_name
from actions.order_form import ValidateOrderForm
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.orders import Order
from crm_store.domain.tickets import TicketKind, answered_by
from crm_store.use_cases.orders import find_order, list_delivered_orders
from crm_store.use_cases.tickets import open_ticket

WHOLE_PARCEL: Final = "parcel"
# "the lid" names a part; one word such as "missing" does not.
MIN_WORDS_OF_PART: Final = 2

# Nothing came at all, or an empty box: what people say who miss everything.
_EVERYTHING: Final = re.compile(
    r"\b(?:nothing|empty|never (?:came|arrived|reached|got)|whole (?:parcel|order|package)|no parcel"
    r"|not (?:received|with me)|(?:marked|shows?|says?|status|claimed)\b.{0,200}\bdelivered"
    r"|delivered\b.{0,200}\b(?:not|nothing|never|nobody|no one)"
    r"|kichui? (?:pai|ashe|nai)|khali|pura parcel|delivered? (?:dekhay|bole)|delivery (?:hoise|dekhay))\b"
    r"|কিছুই|খালি|পুরো পার্সেল|ডেলিভারড|ডেলিভার্ড|পার্সেল (?:পাই|আসে)",
    re.IGNORECASE,
)


class ValidateMissingItemForm(ValidateOrderForm):
    """Which delivered order, what is missing, and is that right?"""

    form = "missing_item_form"
    trigger = "report_missing_item"
    confirmation = "missing_confirmed"

    async def begin(self, turn: Turn) -> None:
        await super().begin(turn)
        order = await self._chosen(turn)
        if order and turn.entity("order_number") in (None, order.number):
            turn.say("utter_missing_sorry")
            self._take_missing(turn, order, None)

    async def candidates(self, turn: Turn) -> list[Order]:
        return await list_delivered_orders(self.store, turn.conversation_id)

    async def hear_rest(self, turn: Turn) -> bool:
        asked = requested(turn)
        if asked == "missing_confirmed" and self.take_confirmation(turn):
            return True
        order = await self._chosen(turn)
        if order and self._take_missing(turn, order, asked):
            return True
        if turn.intent != "deny" or asked != "missing_what":
            return False
        turn.say(f"utter_dropped_{self.form}")
        turn.end_form()
        return True

    def may_correct(self, turn: Turn) -> bool:
        """An article's name means what is missing, not its order."""
        return bool(turn.entity("option")) and requested(turn) != "missing_what"

    def choose(self, turn: Turn, number: str | None) -> None:
        super().choose(turn, number)
        turn.clear(["missing_what"])

    def say_nothing_fits(self, turn: Turn) -> None:
        turn.say("utter_missing_nothing_delivered")

    def refuse(self, turn: Turn, order: Order) -> None:
        turn.remember_order(order.number)
        status = turn.words(f"status.{order.status.value}")
        turn.say("utter_missing_not_delivered", number=order.number, status=status)

    async def _chosen(self, turn: Turn) -> Order | None:
        number = turn.slot("order_number")
        orders = await self.candidates(turn)
        return next((order for order in orders if order.number == number), None)

    def _take_missing(self, turn: Turn, order: Order, asked: str | None) -> bool:
        missing = _read_missing(turn, order)
        told = turn.intent in (ANSWERS - {"affirm", "deny"}) | {self.trigger}
        if missing is None and asked == "missing_what" and told and _names_part(turn.text):
            missing = turn.text
        if missing is None or not (told or turn.entity("order_line")):
            return False
        turn.set(missing_what=missing)
        return True


def _names_part(text: str) -> bool:
    return len(text.split()) >= MIN_WORDS_OF_PART


def _read_missing(turn: Turn, order: Order) -> str | None:
    """The key of what is missing: the whole parcel or the id of an article."""
    clicked = turn.entity("order_line")
    if clicked:
        return clicked
    if _EVERYTHING.search(turn.text):
        return WHOLE_PARCEL
    names = {str(line.id): (line.product_name, line.product_name_bn) for line in order.lines}
    return choose_by_name(turn.text, names) if len(names) > 1 else None


def _named(turn: Turn, order: Order) -> str:
    """What is missing, in words."""
    missing = str(turn.slot("missing_what"))
    if missing == WHOLE_PARCEL:
        return turn.words("missing.parcel")
    line = next((line for line in order.lines if str(line.id) == missing), None)
    return line_name(turn, line) if line else missing


class ActionAskMissingWhat(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_missing_what"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        things = {WHOLE_PARCEL: turn.words("button.whole_parcel")}
        things |= {str(line.id): line_name(turn, line) for line in order.lines}
        buttons = [
            {"title": title, "payload": f'/report_missing_item{{"order_line": "{key}"}}'}
            for key, title in things.items()
        ]
        turn.say("utter_ask_missing_what", number=order.number, buttons=buttons)


class ActionAskMissingConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_missing_confirmed"

    async def answer(self, turn: Turn) -> None:
        order = await find_order(self.store, turn.conversation_id, turn.slot("order_number"))
        said: dict[str, Any] = {"number": order.number, "confirms": what_is_confirmed(turn)}
        turn.say("utter_confirm_missing", missing=_named(turn, order), **_delivery(turn, order), **said)


def _delivery(turn: Turn, order: Order) -> dict[str, Any]:
    """When and where the courier says it was delivered."""
    delivered = turn.day(order.delivered_at) if order.delivered_at else order.promised_by
    return {"date": turn.format.day(delivered), "destination": order.address.label}


class ActionReportMissing(FinishForm):
    confirmation = "missing_confirmed"

    def name(self) -> str:
        return "action_report_missing"

    async def perform(self, turn: Turn) -> None:
        number = turn.slot("order_number")
        try:
            order = await find_order(self.store, turn.conversation_id, number)
            await self._report(turn, order)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)

    async def _report(self, turn: Turn, order: Order) -> None:
        missing = _named(turn, order)
        ticket = await open_ticket(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            subject=missing,
            kind=TicketKind.DELIVERY,
            order_number=order.number,
        )
        turn.say(
            "utter_missing_reported",
            card=order_card(order, turn.today),
            number=order.number,
            missing=missing,
            ticket=ticket.number,
            date=turn.format.day(answered_by(turn.today)),
        )
        turn.offer("handoff")

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_missing_kept", number=turn.slot("order_number"))
