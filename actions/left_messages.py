"""Nobody there: the matter is left in writing, and the customer says where the answer shall reach them."""

import re
from typing import Final

from actions.forms import ValidateForm, requested
from actions.handoffs import MESSAGE_FORM
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.tickets import answered_by
from crm_store.domain.waiting import ReachBy, WayToAnswer
from crm_store.use_cases.waiting import leave_message, list_ways_to_answer

# Fewer words tell nobody what it is about.
MIN_WORDS: Final = 3
ANSWER_AT: Final = "answer_at"

_NAMED: Final = {
    ReachBy.PHONE: re.compile(r"\b(?:phone|call|mobile|ring|fon|kol)\b|ফোন|কল|মোবাইল", re.IGNORECASE),
    ReachBy.EMAIL: re.compile(r"\b(?:e-?mails?|mail)\b|ইমেইল|ই-মেইল|মেইল", re.IGNORECASE),
    ReachBy.CHAT: re.compile(r"\b(?:here|chat|this|ekhane|ekhanei)\b|এখানে|চ্যাট", re.IGNORECASE),
}


class ValidateLeaveMessageForm(ValidateForm):
    """What it is about, and where to answer."""

    form = MESSAGE_FORM
    trigger = "contact_human_agent"

    async def begin(self, turn: Turn) -> None:
        """Both are asked."""

    async def hear(self, turn: Turn) -> bool:
        if turn.intent in ("deny", "stop_dialogue"):
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
            return True
        if requested(turn) == ANSWER_AT:
            return await self._take_way(turn)
        if len(turn.text.split()) < MIN_WORDS:
            return False
        turn.set(message_text=turn.text)
        ways = await list_ways_to_answer(self.store, turn.conversation_id)
        if len(ways) == 1:
            turn.set(answer_at=ways[0].key)
        return True

    async def _take_way(self, turn: Turn) -> bool:
        ways = await list_ways_to_answer(self.store, turn.conversation_id)
        chosen = turn.entity(ANSWER_AT) or _named_way(turn.text, ways)
        if chosen is None:
            return False
        turn.set(answer_at=chosen)
        return True


def _named_way(text: str, ways: list[WayToAnswer]) -> str | None:
    named = [way for way in ways if way.by in _NAMED and _NAMED[way.by].search(text)]
    named += [way for way in ways if way.by is ReachBy.CHANNEL and way.label.casefold() in text.casefold()]
    return named[0].key if named else None


class ActionAskAnswerAt(TopicAction):
    """Offers every way that is on file, masked."""

    remembers = False

    def name(self) -> str:
        return "action_ask_answer_at"

    async def answer(self, turn: Turn) -> None:
        ways = await list_ways_to_answer(self.store, turn.conversation_id)
        turn.say("utter_ask_where_to_answer", buttons=[_button(turn, way) for way in ways])


def _button(turn: Turn, way: WayToAnswer) -> Button:
    title = turn.words(f"answer_at.{way.by.value}", label=turn.format.digits(way.label))
    return {"title": title, "payload": f'/inform{{"{ANSWER_AT}": "{way.key}"}}'}


class ActionLeaveMessage(TopicAction):
    """Writes it down and says what happens next; nothing is promised that nobody does."""

    mails: bool = False
    """Whether the service itself sends the answer to whoever chose e-mail."""

    def name(self) -> str:
        return "action_leave_message"

    async def answer(self, turn: Turn) -> None:
        text, way = turn.slot("message_text"), turn.slot(ANSWER_AT)
        if text and way:
            left = await leave_message(
                self.store,
                turn.conversation_id,
                key=turn.key(self.name()),
                text=text,
                answer_at=way,
                mails=self.mails,
                summary={"language": turn.language, "intent": turn.intent, "mood": turn.slot("mood")},
            )
            place = turn.words(f"answered_at.{left.way.by.value}", label=turn.format.digits(left.way.label))
            date = turn.format.day(answered_by(turn.today))
            if left.ticket_number:
                turn.say("utter_message_left", ticket=left.ticket_number, place=place, date=date)
            else:
                turn.say("utter_message_left_unnumbered", place=place)
        turn.clear(["message_text", ANSWER_AT, "task", "offered_choices"])
