"""What all forms share: when a message is an answer, a correction, an interruption, or none of these.

Rasa calls `validate_<form>` when the form begins, for every message while it is active, and again after an
interruption was answered. Returning no slot makes Rasa reject the form for this message, so that the rules
answer it; then the form asks again.
"""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final

from actions.topic_action import TopicAction
from actions.turn import REQUESTED_SLOT, Turn
from actions.yes_words import repeats_with_yes, wants_it_changed_with_yes
from crm_store.domain.surveys import SURVEY

CHANGE_FORMS: Final = frozenset(
    {
        "cancel_order_form",
        "change_address_form",
        "company_invoice_form",
        "payment_issue_form",
        "return_form",
        "edit_account_form",
        "delete_account_form",
        "disconnect_account_form",
        "change_order_form",
        "add_address_form",
        "exchange_form",
        "missing_item_form",
        "review_form",
        "complaint_form",
        "leave_message_form",
    }
)
FORM_SLOTS: Final = (
    "cancel_reason",
    "cancel_confirmed",
    "new_address",
    "new_city",
    "address_confirmed",
    "return_item",
    "return_reason",
    "return_confirmed",
    "payment_problem",
    "payment_confirmed",
    "company_details",
    "promo_code",
    "account_detail",
    "account_value",
    "account_confirmed",
    "delete_confirmed",
    "linked_account",
    "disconnect_confirmed",
    "order_change",
    "change_confirmed",
    "address_name",
    "exchange_wish",
    "exchange_confirmed",
    "missing_what",
    "missing_confirmed",
    "review_rating",
    "review_comment",
    "complaint_text",
    "message_text",
    "answer_at",
    "bot_rating",
    "survey_comment",
)
# The questions of each form in their order; slots that one answer fills stand together.
FORM_QUESTIONS: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "track_order_form": (("order_number",),),
    "cancel_order_form": (("order_number",), ("cancel_confirmed",)),
    "change_order_form": (("order_number",), ("order_change",), ("change_confirmed",)),
    "change_address_form": (("order_number",), ("new_address", "new_city"), ("address_confirmed",)),
    "add_address_form": (("new_address", "new_city"), ("address_confirmed",)),
    "return_form": (("return_item",), ("return_reason",), ("return_confirmed",)),
    "exchange_form": (("return_item",), ("exchange_wish",), ("exchange_confirmed",)),
    "missing_item_form": (("order_number",), ("missing_what",), ("missing_confirmed",)),
    "review_form": (("review_rating",), ("review_comment",)),
    "complaint_form": (("complaint_text",),),
    "leave_message_form": (("message_text",), ("answer_at",)),
    "survey_form": (("bot_rating",), ("survey_comment",)),
    "payment_issue_form": (("order_number",), ("payment_confirmed",)),
    "company_invoice_form": (("company_details",),),
    "promo_code_form": (("promo_code",),),
    "edit_account_form": (("account_detail",), ("account_value",), ("account_confirmed",)),
    "delete_account_form": (("delete_confirmed",),),
    "disconnect_account_form": (("linked_account",), ("disconnect_confirmed",)),
    "product_form": (("product",),),
}

MAX_MUMBLED_WORDS: Final = 2

CONFIRMS: Final = "confirms"  # entity of every yes and no button
CONFIRMED_SLOTS: Final = (
    "task",
    "order_number",
    "new_address",
    "new_city",
    "return_item",
    "return_reason",
    "account_detail",
    "account_value",
    "order_change",
    "exchange_wish",
    "missing_what",
    "linked_account",
)
DIGEST_LENGTH: Final = 16

# Intents that only make sense as an answer to the form's question; all others are interruptions.
ANSWERS: Final = frozenset({"inform", "pick_option", "affirm", "deny", "nlu_fallback", ""})

# "Change it" is understood as any of these, whatever is to be changed.
CHANGES: Final = frozenset({"change_order", "request_exchange", "change_shipping_address", "edit_account"})


class ValidateForm(TopicAction):
    """Base of the forms' validations; `trigger` is the intent that starts the form.

    `confirmation` is the slot of its last question, if that is a yes or no; see `what_is_confirmed`.
    """

    remembers = False
    form: str
    trigger: str
    confirmation: str | None = None
    takes_over: tuple[str, ...] = ()
    """Slots that still hold when this form replaces another one: "can I get a bigger one instead?"."""
    takes_ratings: bool = False
    """Whether a click on a survey's star is this form's answer; to all others it is an interruption."""

    def name(self) -> str:
        return f"validate_{self.form}"

    async def answer(self, turn: Turn) -> None:
        if turn.has_just_begun(self.form):
            await self._begin(turn)
        elif not turn.was_interrupted_in(self.form):
            await self._hear(turn)

    def ask_for_login(self, turn: Turn) -> None:
        super().ask_for_login(turn)
        turn.end_form()

    @abstractmethod
    async def begin(self, turn: Turn) -> None:
        """Fill in what is known already; `turn.end_form()` when there is nothing to do."""

    @abstractmethod
    async def hear(self, turn: Turn) -> bool:
        """Take the message as an answer or a correction; False when it is neither."""

    def take_confirmation(self, turn: Turn) -> bool:
        """Take a typed yes or no as the answer to the last question; False when the message is neither."""
        agrees = turn.intent == "affirm" or self._repeats_with_yes(turn)
        if not agrees and turn.intent != "deny":
            return False
        turn.set(**{str(self.confirmation): agrees})
        return True

    def _repeats_with_yes(self, turn: Turn) -> bool:
        if {self.trigger, turn.intent} <= CHANGES and wants_it_changed_with_yes(turn.text):
            return True
        number = turn.slot("order_number")
        return turn.intent == self.trigger and repeats_with_yes(turn.text, about=number)

    async def _begin(self, turn: Turn) -> None:
        earlier = turn.slot("task")
        if earlier in CHANGE_FORMS and earlier != self.form:
            turn.say(f"utter_set_aside_{earlier}")
        turn.clear([slot for slot in (*FORM_SLOTS, "misunderstood") if slot not in self.takes_over])
        turn.set(task=self.form)
        await self.begin(turn)

    async def _hear(self, turn: Turn) -> None:
        clicked = turn.entity(CONFIRMS)
        if turn.entity(SURVEY) is not None and not self.takes_ratings:
            return
        if clicked is not None:
            self._hear_click(turn, clicked)
        elif await self.hear(turn):
            turn.clear(["misunderstood"])
        elif turn.intent in ANSWERS | {self.trigger} or _is_mumbled(turn):
            self._ask_again(turn)

    def _hear_click(self, turn: Turn, confirms: str) -> None:
        """A button stays visible: it answers the question it belongs to and no later one."""
        if requested(turn) == self.confirmation and confirms == what_is_confirmed(turn):
            turn.set(**{str(self.confirmation): turn.intent == "affirm"})
            turn.clear(["misunderstood"])
        else:
            turn.say("utter_old_button")
            # Rasa takes a validation without a slot for an interruption, which nobody would answer.
            turn.set(misunderstood=turn.slot("misunderstood"))

    def _ask_again(self, turn: Turn) -> None:
        times = int(turn.slot("misunderstood") or 0) + 1
        if turn.intent != self.trigger:
            turn.say("utter_not_an_answer" if times == 1 else "utter_not_an_answer_again")
        turn.set(misunderstood=times)


class FinishForm(TopicAction):
    """Base of what runs when a form has ended: does what was confirmed, or nothing."""

    form: str
    confirmation: str

    async def answer(self, turn: Turn) -> None:
        confirmed = turn.slot(self.confirmation)
        try:
            if confirmed is True:
                await self.perform(turn)
            elif confirmed is False:
                await self.leave(turn)
            # None: the form ended early and has said why.
        finally:
            turn.clear([*FORM_SLOTS, "task", "offered_choices"])

    @abstractmethod
    async def perform(self, turn: Turn) -> None:
        """Make the change and say so."""

    @abstractmethod
    async def leave(self, turn: Turn) -> None:
        """Say that nothing changed."""


def _is_mumbled(turn: Turn) -> bool:
    """A word or two that mean nothing are a failed answer rather than a question about something else."""
    return turn.intent == "out_of_scope" and len(turn.text.split()) <= MAX_MUMBLED_WORDS


def requested(turn: Turn) -> str | None:
    """The slot the form has just asked for."""
    asked = turn.slot(REQUESTED_SLOT)
    return str(asked) if asked else None


def what_is_confirmed(turn: Turn) -> str:
    """Names exactly what the form under way would do after a yes: it changes with every correction."""
    filled = {name: turn.slot(name) for name in CONFIRMED_SLOTS}
    digest = hashlib.sha256(json.dumps(filled, sort_keys=True).encode()).hexdigest()
    return f"{turn.slot('task')}:{digest[:DIGEST_LENGTH]}"


def reopen_last_answer(turn: Turn) -> bool:
    """Empty the answer before the question just asked, so that the form asks it again; False if none is."""
    for slots in reversed(_answered(turn)):
        if any(turn.slot(slot) is not None for slot in slots):
            turn.set(**dict.fromkeys(slots))
            return True
    return False


def _answered(turn: Turn) -> Sequence[Sequence[str]]:
    questions = FORM_QUESTIONS.get(turn.active_form or "", ())
    asked = requested(turn)
    place = next((i for i, slots in enumerate(questions) if asked in slots), len(questions))
    return questions[:place]
