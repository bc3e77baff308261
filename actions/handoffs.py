"""Asking for a person, and what leads to it."""

from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.orders import Order
from crm_store.use_cases.handoffs import RequestedHandoff, request_handoff
from crm_store.use_cases.orders import find_order


class ActionRequestHandoff(TopicAction):
    """Opens the hand-over, once, and says honestly when people are there. The bot goes on helping."""

    def name(self) -> str:
        return "action_request_handoff"

    async def answer(self, turn: Turn) -> None:
        await self.request(turn, HandoffReason.ASKED)

    async def request(self, turn: Turn, reason: HandoffReason) -> None:
        """Ask for a person because of `reason`."""
        requested = await request_handoff(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            reason=reason,
            summary={
                "language": turn.language,
                "intent": turn.intent,
                "order": turn.slot("order_number"),
                "task": turn.slot("task"),
                "late_order": turn.slot("late_order"),
                "last_rating": turn.slot("last_rating"),
            },
        )
        _say_when(turn, requested)

    def ask_for_login(self, turn: Turn) -> None:
        """Only `rasa shell` comes here: without a conversation in the store nobody can be asked."""
        turn.say("utter_went_wrong")


def _say_when(turn: Turn, requested: RequestedHandoff) -> None:
    hours = requested.hours
    asked = "already" if requested.already else "asked"
    if hours.closes_at is not None:
        time = turn.format.clock(hours.closes_at, hours.timezone)
        turn.say(f"utter_handoff_{asked}_open", time=time)
    elif hours.opens_at is not None:
        time = turn.format.moment(hours.opens_at, hours.timezone, now=turn.now)
        turn.say(f"utter_handoff_{asked}_closed", time=time)


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
