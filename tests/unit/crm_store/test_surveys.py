"""Ratings as customers type them, and the question's words in each language."""

import json
from pathlib import Path

import pytest

import crm_store.wording
from crm_store.domain.surveys import read_bare_rating

WORDING = Path(crm_store.wording.__file__).parent


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("5", 5),
        ("৫", 5),
        ("pach", 5),
        ("পাঁচ", 5),
        ("five stars", 5),
        ("4/5", 4),
        ("4 out of 5", 4),
        ("5 er moddhe 4", 4),
        ("৫ এর মধ্যে ৪", 4),
        ("৪ তারা", 4),
        ("3 dilam bhai", 3),
        ("★★", 2),
        ("⭐⭐⭐⭐⭐", 5),
        ("1!", 1),
    ],
)
def test_a_typed_rating_is_read(text: str, stars: int) -> None:
    assert read_bare_rating(text) == stars


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "6",
        "KT-10234",
        "5 days have passed",
        "5 din hoye gelo",
        "৫ দিন হয়ে গেল",
        "I want 2 of them delivered",
        "where is my order",
        "10",
    ],
)
def test_what_says_more_than_a_rating_is_none(text: str) -> None:
    assert read_bare_rating(text) is None


def test_every_language_has_the_same_sentences() -> None:
    catalogues = {
        language: json.loads((WORDING / f"{language}.json").read_text("utf-8"))
        for language in crm_store.wording.LANGUAGES
    }
    assert len({frozenset(catalogue) for catalogue in catalogues.values()}) == 1


def test_an_unknown_language_is_answered_in_english() -> None:
    assert crm_store.wording.say("fr", "rate_bot") == crm_store.wording.say("en", "rate_bot")
