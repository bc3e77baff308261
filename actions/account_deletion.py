"""Having an account deleted: said honestly what goes and what stays, confirmed, and done by a person."""

from datetime import timedelta

from actions.forms import FinishForm, ValidateForm, what_is_confirmed
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.accounts import ERASURE_DAYS
from crm_store.use_cases.accounts import RequestedErasure, find_requested_erasure, request_erasure
from crm_store.use_cases.orders import list_open_orders


class ValidateDeleteAccountForm(ValidateForm):
    form = "delete_account_form"
    trigger = "delete_account"
    confirmation = "delete_confirmed"

    async def begin(self, turn: Turn) -> None:
        requested = await find_requested_erasure(self.store, turn.conversation_id)
        if requested:
            _say_requested(turn, requested)
            turn.end_form()
            return
        orders = await list_open_orders(self.store, turn.conversation_id)
        if orders:
            turn.say("utter_delete_open_orders", numbers=", ".join(order.number for order in orders))

    async def hear(self, turn: Turn) -> bool:
        return self.take_confirmation(turn)

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")
        turn.end_form()


class ActionAskDeleteConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_delete_confirmed"

    async def answer(self, turn: Turn) -> None:
        by = turn.today + timedelta(days=ERASURE_DAYS)
        turn.say("utter_confirm_delete", date=turn.format.day(by), confirms=what_is_confirmed(turn))


class ActionDeleteAccount(FinishForm):
    """The request only; the erasing itself is a person's."""

    confirmation = "delete_confirmed"

    def name(self) -> str:
        return "action_delete_account"

    async def perform(self, turn: Turn) -> None:
        requested = await request_erasure(
            self.store, turn.conversation_id, turn.words("account.erase"), key=turn.key(self.name())
        )
        _say_requested(turn, requested)

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_delete_kept")

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")


def _say_requested(turn: Turn, requested: RequestedErasure) -> None:
    turn.say(
        "utter_delete_already_requested" if requested.already else "utter_delete_requested",
        ticket=requested.ticket.number,
        date=turn.format.day(requested.by),
    )
