"""Greeting a customer, personally when there is something to be personal about."""

from typing import Final

from actions.handoffs import find_late_order
from actions.order_choice import product_label
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.orders import Order
from crm_store.domain.reviews import BEST, LOW

THANKED_TIERS: Final = frozenset({"gold", "platinum"})


class ActionGreet(TopicAction):
    """A greeting and at most one personal line a day. Each line explains itself when asked why."""

    def name(self) -> str:
        return "action_greet"

    async def answer(self, turn: Turn) -> None:
        if turn.active_form:
            turn.say("utter_greet_in_between")
        elif turn.slot("greeted_on") == turn.today.isoformat():
            turn.say("utter_greet_again")
        else:
            turn.set(greeted_on=turn.today.isoformat())
            _say_hello(turn)
            await self._say_personal_line(turn)

    async def _say_personal_line(self, turn: Turn) -> None:
        rating = turn.slot("last_rating")
        if turn.slot("handoff_pending"):
            turn.explain("utter_why_handoff_pending")
            turn.say("utter_greet_handoff_pending")
        elif rating is not None and int(rating) <= LOW:
            _apologise_for_last_time(turn, int(rating))
        elif _came_from_elsewhere(turn):
            _go_on_from_elsewhere(turn)
        elif late := await find_late_order(self, turn):
            _mention_late_order(turn, late)
        elif turn.slot("open_tickets"):
            turn.explain("utter_why_open_ticket")
            turn.say("utter_greet_open_ticket")
        elif rating is not None and int(rating) == BEST:
            _remember_good_time(turn, int(rating))
        else:
            turn.say("utter_greet_prompt")


def _say_hello(turn: Turn) -> None:
    name = _name(turn)
    tier = turn.slot("tier")
    if name is None:
        turn.say("utter_greet_new")
    elif not turn.slot("returning"):
        turn.explain("utter_why_known")
        turn.say("utter_greet_known", name=name)
    elif tier in THANKED_TIERS:
        tier_name = turn.words(f"tier.{tier}")
        turn.explain("utter_why_returning")
        turn.explain("utter_why_tier", value=tier, tier=tier_name)
        turn.say("utter_greet_returning_tier", name=name, tier=tier_name)
    else:
        turn.explain("utter_why_returning")
        turn.say("utter_greet_returning", name=name)


def _name(turn: Turn) -> str | None:
    name, name_bn = turn.slot("customer_name"), turn.slot("customer_name_bn")
    if not turn.is_verified or not (name or name_bn):
        return None
    return turn.format.name(name or name_bn, name_bn)


def _apologise_for_last_time(turn: Turn, rating: int) -> None:
    rated, best = turn.format.number(rating), turn.format.number(BEST)
    turn.explain("utter_why_low_rating", value=str(rating), rating=rated, best=best)
    turn.say("utter_greet_low_rating")
    turn.offer("handoff")


def _came_from_elsewhere(turn: Turn) -> bool:
    """They were talking about an order on another channel."""
    return bool((turn.slot("elsewhere") or {}).get("order"))


def _go_on_from_elsewhere(turn: Turn) -> None:
    elsewhere = turn.slot("elsewhere")
    number, place = elsewhere["order"], turn.words(f"channel.{elsewhere['channel']}")
    turn.explain("utter_why_elsewhere", number=number, place=place)
    turn.say("utter_greet_elsewhere", number=number, place=place)
    turn.offer("go_on_elsewhere")


def _remember_good_time(turn: Turn, rating: int) -> None:
    rated, best = turn.format.number(rating), turn.format.number(BEST)
    turn.explain("utter_why_high_rating", value=str(rating), rating=rated, best=best)
    turn.say("utter_greet_high_rating")


def _mention_late_order(turn: Turn, order: Order) -> None:
    date = turn.format.day(order.promised_by)
    turn.explain("utter_why_late_order", number=order.number, date=date)
    turn.say("utter_greet_late_order", number=order.number, product=product_label(turn, order), date=date)
    turn.offer("late_order")
