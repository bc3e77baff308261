"""Seeing what is stored about oneself, and correcting name, e-mail address or mobile number."""

from typing import Final

from actions.account_words import (
    is_about_other_details,
    pick_detail,
    read_bare_name,
    read_detail,
    read_value,
    wants_to_see,
)
from actions.forms import ANSWERS, FinishForm, ValidateForm, requested, what_is_confirmed
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.accounts import Account, AccountDetail, mask_email, mask_phone
from crm_store.domain.spelling import words_of
from crm_store.use_cases.accounts import find_account, rename_customer, request_account_change

FORM: Final = "edit_account_form"

# Below this an "understood" intent of a few words is taken for the name it may be.
SURE: Final = 0.75
MAX_WORDS_OF_ANSWER: Final = 4

_UNCLEAR: Final = {
    AccountDetail.NAME: "utter_name_unclear",
    AccountDetail.EMAIL: "utter_email_unclear",
    AccountDetail.PHONE: "utter_phone_unclear",
}


class ValidateEditAccountForm(ValidateForm):
    form = FORM
    trigger = "edit_account"
    confirmation = "account_confirmed"

    async def begin(self, turn: Turn) -> None:
        account = await find_account(self.store, turn.conversation_id)
        detail = read_detail(turn)
        if wants_to_see(turn) and not (detail and read_value(turn, detail)):
            turn.say("utter_account_details", details=written_out(turn, account))
            turn.end_form()
        elif detail:
            self._take(turn, account, detail)
        elif is_about_other_details(turn.text):
            turn.say("utter_account_detail_elsewhere")
            turn.end_form()

    async def hear(self, turn: Turn) -> bool:
        account = await find_account(self.store, turn.conversation_id)
        asked = requested(turn)
        if asked == "account_confirmed" and self.take_confirmation(turn):
            return True
        if turn.intent == "deny" and not read_detail(turn):
            turn.set(account_confirmed=False)
            turn.end_form()
            return True
        return _may_answer(turn, self.trigger) and self._take_answer(turn, account, asked)

    def _take_answer(self, turn: Turn, account: Account, asked: str | None) -> bool:
        wanted = turn.slot("account_detail")
        detail = read_detail(turn) or (pick_detail(turn) if asked == "account_detail" else None)
        if detail and (detail != wanted or read_value(turn, detail)):
            self._take(turn, account, detail)
            return True
        if asked == "account_value":
            self._take_bare_value(turn, account, AccountDetail(wanted))
            return True
        return False

    def _take(self, turn: Turn, account: Account, detail: AccountDetail) -> None:
        """Take what the message is about, and the new value when it holds one."""
        turn.set(account_detail=detail.value, account_value=None)
        value = read_value(turn, detail)
        if value:
            self._take_value(turn, account, detail, value)

    def _take_bare_value(self, turn: Turn, account: Account, detail: AccountDetail) -> None:
        name = read_bare_name(turn.text) if detail is AccountDetail.NAME else None
        if name:
            self._take_value(turn, account, detail, name)
        elif turn.intent == self.trigger:
            turn.set(account_value=None)  # "change my name": the same wish again, so the same question
        else:
            turn.say(_UNCLEAR[detail])
            turn.set(account_value=None)

    def _take_value(self, turn: Turn, account: Account, detail: AccountDetail, value: str) -> None:
        if account.holds(detail, value):
            turn.say("utter_account_value_same")
            turn.end_form()
        turn.set(account_value=value)

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")
        turn.end_form()


def _may_answer(turn: Turn, trigger: str) -> bool:
    """A few words can be a name whatever they are taken for; a clear question is none."""
    if turn.intent in ANSWERS | {trigger}:
        return True
    short = len(words_of(turn.text)) <= MAX_WORDS_OF_ANSWER
    return short and (turn.intent == "out_of_scope" or turn.confidence < SURE)


def written_out(turn: Turn, account: Account) -> str:
    """What is stored, a line each; nobody who looks over a shoulder learns address or number."""
    lines = [
        turn.words(f"account.{detail.value}", value=current_value(turn, account, detail))
        for detail in AccountDetail
    ]
    offers = turn.words("account.offers_on" if account.gets_offers else "account.offers_off")
    return "\n".join([*lines, turn.words("account.offers", value=offers)])


def current_value(turn: Turn, account: Account, detail: AccountDetail) -> str:
    """The stored value as it may be shown."""
    nothing = turn.words("account.nothing")
    if detail is AccountDetail.NAME:
        return turn.format.name(account.name, account.name_bn)
    if detail is AccountDetail.EMAIL:
        return mask_email(account.email) if account.email else nothing
    return turn.format.digits(mask_phone(account.phone)) if account.phone else nothing


class ActionAskAccountDetail(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_account_detail"

    async def answer(self, turn: Turn) -> None:
        account = await find_account(self.store, turn.conversation_id)
        turn.say("utter_ask_account_detail", details=written_out(turn, account))


class ActionAskAccountValue(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_account_value"

    async def answer(self, turn: Turn) -> None:
        detail = AccountDetail(turn.slot("account_detail"))
        account = await find_account(self.store, turn.conversation_id)
        turn.say(f"utter_ask_account_{detail.value}", current=current_value(turn, account, detail))


class ActionAskAccountConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_account_confirmed"

    async def answer(self, turn: Turn) -> None:
        detail = AccountDetail(turn.slot("account_detail"))
        account = await find_account(self.store, turn.conversation_id)
        turn.say(
            f"utter_confirm_account_{detail.value}",
            current=current_value(turn, account, detail),
            value=turn.slot("account_value"),
            confirms=what_is_confirmed(turn),
        )


class ActionEditAccount(FinishForm):
    """A name is changed at once; an e-mail address or a number only by a person (see the use case)."""

    confirmation = "account_confirmed"

    def name(self) -> str:
        return "action_edit_account"

    async def perform(self, turn: Turn) -> None:
        value = turn.slot("account_value")
        if turn.slot("account_detail") == AccountDetail.NAME:
            renamed = await rename_customer(
                self.store, turn.conversation_id, value, key=turn.key(self.name())
            )
            turn.say("utter_name_changed", name=renamed.new)
        else:
            await self._request(turn, value)

    async def _request(self, turn: Turn, value: str) -> None:
        subject = turn.words(f"account.change_{turn.slot('account_detail')}", value=value)
        requested_change = await request_account_change(
            self.store, turn.conversation_id, subject, key=turn.key(self.name())
        )
        turn.say(
            "utter_account_change_already_requested"
            if requested_change.already
            else "utter_account_change_requested",
            ticket=requested_change.ticket.number,
            value=value,
        )

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_account_kept")

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")
