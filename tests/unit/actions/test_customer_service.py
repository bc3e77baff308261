"""How to reach the shop's people, and what cancelling costs."""

from datetime import UTC, datetime

import pytest

from crm_store.domain.support import SUPPORT_EMAIL, SUPPORT_PHONE
from tests.unit.actions.acting import Acting, Dialogue, Message, entity
from tests.unit.actions.conftest import Clock

HOW = Message("contact_customer_service", "your phone number?")
NIGHT = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # 11 pm in Dhaka


async def test_phone_mail_and_hours_are_told_to_anybody(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_contact_customer_service", HOW)
    said = outcome.responses[0]
    assert outcome.said == ["utter_contact_open"]
    assert (said["phone"], said["email"]) == (SUPPORT_PHONE, SUPPORT_EMAIL)
    assert (said["opens"], said["friday_opens"], said["time"]) == ("9 am", "3 pm", "9 pm")
    assert outcome.slots["offer"] == "handoff"


async def test_at_night_they_are_said_to_be_closed(acting: Acting, clock: Clock) -> None:
    clock.time = NIGHT
    await acting.visit(None)
    outcome = await acting.run("action_contact_customer_service", HOW)
    assert outcome.said == ["utter_contact_closed"]
    assert outcome.responses[0]["time"] == "tomorrow at 9 am"


@pytest.mark.parametrize(
    ("persona", "number", "response"),
    [
        ("tanvir", "KT-10301", "utter_cancel_fee_free"),
        ("rahima", "KT-10234", "utter_cancel_fee_on_its_way"),
        ("shirin", "KT-10270", "utter_cancel_fee_closed"),
        ("tanvir", "KT-99999", "utter_cancel_fee_rule"),
    ],
)
async def test_what_cancelling_costs_depends_on_the_order(
    acting: Acting, persona: str, number: str, response: str
) -> None:
    await acting.visit(persona)
    said = Message("check_cancellation_fee", number, [entity("order_number", number)])
    outcome = await acting.run("action_check_cancellation_fee", said, Dialogue({"verified": True}))
    assert outcome.said == [response]


async def test_the_only_open_order_is_meant(acting: Acting) -> None:
    await acting.visit("tanvir")
    fee = Message("check_cancellation_fee", "any fee?")
    outcome = await acting.run("action_check_cancellation_fee", fee, Dialogue({"verified": True}))
    assert outcome.said == ["utter_cancel_fee_free"]


async def test_a_visitor_is_told_the_rule(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_check_cancellation_fee", Message("check_cancellation_fee", "any fee?"))
    assert outcome.said == ["utter_cancel_fee_rule"]
