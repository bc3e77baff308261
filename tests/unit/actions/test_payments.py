"""How to pay, bills, and invoices."""

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, entity

HOW = Message("check_payment_methods", "how can i pay")
BILL = Message("check_invoice", "show me my bill")
INVOICE = Message("get_invoice", "i need an invoice")


async def test_anybody_is_told_the_ways_to_pay_with_their_limits(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_check_payment_methods", HOW)
    assert outcome.said == ["utter_payment_methods"]
    assert outcome.responses[0]["lines"].splitlines() == [
        "• bKash: no extra charge, up to Tk 30,000",
        "• Nagad: no extra charge, up to Tk 30,000",
        "• Card (Visa, Mastercard, American Express): no extra charge, "
        "in up to 6 monthly instalments from Tk 5,000",
        "• Cash on delivery: no extra charge, up to Tk 50,000",
    ]


async def test_bengali_writes_the_ways_to_pay_in_its_own_words_and_digits(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_check_payment_methods", HOW, Dialogue({"language": "bn"}))
    assert outcome.responses[0]["lines"].splitlines()[0] == "• বিকাশ: বাড়তি চার্জ নেই, সর্বোচ্চ ৩০,০০০ টাকা"


@pytest.mark.parametrize(
    ("method", "begins"),
    [("bkash", "bKash"), ("cash_on_delivery", "Cash on delivery"), ("emi", "Card"), ("card", "Card")],
)
async def test_a_method_that_is_asked_about_is_answered_alone(
    acting: Acting, method: str, begins: str
) -> None:
    await acting.visit(None)
    asked = Message("check_payment_methods", method, [entity("payment_method", method)])
    outcome = await acting.run("action_check_payment_methods", asked)
    assert outcome.said == ["utter_payment_method_taken"]
    assert outcome.responses[0]["line"].startswith(begins)


@pytest.mark.parametrize("method", ["rocket", "upay", "paypal", "bank_transfer"])
async def test_a_method_the_shop_does_not_take_is_refused_with_the_others(
    acting: Acting, method: str
) -> None:
    await acting.visit(None)
    asked = Message("check_payment_methods", method, [entity("payment_method", method)])
    outcome = await acting.run("action_check_payment_methods", asked)
    assert outcome.said == ["utter_payment_method_not_taken"]
    assert "bKash" in outcome.responses[0]["lines"]


async def test_the_newest_bill_is_shown_at_once_and_the_others_offered(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_invoice", BILL)
    assert outcome.said == ["utter_invoice_due"]
    assert outcome.responses[0]["invoice"] == "INV-10251"
    payloads = [button["payload"] for button in outcome.buttons]
    assert payloads[:3] == [
        '/get_invoice{"order_number": "KT-10251"}',
        '/payment_issue{"order_number": "KT-10251"}',
        '/check_invoice{"order_number": "KT-10234"}',
    ]


async def test_a_bill_adds_up_and_says_what_was_paid(acting: Acting) -> None:
    await acting.visit("tanvir")
    asked = Message("check_invoice", "bill KT-10104", [entity("order_number", "KT-10104")])
    outcome = await acting.run("action_check_invoice", asked)
    assert outcome.said == ["utter_invoice_paid"]
    assert outcome.responses[0]["lines"].splitlines() == [
        "• 1 × Cotton panjabi: Tk 1,250",
        "• Delivery: Tk 60",
        "• Discount WELCOME100: −Tk 100",
    ]
    assert outcome.responses[0]["total"] == "Tk 1,210"


async def test_the_bill_of_the_order_talked_about_is_meant(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_invoice", BILL, Dialogue({"order_number": "KT-10234"}))
    assert outcome.responses[0]["number"] == "KT-10234"
    assert outcome.slots["last_explanation"][0]["response"] == "utter_why_order_talked_about"


async def test_an_article_names_its_bill(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_invoice", Message("check_invoice", "bill of the tangail saree"))
    assert outcome.responses[0]["number"] == "KT-10234"


async def test_somebody_elses_bill_does_not_exist(acting: Acting) -> None:
    await acting.visit("tanvir")
    for action in ("action_check_invoice", "action_get_invoice"):
        asked = Message("check_invoice", "bill KT-10234", [entity("order_number", "KT-10234")])
        outcome = await acting.run(action, asked)
        assert outcome.said == ["utter_order_unknown"]


async def test_without_log_in_no_bill_is_shown(acting: Acting) -> None:
    await acting.visit(None)
    for action in ("action_check_invoice", "action_get_invoice"):
        outcome = await acting.run(action, BILL)
        assert outcome.said == ["utter_login_needed"]


async def test_a_new_customer_has_no_bills(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await acting.run("action_get_invoice", INVOICE)
    assert outcome.said == ["utter_no_orders"]


async def test_an_invoice_comes_as_a_document_in_the_customers_language(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_get_invoice", INVOICE, Dialogue({"language": "bn"}))
    assert outcome.said == ["utter_invoice_document"]
    card = outcome.responses[0]["custom"]["card"]
    assert (card["type"], card["order_number"], card["language"]) == ("invoice", "KT-10301", "bn")


async def test_a_company_invoice_starts_its_form(acting: Acting) -> None:
    await acting.visit("tanvir")
    clicked = [entity("order_number", "KT-10301"), entity("invoice_for", "company")]
    outcome = await acting.run("action_get_invoice", Message("get_invoice", "", clicked))
    assert outcome.said == []
    assert outcome.next_action == "company_invoice_form"


COMPANY = "company_invoice_form"


async def test_the_company_form_takes_a_name_in_any_words(acting: Acting) -> None:
    await acting.visit("tanvir")
    details = Message("out_of_scope", "Padma Traders Ltd, 12 Motijheel, BIN 004411223")
    asked = Dialogue({"order_number": "KT-10301", "task": COMPANY}, form=COMPANY, asked="company_details")
    outcome = await acting.run(f"validate_{COMPANY}", details, asked)
    assert outcome.slots["company_details"] == details.text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Message("inform", "12"), ["utter_company_details_unclear"]),
        (Message("deny", "no"), [f"utter_dropped_{COMPANY}"]),
        (Message("delivery_options", "what does delivery cost in Sylhet"), []),
    ],
    ids=["too short", "no", "an interruption"],
)
async def test_the_company_form_takes_nothing_else(acting: Acting, message: Message, said: list[str]) -> None:
    await acting.visit("tanvir")
    asked = Dialogue({"order_number": "KT-10301", "task": COMPANY}, form=COMPANY, asked="company_details")
    outcome = await acting.run(f"validate_{COMPANY}", message, asked)
    assert outcome.said == said
    assert not outcome.slots.get("company_details")


async def test_the_accounts_team_gets_a_ticket_once(acting: Acting) -> None:
    await acting.visit("tanvir")
    filled = Dialogue({"order_number": "KT-10301", "company_details": "Padma Traders Ltd", "task": COMPANY})
    first = await acting.run("action_request_company_invoice", Message("inform", "Padma Traders Ltd"), filled)
    again = await acting.run_again(
        "action_request_company_invoice", Message("inform", "Padma Traders Ltd"), filled
    )
    assert first.said == ["utter_company_invoice_ticket"]
    assert again == first
    assert first.slots["company_details"] is None
