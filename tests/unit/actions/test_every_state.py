"""Orders, returns and refunds in every state the shop knows are spoken about, in three languages."""

from collections.abc import AsyncIterator

import pytest

from actions.labels import LANGUAGES
from crm_store.domain.orders import OrderStatus
from crm_store.domain.returns import RefundStatus, ReturnStatus
from crm_store.use_cases.orders import list_orders
from crm_store.use_cases.returns import list_refunds, list_returns
from tests.unit.actions.acting import Acting, Dialogue, Message, entity

REFS = [f"customer-{number:03}" for number in range(1, 61)]


async def _visits(acting: Acting) -> AsyncIterator[str]:
    for ref in ["mitali", "rahima", "arif", "shirin", *REFS]:
        await acting.visit(ref)
        yield ref


def _about(intent: str, number: str) -> Message:
    return Message(intent, number, [entity("order_number", number)])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_orders_in_every_state(acting: Acting, language: str) -> None:
    missing = set(OrderStatus)
    async for _ in _visits(acting):
        for order in await list_orders(acting.store, acting.conversation_id, limit=20):
            if order.status in missing:
                missing.discard(order.status)
                await _speak_about_order(acting, order.number, language)
        if not missing:
            return
    raise AssertionError(f"the shop has no order that is {missing}")


async def _speak_about_order(acting: Acting, number: str, language: str) -> None:
    slots = {"language": language}
    tracked = await acting.run("action_track_order", _about("track_order", number), Dialogue(slots))
    assert tracked.said
    asked = _about("check_cancellation_fee", number)
    fee = await acting.run("action_check_cancellation_fee", asked, Dialogue({"verified": True, **slots}))
    assert fee.said
    for action, intent in (("action_check_invoice", "check_invoice"), ("action_get_invoice", "get_invoice")):
        assert (await acting.run(action, _about(intent, number), Dialogue(dict(slots)))).said
    payment = Dialogue(
        slots | {"order_number": number, "task": "payment_issue_form"}, form="payment_issue_form"
    )
    assert (await acting.run("action_ask_payment_confirmed", _about("inform", number), payment)).said
    for form, intent in (
        ("cancel_order_form", "cancel_order"),
        ("change_address_form", "change_shipping_address"),
        ("return_form", "request_return"),
        ("return_form", "report_damaged_item"),
        ("exchange_form", "request_exchange"),
        ("change_order_form", "change_order"),
        ("missing_item_form", "report_missing_item"),
        ("payment_issue_form", "payment_issue"),
    ):
        begin = Dialogue(dict(slots), form=form, begins=True)
        outcome = await acting.run(f"validate_{form}", _about(intent, number), begin)
        ended = "requested_slot" in outcome.slots
        assert bool(outcome.said) or not ended, f"{form} ended for {number} without a word"


async def test_returns_and_refunds_in_every_state(acting: Acting) -> None:
    returns, refunds = set(ReturnStatus), set(RefundStatus)
    async for _ in _visits(acting):
        for back in await list_returns(acting.store, acting.conversation_id):
            if back.status in returns:
                returns.discard(back.status)
                outcome = await acting.run("action_track_return", _about("track_return", back.order_number))
                assert outcome.said
        for refund in await list_refunds(acting.store, acting.conversation_id):
            if refund.status in refunds:
                refunds.discard(refund.status)
                outcome = await acting.run("action_track_refund", _about("track_refund", refund.order_number))
                assert outcome.said
        if not returns and not refunds:
            return
    raise AssertionError(f"the shop has no return that is {returns}, no refund that is {refunds}")


async def test_a_pick_with_nothing_to_pick_from_is_asked_about(acting: Acting) -> None:
    await acting.visit("john")
    picked = Message("pick_option", "the last one", [entity("option", "last")])
    outcome = await acting.run("action_take_information", picked, Dialogue({"verified": True}))
    assert outcome.said == ["utter_information_for_what"]
