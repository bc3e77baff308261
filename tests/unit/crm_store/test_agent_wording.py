"""The sentences agents read: complete, in both languages, and made of what is known."""

import re
from datetime import date
from typing import Any

import pytest
import yaml

from crm_store.domain.card_wants import FORM_INTENTS
from crm_store.domain.sentences import ago, catalogue, money, say

CATALOGUES = ("wants", "tried", "slots", "facts", "moods", "words", "steps", "history", "blanks", "times")
SMALLTALK = {"greet", "goodbye", "thank", "praise", "insult", "ask_how_are_you", "ask_if_bot", "ask_help"}
DIALOGUE = {
    "affirm",
    "deny",
    "stop_dialogue",
    "pick_option",
    "inform",
    "change_language",
    "ask_why",
    "opt_out_personalisation",
    "repeat",
    "confused",
    "correct",
    "go_back",
    "out_of_scope",
}
BENGALI = re.compile("[\u0980-\u09ff]")


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    with open("domain.yml", encoding="utf-8") as file:  # noqa: PTH123  the repository's own
        read: dict[str, Any] = yaml.safe_load(file)
    return read


def test_every_intent_that_asks_for_something_has_words(domain: dict[str, Any]) -> None:
    asked = set(domain["intents"]) - SMALLTALK - DIALOGUE
    assert asked - catalogue("wants").keys() == set()


def test_every_form_serves_intents_that_have_words(domain: dict[str, Any]) -> None:
    assert {f"{form}_form" for form in FORM_INTENTS} == set(domain["forms"])
    assert {intent for intents in FORM_INTENTS.values() for intent in intents} <= catalogue("wants").keys()


def test_what_was_tried_are_actions_that_exist(domain: dict[str, Any]) -> None:
    named = {name for name in catalogue("tried") if name.startswith("action_")}
    assert named <= set(domain["actions"])


def test_what_was_collected_are_slots_that_exist(domain: dict[str, Any]) -> None:
    assert catalogue("slots").keys() <= set(domain["slots"])


@pytest.mark.parametrize("name", CATALOGUES)
def test_both_languages_fill_the_same_blanks(name: str) -> None:
    for code, wording in sentences(catalogue(name)):
        assert blanks(wording["en"]) == blanks(wording["bn"]), code
        assert wording["en"].strip() == wording["en"]


def sentences(part: Any, path: str = "") -> list[tuple[str, dict[str, str]]]:
    found = [(path, part)] if "en" in part else []
    for name, inner in part.items():
        if isinstance(inner, dict):
            found += sentences(inner, f"{path}.{name}")
    return found


def blanks(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_bengali_is_bengali() -> None:
    for name in ("wants", "tried", "slots", "moods", "steps"):
        for code, wording in sentences(catalogue(name)):
            without_blanks = re.sub(r"{\w+}", "", wording["bn"])
            assert BENGALI.search(without_blanks) or not without_blanks.strip(" ,():"), f"{name}{code}"


def test_money_is_grouped_as_the_country_does() -> None:
    assert (money(12_345_600).en, money(12_345_600).bn) == ("৳1,23,456", "৳১,২৩,৪৫৬")
    assert money(150).en == "৳1.50"


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (0, "today"),
        (1, "yesterday"),
        (3, "3 days ago"),
        (15, "2 weeks ago"),
        (70, "2 months ago"),
        (800, "2 years ago"),
    ],
)
def test_days_are_told_the_way_people_do(days: int, written: str) -> None:
    today = date(2026, 11, 21)
    assert ago(date.fromordinal(today.toordinal() - days), today).en == written


def test_a_blank_nobody_fills_is_a_gap() -> None:
    assert say("facts", "open_ticket", ticket="TK-1").en == "Open ticket TK-1: …"
