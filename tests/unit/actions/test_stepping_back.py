"""Corrections, and one step back."""

from pathlib import Path

import yaml

from actions.forms import FORM_QUESTIONS
from tests.unit.actions.acting import Acting, Dialogue, Message

DOMAIN = yaml.safe_load((Path(__file__).resolve().parents[3] / "domain.yml").read_text(encoding="utf-8"))
WRONG = Message("correct", "sorry, wrong number")
BACK = Message("go_back", "go back")


def _confirming() -> Dialogue:
    slots = {"order_number": "KT-10301"}
    return Dialogue(slots, form="cancel_order_form", asked="cancel_confirmed")


def test_the_questions_of_forms_are_those_of_the_domain() -> None:
    questions = {
        form: [slot for slots in questions for slot in slots] for form, questions in FORM_QUESTIONS.items()
    }
    domain = {form: rules["required_slots"] for form, rules in DOMAIN["forms"].items()}
    assert questions == domain


async def test_a_correction_in_a_form_asks_for_the_last_answer_again(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_take_correction", WRONG, _confirming())
    assert outcome.slots["order_number"] is None
    assert outcome.said == ["utter_correct_in_form"]


async def test_back_in_a_form_goes_one_question_back(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_go_back", BACK, _confirming())
    assert outcome.slots["order_number"] is None
    assert outcome.said == ["utter_one_step_back"]


async def test_an_address_and_its_city_are_asked_for_again_together(acting: Acting) -> None:
    await acting.visit("tanvir")
    slots = {"order_number": "KT-10301", "new_address": {"line": "x"}, "new_city": "Khulna"}
    confirming = Dialogue(slots, form="change_address_form", asked="address_confirmed")
    outcome = await acting.run("action_go_back", BACK, confirming)
    assert (outcome.slots["new_address"], outcome.slots["new_city"]) == (None, None)
    assert "order_number" not in outcome.slots


async def test_the_first_question_has_none_before_it(acting: Acting) -> None:
    await acting.visit("tanvir")
    first = Dialogue(form="cancel_order_form", asked="order_number")
    outcome = await acting.run("action_go_back", BACK, first)
    assert outcome.said == ["utter_first_question"]


async def test_back_outside_a_form_shows_the_menu(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_go_back", BACK)
    assert outcome.said == ["utter_help"]


async def test_a_correction_offers_what_else_may_have_been_meant(acting: Acting) -> None:
    await acting.visit("tanvir")
    said = Message("correct", "no, the money", ranking=["correct", "get_refund", "track_refund"])
    outcome = await acting.run("action_take_correction", said)
    assert outcome.said == ["utter_correct_meanings"]
    payloads = [button["payload"] for button in outcome.buttons]
    assert payloads == ["/get_refund", "/track_refund", "/contact_human_agent"]


async def test_a_correction_nobody_can_guess_is_asked_about(acting: Acting) -> None:
    await acting.visit("tanvir")
    outcome = await acting.run("action_take_correction", Message("correct", "no", ranking=["correct"]))
    assert outcome.said == ["utter_correct_say_again"]
