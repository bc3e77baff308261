"""An invoice in a company's name, which the accounts team makes."""

from typing import Final

from actions.forms import ANSWERS, FORM_SLOTS, ValidateForm, requested
from actions.payments import COMPANY_FORM
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.payments import answer_by
from crm_store.domain.tickets import TicketKind
from crm_store.use_cases.orders import find_order, list_orders
from crm_store.use_cases.tickets import open_ticket

# Names and addresses of companies resemble these; as an answer to this question they are none of them.
TAKEN_FOR: Final = ANSWERS | {
    "get_invoice",
    "out_of_scope",
    "ask_other_topic",
    "edit_account",
    "change_shipping_address",
    "set_up_shipping_address",
    "find_store",
}
# "ABC Ltd" is a name; "ok" and "hm" are not.
MIN_NAME_LETTERS: Final = 5
# A name, an address and a BIN; the whole message is in the conversation.
MAX_DETAILS: Final = 300


class ValidateCompanyInvoiceForm(ValidateForm):
    """In whose name, for the order that is meant, else for the newest."""

    form = COMPANY_FORM
    trigger = "get_invoice"

    async def begin(self, turn: Turn) -> None:
        number = turn.entity("order_number") or turn.slot("order_number")
        try:
            order = (
                await find_order(self.store, turn.conversation_id, number)
                if number
                else next(iter(await list_orders(self.store, turn.conversation_id, limit=1)), None)
            )
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
            turn.end_form()
            return
        if order is None:
            turn.say("utter_no_orders")
            turn.end_form()
        else:
            turn.set(order_number=order.number, company_details=None)

    async def hear(self, turn: Turn) -> bool:
        if requested(turn) != "company_details" or turn.intent not in TAKEN_FOR:
            return False
        if turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
        elif sum(char.isalpha() for char in turn.text) < MIN_NAME_LETTERS:
            turn.say("utter_company_details_unclear")
            turn.set(company_details=None)
        else:
            turn.set(company_details=turn.text)
        return True


class ActionAskCompanyDetails(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_company_details"

    async def answer(self, turn: Turn) -> None:
        turn.say("utter_ask_company_details", number=turn.slot("order_number"))


class ActionRequestCompanyInvoice(TopicAction):
    """Hands the name on to the accounts team, when one was given."""

    def name(self) -> str:
        return "action_request_company_invoice"

    async def answer(self, turn: Turn) -> None:
        details, number = turn.slot("company_details"), turn.slot("order_number")
        try:
            if details:
                await self._hand_on(turn, details, number)
        finally:
            turn.clear([*FORM_SLOTS, "task", "offered_choices"])

    async def _hand_on(self, turn: Turn, details: str, number: str) -> None:
        ticket = await open_ticket(
            self.store,
            turn.conversation_id,
            key=turn.key(self.name()),
            subject=turn.words("ticket.company_invoice", details=details[:MAX_DETAILS]),
            kind=TicketKind.OTHER,
            order_number=number,
        )
        date = turn.format.day(answer_by(turn.today))
        turn.say("utter_company_invoice_ticket", ticket=ticket.number, number=number, date=date)
