"""Which turns leave something to review."""

from uuid import uuid4

import pytest

from bot.review import why_review
from crm_store.domain.conversations import JsonObject
from crm_store.domain.facts import CustomerFacts
from crm_store.domain.review import ReviewReason
from crm_store.domain.turns import PendingMessage, Reply, TurnClaim, TurnResult


def claim(choice: JsonObject | None = None) -> TurnClaim:
    message = PendingMessage(uuid4(), 1, "hm", choice, attempts=0, first_failed_at=None, notice_given=False)
    return TurnClaim(
        conversation_id=uuid4(),
        channel="web",
        epoch=0,
        lease_token=uuid4(),
        message=message,
        more_waiting=False,
        state=None,
        facts=CustomerFacts(),
        failures_in_a_row=0,
        lease_seconds=30.0,
    )


def result(intent: str, *responses: str, actions: tuple[str, ...] = ()) -> TurnResult:
    replies = tuple(Reply("…", response) for response in responses)
    return TurnResult(replies, None, {"intent": intent}, actions, "en")


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        (result("nlu_fallback", "utter_unclear_meanings"), ReviewReason.NOT_UNDERSTOOD),
        (
            result("nlu_fallback", "utter_unclear_handed_over", actions=("action_request_handoff",)),
            ReviewReason.NOT_UNDERSTOOD,
        ),
        (
            result("out_of_scope", "utter_not_an_answer_again", "utter_confirm_cancel"),
            ReviewReason.NOT_UNDERSTOOD,
        ),
        (result("correct", "utter_sorry"), ReviewReason.CORRECTED),
        (result("contact_human_agent", "utter_handoff_asked_open"), ReviewReason.PERSON_ASKED),
        (
            result("affirm", "utter_handoff_asked_open", actions=("action_request_handoff",)),
            ReviewReason.PERSON_ASKED,
        ),
        (result("track_order", "utter_order_status_placed"), None),
        (result("nlu_fallback", "utter_ask_city"), None),
    ],
)
def test_a_message_is_kept_when_something_shows_that_it_went_wrong(
    turn: TurnResult, reason: ReviewReason | None
) -> None:
    assert why_review(claim(), turn) is reason


def test_a_click_is_never_misunderstood() -> None:
    clicked = claim({"intent": "track_order", "entities": {}})
    assert why_review(clicked, result("track_order", "utter_not_an_answer")) is None


def test_clicking_for_a_person_puts_the_message_before_it_up_for_review() -> None:
    clicked = claim({"intent": "contact_human_agent", "entities": {}})
    assert why_review(clicked, result("contact_human_agent")) is ReviewReason.PERSON_ASKED
