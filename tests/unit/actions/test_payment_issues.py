"""Payments that went wrong."""

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

FORM = "payment_issue_form"
WRONG = Message("payment_issue", "money gone but nothing confirmed")
YES, NO = Message("affirm", "yes"), Message("deny", "no")


async def _begin(acting: Acting, message: Message = WRONG, **slots: object) -> Outcome:
    return await acting.run(f"validate_{FORM}", message, Dialogue(dict(slots), form=FORM, begins=True))


async def _see(acting: Acting, number: str) -> Outcome:
    filled = Dialogue({"order_number": number, "task": FORM}, form=FORM, asked="payment_confirmed")
    return await acting.run("action_ask_payment_confirmed", WRONG, filled)


async def test_two_like_payments_within_minutes_are_suspected_first(acting: Acting) -> None:
    await acting.visit("rahima")
    assert (await _begin(acting)).slots["order_number"] == "KT-10222"
    seen = await _see(acting, "KT-10222")
    assert seen.said == ["utter_payment_seen_double"]
    assert (seen.responses[0]["number"], seen.responses[0]["twin"]) == ("KT-10222", "KT-10221")


async def test_the_one_unpaid_order_is_suspected(acting: Acting) -> None:
    await acting.visit("arif")
    assert (await _begin(acting)).slots["order_number"] == "KT-10312"
    assert (await _see(acting, "KT-10312")).said == ["utter_payment_seen_unpaid"]


async def test_a_named_order_outranks_a_suspected_one(acting: Acting) -> None:
    await acting.visit("rahima")
    named = Message("payment_issue", "paid for KT-10234 twice", [entity("order_number", "KT-10234")])
    assert (await _begin(acting, named)).slots["order_number"] == "KT-10234"
    assert (await _see(acting, "KT-10234")).said == ["utter_payment_seen_paid"]


async def test_the_order_talked_about_outranks_a_suspected_one(acting: Acting) -> None:
    await acting.visit("rahima")
    assert (await _begin(acting, order_number="KT-10251")).slots["order_number"] == "KT-10251"
    assert (await _see(acting, "KT-10251")).said == ["utter_payment_seen_cash_due"]


async def test_an_order_older_than_a_month_can_be_named(acting: Acting) -> None:
    await acting.visit("tanvir")
    named = Message("payment_issue", "KT-10104", [entity("order_number", "KT-10104")])
    assert (await _begin(acting, named)).slots["order_number"] == "KT-10104"


async def test_somebody_elses_payment_is_not_looked_at(acting: Acting) -> None:
    await acting.visit("tanvir")
    named = Message("payment_issue", "KT-10234", [entity("order_number", "KT-10234")])
    outcome = await _begin(acting, named)
    assert outcome.said == ["utter_order_unknown"]
    assert outcome.slots["order_number"] is None


async def test_several_orders_without_a_suspicion_are_asked_about(acting: Acting) -> None:
    await acting.visit("shirin")
    begun = await _begin(acting)
    assert begun.slots["order_number"] is None
    asked = await acting.run("action_ask_order_number", WRONG, Dialogue(form=FORM))
    assert asked.said == ["utter_ask_order_of_payment"]
    assert asked.buttons[-1]["payload"] == '/pick_option{"option": "none"}'


@pytest.mark.parametrize(
    "answer",
    [NO, Message("pick_option", "none of these", [entity("option", "none")])],
    ids=["no", "the button"],
)
async def test_none_of_the_orders_is_an_answer(acting: Acting, answer: Message) -> None:
    await acting.visit("shirin")
    asked = Dialogue({"task": FORM}, form=FORM, asked="order_number")
    outcome = await acting.run(f"validate_{FORM}", answer, asked)
    assert outcome.slots["order_number"] == "none"
    assert (await _see(acting, "none")).said == ["utter_payment_seen_nothing"]


async def test_without_any_order_money_can_still_be_missed(acting: Acting) -> None:
    await acting.visit("john")
    assert (await _begin(acting)).slots["order_number"] == "none"


async def test_a_yes_opens_one_ticket_in_the_customers_words(acting: Acting) -> None:
    await acting.visit("arif")
    done = Dialogue(
        {
            "order_number": "KT-10312",
            "payment_problem": "nagad took it",
            "payment_confirmed": True,
            "task": FORM,
        }
    )
    first = await acting.run("action_report_payment", YES, done)
    assert first.said == ["utter_payment_ticket"]
    assert await acting.run_again("action_report_payment", YES, done) == first


async def test_a_no_opens_none(acting: Acting) -> None:
    await acting.visit("arif")
    left = Dialogue({"order_number": "none", "payment_confirmed": False, "task": FORM})
    outcome = await acting.run("action_report_payment", NO, left)
    assert outcome.said == ["utter_payment_no_ticket"]
    assert outcome.slots["order_number"] is None


async def test_card_numbers_and_codes_do_not_get_into_the_ticket(acting: Acting) -> None:
    await acting.visit("arif")
    told = Message("payment_issue", "card 4111 1111 1111 1111 declined, otp is 442211")
    outcome = await _begin(acting, told)
    assert outcome.slots["payment_problem"] == "card ••• declined, otp is •••"


async def test_without_log_in_it_is_said_what_happens_with_the_money(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await _begin(acting)
    assert outcome.said == ["utter_payment_issue_login"]
    assert outcome.slots["requested_slot"] is None


async def test_another_order_can_be_named_before_the_yes(acting: Acting) -> None:
    await acting.visit("rahima")
    asked = Dialogue({"order_number": "KT-10222", "task": FORM}, form=FORM, asked="payment_confirmed")
    other = Message("inform", "no, KT-10234", [entity("order_number", "KT-10234")])
    outcome = await acting.run(f"validate_{FORM}", other, asked)
    assert outcome.slots["order_number"] == "KT-10234"


async def test_thanks_for_what_was_seen_needs_no_check(acting: Acting) -> None:
    await acting.visit("rahima")
    asked = Dialogue({"order_number": "KT-10234", "task": FORM}, form=FORM, asked="payment_confirmed")
    outcome = await acting.run(f"validate_{FORM}", Message("thank", "thanks a lot"), asked)
    assert outcome.slots["payment_confirmed"] is False
