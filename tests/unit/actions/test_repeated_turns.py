"""A turn killed after its change and before its commit runs again from the old state: same answer."""

from dataclasses import dataclass
from typing import Any

import pytest

from crm_store.use_cases.returns import list_returnable_items, list_returns
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

ADDRESS = {
    "line": "House 9, Road 2",
    "area": "Banani",
    "postcode": "1213",
    "phone": None,
    "city_as_written": "Dhaka",
}


@dataclass
class Task:
    """A form that waits for its confirmation."""

    form: str
    asked: str
    action: str
    slots: dict[str, Any]

    def dialogue(self) -> Dialogue:
        return Dialogue({**self.slots, "task": self.form}, form=self.form, asked=self.asked)


async def _run_turn(acting: Acting, task: Task, message: Message) -> list[Outcome]:
    """All actions of the turn on the message accepted last, from the state before it."""
    heard = await acting.run_again(f"validate_{task.form}", message, task.dialogue())
    slots = {**task.dialogue().slots, **heard.slots}
    return [heard, await acting.run_again(task.action, message, Dialogue(slots))]


async def _check_repeat(acting: Acting, task: Task, message: Message, response: str) -> None:
    await acting.run("action_stop_dialogue", message)  # any action: the message is accepted
    first = await _run_turn(acting, task, message)
    assert first[1].said == [response]
    assert await _run_turn(acting, task, message) == first


def _cancelling(number: str) -> Task:
    return Task("cancel_order_form", "cancel_confirmed", "action_cancel_order", {"order_number": number})


async def _returning(acting: Acting, position: int = 0) -> Task:
    item = (await list_returnable_items(acting.store, acting.conversation_id))[position]
    slots = {"return_item": f"{item.order_number}/{item.line_id}", "return_reason": "damaged"}
    return Task("return_form", "return_confirmed", "action_request_return", slots)


YES = Message("affirm", "yes")


@pytest.mark.parametrize(
    "message",
    [YES, Message("affirm", "yes cancel KT-10310", [entity("order_number", "KT-10310")])],
    ids=["yes", "yes with the number"],
)
async def test_cancelling(acting: Acting, message: Message) -> None:
    await acting.visit("arif")
    await _check_repeat(acting, _cancelling("KT-10310"), message, "utter_cancel_done_refund")


async def test_cancelling_the_only_order(acting: Acting) -> None:
    await acting.visit("tanvir")
    await _check_repeat(acting, _cancelling("KT-10301"), YES, "utter_cancel_done_refund")


async def test_changing_an_address(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {"order_number": "KT-10301", "new_address": ADDRESS, "new_city": "Dhaka"}
    task = Task("change_address_form", "address_confirmed", "action_change_shipping_address", slots)
    await _check_repeat(acting, task, YES, "utter_address_done")


async def test_reporting_a_payment(acting: Acting) -> None:
    await acting.visit("arif")
    slots = {"order_number": "KT-10312", "payment_problem": "nagad took it"}
    task = Task("payment_issue_form", "payment_confirmed", "action_report_payment", slots)
    await _check_repeat(acting, task, YES, "utter_payment_ticket")


@pytest.mark.parametrize(
    "message",
    [
        YES,
        Message("affirm", "yes, return it from KT-10270", [entity("order_number", "KT-10270")]),
    ],
    ids=["yes", "yes with the number"],
)
async def test_returning_one_of_two_articles(acting: Acting, message: Message) -> None:
    await acting.visit("shirin")
    await _check_repeat(acting, await _returning(acting), message, "utter_report_done")
    returns = await list_returns(acting.store, acting.conversation_id)
    assert sum(back.order_number == "KT-10270" for back in returns) == 1
