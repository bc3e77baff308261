"""Discounts, codes and points."""

import pytest

from actions.labels import LANGUAGES
from actions.offers import find_codes
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity

OFFERS = Message("check_discounts", "any offers")
POINTS = Message("check_loyalty_points", "my points")
FORM = "promo_code_form"


def _code(text: str, **entities: str) -> Message:
    return Message("report_promo_code_problem", text, [entity(*pair) for pair in entities.items()])


async def _report(acting: Acting, text: str, **entities: str) -> Outcome:
    return await acting.run("action_report_promo_code_problem", _code(text, **entities))


async def test_anybody_is_told_what_runs_and_nothing_that_is_over(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_check_discounts", OFFERS)
    assert outcome.said == ["utter_discounts"]
    lines = outcome.responses[0]["lines"]
    assert "Winter sale: 15 % off sarees: code WINTER15, on Tk 1,000 or more, until 1 December" in lines
    assert not {"EID20", "GOLD10", "NEWYEAR10"} & set(lines.replace(",", " ").split())


async def test_gold_members_have_an_offer_of_their_own_and_can_ask_why(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_discounts", OFFERS, Dialogue({"tier": "gold"}))
    assert outcome.said == ["utter_discounts", "utter_discounts_for_tier"]
    assert "GOLD10" in outcome.responses[1]["lines"]
    assert outcome.slots["last_explanation"] == [
        {"response": "utter_why_tier_offer", "arguments": {"tier": "gold"}}
    ]


async def test_who_opted_out_of_personal_lines_gets_none(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_discounts", OFFERS, Dialogue({"tier": None}))
    assert outcome.said == ["utter_discounts"]


async def test_the_first_order_offer_is_not_shown_to_who_has_ordered(acting: Acting) -> None:
    await acting.visit("rahima")
    ordered = await acting.run("action_check_discounts", OFFERS)
    await acting.visit("john")
    new = await acting.run("action_check_discounts", OFFERS)
    assert "WELCOME100" not in ordered.responses[0]["lines"]
    assert "WELCOME100" in new.responses[0]["lines"]


@pytest.mark.parametrize(
    ("persona", "text", "response"),
    [
        ("tanvir", "EID20 says invalid", "utter_code_expired"),
        ("tanvir", "newyear10 not working", "utter_code_not_started"),
        ("tanvir", "WELCOME100 refused", "utter_code_used"),
        ("rahima", "WELCOME100 refused", "utter_code_first_order"),
        ("tanvir", "GOLD10 not eligible", "utter_code_tier"),
        ("tanvir", "winter15 did nothing", "utter_code_category"),
        ("tanvir", "freedel does not apply", "utter_code_minimum"),
        ("tanvir", "BKASH50 does not apply", "utter_code_valid_for_order"),
        ("arif", "BKASH50 does not apply", "utter_code_method"),
        ("john", "is WINTER15 working", "utter_code_valid"),
        (None, "EID20 says invalid", "utter_code_expired"),
        (None, "GOLD10 says no", "utter_code_valid"),
        ("tanvir", "XMAS77 says invalid", "utter_code_unknown"),
        ("tanvir", "কোড EID২০ নেয় না", "utter_code_expired"),
    ],
)
async def test_the_true_reason_is_said(acting: Acting, persona: str | None, text: str, response: str) -> None:
    await acting.visit(persona)
    assert (await _report(acting, text)).said[0] == response


async def test_another_code_that_works_is_suggested(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await _report(acting, "EID20 expired?")
    assert outcome.said == ["utter_code_expired", "utter_code_instead"]
    assert "BKASH50" in outcome.responses[1]["line"]


async def test_a_code_is_tried_on_the_order_that_is_named(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await _report(acting, "WINTER15 on KT-10234", order_number="KT-10234")
    assert outcome.said == ["utter_code_valid_for_order"]
    assert outcome.responses[0]["number"] == "KT-10234"


async def test_a_code_is_not_tried_on_somebody_elses_order(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await _report(acting, "WINTER15 on KT-10234", order_number="KT-10234")
    assert outcome.said == ["utter_order_unknown"]


async def test_without_a_code_it_is_asked_for(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await _report(acting, "my coupon does not work")
    assert outcome.said == []
    assert outcome.next_action == FORM


@pytest.mark.parametrize("text", ["eid20", "it is EID20", "freedel"])
async def test_the_form_takes_a_code(acting: Acting, text: str) -> None:
    await acting.visit("tanvir")
    asked = Dialogue({"task": FORM}, form=FORM, asked="promo_code")
    outcome = await acting.run(f"validate_{FORM}", Message("inform", text), asked)
    assert outcome.slots["promo_code"] == text.split()[-1]
    reported = await acting.run(
        "action_report_promo_code_problem", Message("inform", text), Dialogue(outcome.slots | {"task": FORM})
    )
    assert reported.said[0].startswith("utter_code_")
    assert reported.slots["promo_code"] is None


async def test_the_form_leaves_questions_to_the_rules_and_a_no_ends_it(acting: Acting) -> None:
    await acting.visit("tanvir")
    asked = Dialogue({"task": FORM}, form=FORM, asked="promo_code")
    question = await acting.run(f"validate_{FORM}", Message("check_discounts", "what offers run now"), asked)
    refused = await acting.run(f"validate_{FORM}", Message("deny", "no"), asked)
    assert question.events == []
    assert refused.said == [f"utter_dropped_{FORM}"]


def test_words_that_look_like_codes_come_first() -> None:
    assert find_codes("my code WINTER15 for KT-10234 fails")[0] == "WINTER15"
    assert "KT-10234" not in find_codes("my code WINTER15 for KT-10234 fails")
    assert find_codes("কুপন কাজ করে না") == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_points_are_told_with_their_worth_end_and_the_next_tier(acting: Acting, language: str) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_loyalty_points", POINTS, Dialogue({"language": language}))
    assert outcome.said == ["utter_points"]
    assert outcome.responses[0]["points"] not in ("0", "০")
    assert outcome.slots["last_explanation"][0]["response"] == "utter_why_points"


async def test_a_gold_member_hears_how_many_orders_platinum_takes(acting: Acting) -> None:
    await acting.visit("rahima")
    outcome = await acting.run("action_check_loyalty_points", POINTS)
    assert "2 more orders within twelve months make you platinum" in outcome.responses[0]["details"]


async def test_the_highest_tier_has_no_next(acting: Acting) -> None:
    await acting.visit("arif")
    outcome = await acting.run("action_check_loyalty_points", POINTS)
    assert "platinum member, our highest" in outcome.responses[0]["details"]


async def test_a_new_customer_hears_how_points_are_earned(acting: Acting) -> None:
    await acting.visit("john")
    outcome = await acting.run("action_check_loyalty_points", POINTS)
    assert outcome.said == ["utter_points_none"]
    assert "Every Tk 100" in outcome.responses[0]["details"]


async def test_a_stranger_hears_the_rules_and_to_log_in(acting: Acting) -> None:
    await acting.visit(None)
    outcome = await acting.run("action_check_loyalty_points", POINTS)
    assert outcome.said == ["utter_points_login"]
