"""Asking for a person, and what leads to it."""

from typing import Final

from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.orders import Order
from crm_store.domain.reviews import BEST, LOW
from crm_store.domain.waiting import Waiting
from crm_store.use_cases.handoffs import request_handoff
from crm_store.use_cases.orders import find_order
from crm_store.use_cases.waiting import read_waiting, withdraw_request

MESSAGE_FORM: Final = "leave_message_form"
# Entities of choices that no customer types: see `bot.handoff`.
WHY: Final = "handoff_reason"
ABOUT: Final = "handoff_about"
UNASKED: Final = frozenset(
    {HandoffReason.COMPLAINT, HandoffReason.PEOPLE_ONLY, HandoffReason.VALUED_CUSTOMER}
)


class ActionRequestHandoff(TopicAction):
    """Opens the hand-over, once, and says honestly when people are there. The bot goes on helping."""

    def name(self) -> str:
        return "action_request_handoff"

    async def answer(self, turn: Turn) -> None:
        if turn.entity("asks_for") == "message":
            turn.follow_up(MESSAGE_FORM)
            return
        reason = HandoffReason(turn.entity(WHY) or HandoffReason.ASKED)
        if reason not in UNASKED:
            await self.request(turn, reason)
        elif not (turn.slot("handoff_declined") or turn.slot("handoff_pending")):
            _say_why(turn, reason)
            await self.request(turn, reason)

    async def request(self, turn: Turn, reason: HandoffReason) -> None:
        """Ask for a person because of `reason`."""
        requested = await request_handoff(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            reason=reason,
            summary={
                "language": turn.language,
                "intent": turn.entity(ABOUT) or turn.intent,
                "order": turn.slot("order_number"),
                "task": turn.slot("task"),
                "late_order": turn.slot("late_order"),
                "last_rating": turn.slot("last_rating"),
                "mood": turn.slot("mood"),
            },
        )
        waiting = await read_waiting(self.store, turn.conversation_id)
        if requested.already:
            _say_how_long(turn, waiting)
        else:
            _say_when(turn, waiting)

    def ask_for_login(self, turn: Turn) -> None:
        """Only `rasa shell` comes here: without a conversation in the store nobody can be asked."""
        turn.say("utter_went_wrong")


def _say_why(turn: Turn, reason: HandoffReason) -> None:
    """Nobody asked for a person: say why one is called."""
    rating = turn.slot("last_rating")
    if reason is not HandoffReason.VALUED_CUSTOMER:
        turn.say(f"utter_handoff_because_{reason.value}")
    elif rating is not None and int(rating) <= LOW:
        rated = turn.format.number(int(rating))
        best = turn.format.number(BEST)
        turn.explain("utter_why_low_rating", value=str(rating), rating=rated, best=best)
        turn.say("utter_handoff_because_let_down")
    else:
        tier = turn.slot("tier")
        if tier:
            turn.explain("utter_why_tier", value=tier, tier=turn.words(f"tier.{tier}"))
        turn.say("utter_handoff_because_valued_customer")


def _say_when(turn: Turn, waiting: Waiting) -> None:
    """Just asked: whether somebody is at work, and what can be done meanwhile."""
    turn.say(f"utter_handoff_asked_{_situation(waiting)}", time=_next_change(turn, waiting))
    if not waiting.somebody_there:
        turn.offer("leave_message")


def _say_how_long(turn: Turn, waiting: Waiting) -> None:
    """Asked before: the place in the queue, and how long it usually takes."""
    turn.say(f"utter_handoff_already_{_situation(waiting)}", time=_next_change(turn, waiting))
    if not waiting.somebody_there or waiting.place is None:
        return
    place = turn.format.number(waiting.place)
    if waiting.minutes is None:
        turn.say("utter_queue_place", place=place)
    else:
        turn.say("utter_queue_place_and_wait", place=place, minutes=turn.format.number(waiting.minutes))


def _situation(waiting: Waiting) -> str:
    if not waiting.hours.open_now:
        return "closed" if waiting.hours.opens_at else "closed_long"
    return "present" if waiting.somebody_there else "open"


def _next_change(turn: Turn, waiting: Waiting) -> str:
    """Until when they are at work, or when they are back."""
    hours = waiting.hours
    if hours.closes_at is not None:
        return turn.format.clock(hours.closes_at, hours.timezone)
    return turn.format.moment(hours.opens_at, hours.timezone, now=turn.now) if hours.opens_at else ""


async def withdraw(action: TopicAction, turn: Turn) -> None:
    """ "Never mind" while a person is awaited: nobody needs to come."""
    withdrawn = await withdraw_request(action.store, turn.conversation_id, key=turn.key(action.name()))
    turn.say("utter_handoff_withdrawn" if withdrawn else "utter_nothing_to_drop")
    turn.set(handoff_declined=True)


class ActionAnswerOtherTopic(TopicAction):
    """The shop does it, but not here yet."""

    def name(self) -> str:
        return "action_answer_other_topic"

    async def answer(self, turn: Turn) -> None:
        turn.say("utter_other_topic")
        turn.offer("handoff")


async def find_late_order(action: TopicAction, turn: Turn) -> Order | None:
    """The late order the facts name, if it is still late."""
    number = turn.slot("late_order")
    if not (number and turn.is_verified):
        return None
    try:
        order = await find_order(action.store, turn.conversation_id, number)
    except UnknownOrder:
        return None
    return order if order.is_late(turn.today) else None
