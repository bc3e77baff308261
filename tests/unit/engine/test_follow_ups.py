"""Short questions that live from the answer before them."""

from typing import Any

import pytest

from bot.engine.follow_ups import FollowUps
from bot.engine.splitting import Understood

POINTS, REFUND, PASSWORD = "utter_points", "utter_refund_pending", "utter_recover_password"


def understood(text: str, intent: str = "ask_product", **more: Any) -> Understood:
    parsed = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.8},
        "intent_ranking": [{"name": intent, "confidence": 0.8}],
        "entities": [],
        **more,
    }
    return Understood(parsed, [parsed])


def read(text: str, said: list[str], **more: Any) -> str:
    [request] = FollowUps.load().read(understood(text, **more), said).requests
    return str(request["intent"]["name"])


@pytest.mark.parametrize(
    ("said", "text", "intent"),
    [
        (POINTS, "do they expire?", "check_loyalty_points"),
        (POINTS, "how do i use them", "check_loyalty_points"),
        (POINTS, "egular meyad koto din", "ask_product"),  # "egular" is in no list: not touched
        (POINTS, "kivabe use korbo", "check_loyalty_points"),
        (POINTS, "এগুলোর মেয়াদ কত দিন?", "check_loyalty_points"),
        (REFUND, "and when exactly", "track_refund"),
        (REFUND, "which account does it go to", "track_refund"),
        (REFUND, "Kobe pabo??", "track_refund"),
        (REFUND, "কবে পাব", "track_refund"),
        ("utter_missing_reported", "how long will that take", "repeat"),
        ("utter_complaint_filed", "when will I hear back?", "repeat"),
        (PASSWORD, "code ashe na", "registration_problems"),
        (PASSWORD, "the otp is not coming", "registration_problems"),
        (PASSWORD, "কোড আসছে না", "registration_problems"),
    ],
)
def test_a_question_without_a_topic_is_about_the_last_answer(said: str, text: str, intent: str) -> None:
    assert read(text, [said]) == intent


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (REFUND, "when do you open"),
        (REFUND, "when will my other order come"),
        (REFUND, "ok thanks"),
        (REFUND, "yes"),
        (POINTS, "how much is the saree"),
        (PASSWORD, "my promo code is not working"),
        ("utter_store_hours", "when will i get it"),
    ],
)
def test_a_message_with_a_topic_keeps_its_meaning(said: str, text: str) -> None:
    assert read(text, [said]) == "ask_product"


def test_nothing_said_before_nothing_to_follow() -> None:
    assert read("when exactly", []) == "ask_product"


def test_what_names_an_order_is_about_that_order() -> None:
    named = [{"entity": "order_number", "value": "KT-10234"}]
    assert read("when will i get it", [REFUND], entities=named) == "ask_product"


def test_the_last_of_several_answers_counts() -> None:
    assert read("when will i get it", [POINTS, "utter_thank", REFUND]) == "track_refund"


def test_several_requests_are_left_alone() -> None:
    parsed = understood("when").requests[0]
    two = Understood(parsed, [parsed, parsed])
    assert FollowUps.load().read(two, [REFUND]) is two


def test_the_ranking_begins_with_the_new_meaning_and_names_it_once() -> None:
    ranking = [{"name": "affirm", "confidence": 0.4}, {"name": "track_refund", "confidence": 0.1}]
    read_as = FollowUps.load().read(
        understood("and when exactly", "affirm", intent_ranking=ranking), [REFUND]
    )
    assert [one["name"] for one in read_as.whole["intent_ranking"]] == ["track_refund", "affirm"]
