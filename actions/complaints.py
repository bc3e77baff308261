"""Complaints: an apology, the offer of a person, and a ticket when one is wanted."""

import re
from typing import Final

from actions.forms import ANSWERS, ValidateForm
from actions.handoffs import find_late_order
from actions.order_choice import product_label
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.tickets import Ticket, TicketKind, answered_by
from crm_store.use_cases.tickets import open_ticket

COMPLAINT_FORM: Final = "complaint_form"
# A message of so many words tells what happened; a shorter one only says that something did.
MIN_STORY_WORDS: Final = 12
# Fewer words are no complaint that somebody could work on, unless they were asked for.
MIN_TOLD_WORDS: Final = 4
# Shouting: a few words in capitals, or marks in a row.
MIN_SHOUTED_LETTERS: Final = 10

_WANTS_IT_FILED: Final = re.compile(
    r"\b(?:file|lodge|submit|register|raise|make|making|open|filing|lodging|submitting|put)\b.{0,200}"
    r"\b(?:complaints?|claims?|grievance|reclamation)\b"
    r"|\b(?:formal|official|written) complaint\b|\bcomplaint (?:form|number)\b|\bon record\b"
    r"|(?:অভিযোগ|কমপ্লেইন|নালিশ|ক্লেইম)\S*\s+(?:দায়ের|করতে|করব|করবো|জমা|দিতে|নিন|নেন|নথি|ফর্ম|নাম্বার|দেব|দিব)"
    r"|\b(?:complain|complaint|ovijog|obhijog|nalish|claim)\s+(?:\w+\s+)?"
    r"(?:korte|korbo|krbo|nen|nin|joma|dite|dibo|debo|dayer|form|number)\b",
    re.IGNORECASE,
)
_MARKS_IN_A_ROW: Final = re.compile(r"[!?]{3}")


class ActionAnswerComplaint(TopicAction):
    """An apology that names the reason when it is known, and the offer of a person or a ticket."""

    def name(self) -> str:
        return "action_answer_complaint"

    async def answer(self, turn: Turn) -> None:
        if turn.active_form is None and _wants_it_filed(turn):
            self._file(turn)
            return
        await self._apologise(turn)
        turn.offer("handoff")

    def _file(self, turn: Turn) -> None:
        if turn.is_verified:
            turn.follow_up(COMPLAINT_FORM)
        else:
            self.ask_who_it_is(turn, "utter_complaint_login")
            turn.offer("handoff")

    async def _apologise(self, turn: Turn) -> None:
        late = await find_late_order(self, turn)
        if late:
            date = turn.format.day(late.promised_by)
            turn.explain("utter_why_late_order", number=late.number, date=date)
            turn.remember_order(late.number)
            product = product_label(turn, late)
            turn.say("utter_complaint_late_order", number=late.number, product=product, date=date)
        else:
            turn.say("utter_complaint_upset" if _is_shouted(turn.text) else "utter_complaint")


def _wants_it_filed(turn: Turn) -> bool:
    return turn.entity("asks_for") == "ticket" or bool(_WANTS_IT_FILED.search(turn.text))


def _is_shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    capitals = len(letters) >= MIN_SHOUTED_LETTERS and "".join(letters).isupper()
    return capitals or bool(_MARKS_IN_A_ROW.search(text))


class ValidateComplaintForm(ValidateForm):
    """What happened, in the customer's words."""

    form = COMPLAINT_FORM
    trigger = "complaint"

    async def begin(self, turn: Turn) -> None:
        if len(turn.text.split()) >= MIN_STORY_WORDS:
            turn.set(complaint_text=turn.text)

    async def hear(self, turn: Turn) -> bool:
        if turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
            return True
        if not _tells(turn):
            return False
        turn.set(complaint_text=turn.text)
        return True


def _tells(turn: Turn) -> bool:
    """A story is told whatever it is about; few words are one only if they are about nothing else."""
    words = len(turn.text.split())
    told = turn.intent in (ANSWERS - {"affirm"}) | {"complaint", "insult", "report_damaged_item"}
    return words >= MIN_STORY_WORDS or (told and words >= MIN_TOLD_WORDS)


class ActionFileComplaint(TopicAction):
    """Opens the ticket once the customer has told what happened."""

    def name(self) -> str:
        return "action_file_complaint"

    async def answer(self, turn: Turn) -> None:
        told = turn.slot("complaint_text")
        if told:
            ticket = await self._open(turn, told)
            date = turn.format.day(answered_by(turn.today))
            turn.say("utter_complaint_filed", ticket=ticket.number, date=date)
            turn.offer("handoff")
        turn.clear(["complaint_text", "task", "offered_choices"])

    async def _open(self, turn: Turn, told: str) -> Ticket:
        number = turn.entity("order_number") or turn.slot("order_number")
        try:
            return await self._open_about(turn, told, number)
        except UnknownOrder:
            return await self._open_about(turn, told, None)

    async def _open_about(self, turn: Turn, told: str, number: str | None) -> Ticket:
        return await open_ticket(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            subject=told,
            kind=TicketKind.COMPLAINT,
            order_number=number,
        )
