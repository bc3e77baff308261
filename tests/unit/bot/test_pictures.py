"""The bot says honestly that it cannot look at files."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bot.phrases import LANGUAGES, load_phrases
from bot.pictures import answer_to_files
from crm_store.domain.conversations import JsonObject
from crm_store.domain.facts import CustomerFacts
from crm_store.domain.turns import PendingMessage, TurnClaim

PHRASES = load_phrases()


def claim(text: str | None, choice: JsonObject | None = None, **facts: object) -> TurnClaim:
    message = PendingMessage(uuid4(), 1, text, choice, attempts=0, first_failed_at=None, notice_given=False)
    about = replace(CustomerFacts(), **facts)  # type: ignore[arg-type]
    state = {"slots": {"order_number": "KT-10234"}}
    return TurnClaim(uuid4(), "web", 1, uuid4(), message, False, state, about, 0, 6.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_of_files_alone_gets_the_sentence_and_a_person_is_offered(language: str) -> None:
    answered = claim(None, language=language)
    result = answer_to_files(answered, PHRASES)
    assert result is not None
    (reply,) = result.replies
    assert (reply.response, reply.language) == ("file_not_seen", language)
    assert [button.payload["intent"] for button in reply.buttons] == ["contact_human_agent"]
    assert result.state == answered.state  # the dialogue stays where it was


def test_whoever_waits_for_a_person_is_told_that_they_will_look() -> None:
    result = answer_to_files(claim(None, handoff_pending=True), PHRASES)
    assert result is not None
    assert (result.replies[0].response, result.replies[0].buttons) == ("file_kept_for_colleague", ())


@pytest.mark.parametrize(("text", "choice"), [("look at this", None), ("Yes", {"intent": "affirm"})])
def test_words_are_the_engines_to_answer(text: str, choice: JsonObject | None) -> None:
    assert answer_to_files(claim(text, choice), PHRASES) is None
