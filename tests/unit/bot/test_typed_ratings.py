"""A star typed right after the question counts as clicked; anything else goes to the engine as words."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from bot.turns import question_of
from crm_store.domain.turns import TurnClaim
from tests.unit.bot.test_handoff import make_claim

SURVEY = uuid4()


def asked(text: str, survey: UUID | None = SURVEY) -> TurnClaim:
    return replace(make_claim(text=text), asked_survey=survey)


@pytest.mark.parametrize(("text", "rating"), [("5", "5"), ("৫", "5"), ("pach", "5"), ("2 stars", "2")])
def test_a_star_right_after_the_question_is_a_choice(text: str, rating: str) -> None:
    question = question_of(asked(text))
    assert question.choice == {"intent": "inform", "entities": {"rating": rating, "survey": str(SURVEY)}}
    assert question.text is None


@pytest.mark.parametrize("text", ["where is my order", "5 days", "thanks"])
def test_other_words_stay_words(text: str) -> None:
    question = question_of(asked(text))
    assert (question.text, question.choice) == (text, None)


def test_without_a_question_a_number_is_just_words() -> None:
    question = question_of(asked("5", survey=None))
    assert (question.text, question.choice) == ("5", None)
