"""CH5: when a failed turn is tried again, and when a person takes over."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import ActionsUnavailable, EngineBroke, EngineFailure, EngineTimedOut, EngineUnreachable
from bot.handoff import (
    LONGEST_RETRY_SECONDS,
    EscalationPolicy,
    FailurePolicy,
    HandOver,
    TryAgain,
    escalated,
    escalating_question,
    retry_after,
)
from bot.phrases import LANGUAGES, language_to_answer_in, load_phrases
from crm_store.domain.facts import CustomerFacts
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.turns import PendingMessage, Reply, TurnClaim, TurnResult

pytestmark = pytest.mark.rules("CH5", "G6")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def make_claim(
    *, language: str | None = None, handoff_pending: bool = False, failures: int = 0, **message: Any
) -> TurnClaim:
    pending = PendingMessage(
        id=uuid.uuid4(),
        seq=1,
        text="hello",
        choice=None,
        attempts=0,
        first_failed_at=None,
        notice_given=False,
    )
    return TurnClaim(
        conversation_id=uuid.uuid4(),
        channel="web",
        epoch=0,
        lease_token=uuid.uuid4(),
        message=replace(pending, **message),
        more_waiting=False,
        state=None,
        facts=CustomerFacts(language=language, handoff_pending=handoff_pending),
        failures_in_a_row=failures,
        lease_seconds=6.0,
    )


def decide(claim: TurnClaim, failure: EngineFailure, definite: int = 0) -> TryAgain | HandOver:
    return FailurePolicy(20.0, load_phrases()).decide(claim, failure, definite_failures=definite, now=NOW)


def test_the_first_failure_is_told_and_tried_again_soon() -> None:
    decision = decide(make_claim(), EngineUnreachable("down"))
    assert isinstance(decision, TryAgain)
    assert decision.after_seconds <= 1
    assert decision.notice is not None
    assert decision.notice.buttons[0].payload["intent"] == "contact_human_agent"


def test_the_notice_is_given_once() -> None:
    decision = decide(make_claim(notice_given=True, attempts=1), EngineUnreachable("down"))
    assert isinstance(decision, TryAgain)
    assert decision.notice is None


@pytest.mark.parametrize("failure", [EngineUnreachable("down"), ActionsUnavailable("down")])
def test_an_interrupted_engine_is_waited_for_until_patience_ends(failure: EngineFailure) -> None:
    early = make_claim(attempts=9, first_failed_at=NOW - timedelta(seconds=19))
    late = make_claim(attempts=9, first_failed_at=NOW - timedelta(seconds=20))
    assert isinstance(decide(early, failure), TryAgain)
    decision = decide(late, failure)
    assert isinstance(decision, HandOver)
    assert decision.reason is HandoffReason.FAILURE


@pytest.mark.parametrize("failure", [EngineBroke("500"), EngineTimedOut("slow")])
def test_the_second_definite_failure_in_a_row_is_handed_over(failure: EngineFailure) -> None:
    assert isinstance(decide(make_claim(), failure, 1), TryAgain)
    assert isinstance(decide(make_claim(attempts=1), failure, 2), HandOver)


def test_asking_for_a_person_needs_no_engine() -> None:
    claim = make_claim(text="Talk to a person", choice={"intent": "contact_human_agent", "entities": {}})
    decision = decide(claim, EngineUnreachable("down"))
    assert isinstance(decision, HandOver)
    assert decision.reason is HandoffReason.ASKED


@pytest.mark.parametrize("failure", [EngineUnreachable("down"), EngineBroke("500")])
def test_behind_a_message_handed_over_nobody_waits_again(failure: EngineFailure) -> None:
    decision = decide(make_claim(failures=4, attempts=0), failure, 0)
    assert isinstance(decision, HandOver)
    assert decision.reply.response == "handed_over"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_long_sentence_is_not_repeated_while_a_person_is_awaited(language: str) -> None:
    claim = make_claim(text=None, language=language, handoff_pending=True, failures=4)
    decision = decide(claim, EngineUnreachable("down"))
    assert isinstance(decision, HandOver)
    assert (decision.reply.response, decision.reply.language) == ("kept_for_colleague", language)


def test_its_own_earlier_attempts_do_not_end_a_messages_patience() -> None:
    claim = make_claim(attempts=3, failures=3, first_failed_at=NOW - timedelta(seconds=5))
    assert isinstance(decide(claim, EngineUnreachable("down")), TryAgain)


def test_pauses_grow_and_end() -> None:
    pauses = [retry_after(attempts) for attempts in range(200)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.5, LONGEST_RETRY_SECONDS)


@pytest.mark.parametrize(
    ("text", "known", "language"),
    [
        ("where is it", None, "en"),
        ("where is it", "en", "en"),
        ("amar order koi", "bn-Latn", "bn-Latn"),
        ("আমার order কই", "en", "bn"),
        ("12345", "bn", "bn"),
        (None, "bn-Latn", "bn-Latn"),
        (None, "xx", "en"),
    ],
)
def test_the_script_of_the_message_decides_then_the_record(
    text: str | None, known: str | None, language: str
) -> None:
    assert language_to_answer_in(text, known) == language
    decision = decide(make_claim(text=text, language=known), EngineUnreachable("down"))
    assert isinstance(decision, TryAgain)
    assert decision.notice is not None
    assert decision.notice.language == language


def test_every_language_has_every_sentence_in_its_script() -> None:
    catalogues = load_phrases().catalogues
    assert set(catalogues) == set(LANGUAGES)
    assert len({frozenset(catalogue) for catalogue in catalogues.values()}) == 1
    for language, catalogue in catalogues.items():
        for sentence in catalogue.values():
            bengali = any("\u0980" <= character <= "\u09ff" for character in sentence)
            assert bengali == (language == "bn"), sentence


POLICY = EscalationPolicy(people_only={"delete_account"}, valued_tiers={"platinum"})


def make_answer(
    intent: str, level: str | None = "angry", *responses: str, actions: tuple[str, ...] = ()
) -> TurnResult:
    mood = {"level": level, "score": -0.8, "because": "insult", "conversation": level}
    return TurnResult(
        replies=tuple(Reply(name, response=name, language="en") for name in responses or ("utter_test",)),
        state={"now": 1},
        understanding={"intent": intent, "confidence": 0.9, **({"mood": mood} if level else {})},
        actions=actions,
        language="en",
    )


def known(claim: TurnClaim, **facts: Any) -> TurnClaim:
    return replace(claim, facts=replace(claim.facts, **facts))


@pytest.mark.parametrize(
    ("intent", "level", "facts", "reason"),
    [
        ("complaint", "angry", {}, HandoffReason.COMPLAINT),
        ("track_order", "angry", {}, HandoffReason.COMPLAINT),
        ("complaint", "unhappy", {}, None),
        ("complaint", None, {}, None),
        ("greet", "angry", {}, None),
        ("insult", "angry", {}, None),
        ("insult", "angry", {"mood": "unhappy"}, HandoffReason.COMPLAINT),
        ("delete_account", "calm", {}, HandoffReason.PEOPLE_ONLY),
        ("delete_account", "angry", {"handoff_pending": True}, None),
        ("complaint", "angry", {"handoff_pending": True}, None),
        ("track_refund", "unhappy", {"tier": "platinum"}, HandoffReason.VALUED_CUSTOMER),
        ("track_refund", "unhappy", {"tier": "gold"}, None),
        ("track_refund", "calm", {"tier": "platinum"}, None),
        ("check_price", "unhappy", {"tier": "platinum"}, None),
        ("report_damaged_item", "unhappy", {"last_rating": 2}, HandoffReason.VALUED_CUSTOMER),
        ("report_damaged_item", "unhappy", {"last_rating": 3}, None),
    ],
)
def test_a_person_is_called_unasked_only_for_a_reason(
    intent: str, level: str | None, facts: dict[str, Any], reason: HandoffReason | None
) -> None:
    assert POLICY.decide(known(make_claim(), **facts), make_answer(intent, level)) is reason


def test_whoever_has_just_asked_is_not_asked_for_again() -> None:
    asked = make_answer("complaint", actions=("action_offer_meanings", "action_request_handoff"))
    assert POLICY.decide(make_claim(), asked) is None


def test_the_call_goes_on_from_the_answer_and_names_the_reason() -> None:
    claim = known(make_claim(), handed_back={"outcome": "solved"})
    question = escalating_question(claim, make_answer("complaint"), HandoffReason.COMPLAINT)
    assert question.choice == {
        "intent": "contact_human_agent",
        "entities": {"handoff_reason": "complaint", "handoff_about": "complaint"},
    }
    assert (question.text, question.state) == (None, {"now": 1})
    assert (question.facts["mood"], question.facts["handed_back"]) == ("angry", None)
    assert question.message_id == str(claim.message.id)


def test_a_people_only_topic_goes_on_from_before_the_answer() -> None:
    claim = replace(make_claim(), state={"before": 1})
    question = escalating_question(claim, make_answer("delete_account"), HandoffReason.PEOPLE_ONLY)
    assert question.state == {"before": 1}


def texts(result: TurnResult) -> list[str | None]:
    return [reply.text for reply in result.replies]


def test_what_only_calms_down_gives_way_to_the_call() -> None:
    first = make_answer("complaint", "angry", "utter_complaint_upset", "utter_order_late")
    call = replace(make_answer("contact_human_agent", None, "utter_asked"), state={"now": 2})
    both = escalated(first, call, HandoffReason.COMPLAINT)
    assert texts(both) == ["utter_order_late", "utter_asked"]
    assert (both.state, both.understanding) == ({"now": 2}, first.understanding)


def test_a_question_asked_again_after_the_call_is_not_said_twice() -> None:
    first = make_answer("complaint", "angry", "utter_ask_complaint_text")
    call = make_answer("contact_human_agent", None, "utter_asked", "utter_ask_complaint_text")
    assert texts(escalated(first, call, HandoffReason.COMPLAINT)) == [
        "utter_asked",
        "utter_ask_complaint_text",
    ]


def test_the_bots_own_answer_to_a_people_only_topic_is_not_shown() -> None:
    first = make_answer("delete_account", "calm", "utter_ask_delete_confirmed")
    call = make_answer("contact_human_agent", None, "utter_asked")
    assert texts(escalated(first, call, HandoffReason.PEOPLE_ONLY)) == ["utter_asked"]
