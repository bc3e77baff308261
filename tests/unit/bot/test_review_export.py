"""The export is Rasa's format, without repeats."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import yaml

from bot.review_export import as_rasa_yaml, main, without_repeats
from crm_store.domain.review import Guess, ReviewCandidate, ReviewReason

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def candidate(
    text: str, *intents: str, reason: ReviewReason = ReviewReason.NOT_UNDERSTOOD, language: str = "en"
) -> ReviewCandidate:
    guesses = tuple(Guess(intent, 0.3) for intent in intents)
    return ReviewCandidate(uuid4(), uuid4(), text, language, guesses, reason, "m1", AT)


def exported(*candidates: ReviewCandidate) -> dict[str, list[dict[str, object]]]:
    content = yaml.safe_load(as_rasa_yaml(without_repeats(candidates)))
    assert content["version"] == "3.1"
    return {block["intent"]: block["examples"] for block in content["nlu"]}


def test_examples_stand_under_the_intent_they_were_taken_for() -> None:
    found = exported(
        candidate("where is it", "track_order", "list_orders"),
        candidate("অর্ডার কই", "track_order"),
        candidate("hmm"),
    )
    assert [one["text"] for one in found["track_order"]] == ["where is it\n", "অর্ডার কই\n"]
    assert [one["text"] for one in found["nlu_fallback"]] == ["hmm\n"]


def test_a_labeller_sees_guesses_reason_and_language() -> None:
    [example] = exported(candidate("where is it", "track_order", language="bn-Latn"))["track_order"]
    assert example["metadata"] == {
        "language": "bn-Latn",
        "guesses": {"track_order": 0.3},
        "why": ["not_understood"],
        "times": 1,
        "first": "2026-11-21",
        "model": "m1",
    }


def test_the_same_words_are_listed_once() -> None:
    again = candidate("where is it", reason=ReviewReason.PERSON_ASKED)
    [example] = exported(candidate("Where  is it?"), again)["nlu_fallback"]
    assert example["text"] == "Where  is it?\n"
    assert example["metadata"]["times"] == 2  # type: ignore[index]
    assert example["metadata"]["why"] == ["not_understood", "person_asked"]  # type: ignore[index]


def test_brackets_of_a_customer_are_no_annotation() -> None:
    [example] = exported(candidate("[free](http) gift"))["nlu_fallback"]
    assert example["text"] == "(free)(http) gift\n"


def test_nothing_to_review_is_an_empty_list() -> None:
    assert exported() == {}


def test_a_database_that_is_not_there_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", "nonsense://"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Nothing was exported: ")
