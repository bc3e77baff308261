"""How a message is said: each kind of evidence, and how often the levels are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.components.mood import MOOD, MoodReader, MoodWords, mood_of, of_intent
from bot.engine.components.text import normalise
from bot.engine.mood_of_turn import mood_of_turn
from tests.unit.engine.components.messages import tokenised
from tests.unit.engine.tiny import ROOT

LEVELS = ("angry", "unhappy", "calm", "happy")
# By words alone, in each script; with what the messages mean beside them: docs/mood.md.
LEAST_PRECISION, LEAST_RECALL = 0.75, 0.8
WORDS = MoodWords()


def read(text: str) -> dict[str, Any]:
    return mood_of(WORDS.evidence(text, normalise(text).text))


@pytest.mark.parametrize(
    ("text", "level", "because"),
    [
        ("where is my order", "calm", None),
        ("WHERE IS MY ORDER I HAVE PAID TWICE", "unhappy", "capitals"),
        ("WHERE IS KT-10234", "calm", None),
        ("I want this!!!", "unhappy", "exclamation"),
        ("thank you so much!!!", "happy", "thanks"),
        ("you are cheaters, give it back", "angry", "outrage"),
        ("আপনারা প্রতারক", "angry", "outrage"),
        ("apnara protarok", "angry", "outrage"),
        ("খুব বিরক্ত লাগছে", "unhappy", "disappointment"),
        ("khub birokto lagche", "unhappy", "disappointment"),
        ("অনেক ধন্যবাদ", "happy", "thanks"),
        ("onek dhonnobad", "happy", "thanks"),
        ("no thanks", "calm", None),
        ("খারাপ না", "calm", None),
        ("kharap na", "calm", None),
        ("great, another excuse from you thieves", "angry", "outrage"),
        ("poor box, broken cup, sad", "unhappy", "disappointment"),
        ("🤬", "angry", "angry_sign"),
        ("", "calm", None),
    ],
)
def test_words_and_signs_show_the_mood(text: str, level: str, because: str | None) -> None:
    mood = read(text)
    assert (mood["level"], mood["because"]) == (level, because)
    assert -1 <= mood["score"] <= 1


def test_meaning_adds_to_the_words() -> None:
    assert mood_of(of_intent("insult"))["level"] == "unhappy"
    assert mood_of([*WORDS.evidence("liars", "liars"), *of_intent("insult")])["level"] == "angry"
    assert mood_of(of_intent("track_order"))["level"] == "calm"


@pytest.mark.parametrize(("confidence", "level"), [(0.9, "unhappy"), (0.3, "calm")])
def test_only_a_sure_meaning_counts(confidence: float, level: str) -> None:
    message = tokenised("so that is how it goes here")
    message.set("intent", {"name": "complaint", "confidence": confidence})
    [read_message] = MoodReader().process([message])
    assert read_message.get(MOOD)["level"] == level
    assert MOOD in read_message.as_dict(only_output_properties=True)


def parsed(text: str, intent: str, **entities: str) -> dict[str, Any]:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return {"text": text, "intent": {"name": intent}, "entities": found, MOOD: read(text)}


def said(text: str, intent: str, **entities: str) -> DialogueStateTracker:
    tracker = DialogueStateTracker("somebody", [])
    before = parsed(text, intent, **entities)
    tracker.update(UserUttered(before["text"], before["intent"], before["entities"]))
    return tracker


@pytest.mark.parametrize(
    ("before", "now", "level"),
    [
        (("where is my parcel", "track_order"), ("any news of it", "track_order"), "unhappy"),
        (("how much is the pan", "check_price"), ("how much is the cup", "check_price"), "calm"),
        (("how much is the pan", "check_price"), ("How much is the pan", "check_price"), "unhappy"),
        (("yes", "affirm"), ("yes", "affirm"), "calm"),
    ],
)
def test_asking_again_shows_that_the_answer_did_not_help(
    before: tuple[str, str], now: tuple[str, str], level: str
) -> None:
    mood = mood_of_turn(parsed(*now), said(*before), "calm")
    assert mood is not None
    assert mood["level"] == level


def test_asking_for_another_order_is_no_repetition() -> None:
    now = parsed("and where is KT-10301", "track_order", order_number="KT-10301")
    before = said("where is KT-10234", "track_order", order_number="KT-10234")
    mood = mood_of_turn(now, before, "calm")
    assert mood is not None
    assert mood["level"] == "calm"


def test_anger_fades_a_step_with_each_message_that_shows_none() -> None:
    silent = DialogueStateTracker("somebody", [])
    levels = ["angry"]
    while levels[-1] != "calm":
        mood = mood_of_turn(parsed("KT-10234", "inform"), silent, levels[-1])
        assert mood is not None
        levels.append(mood["conversation"])
    assert levels == ["angry", "unhappy", "calm"]


def test_a_model_without_moods_gives_none() -> None:
    plain = {"text": "hello", "intent": {"name": "greet"}, "entities": []}
    assert mood_of_turn(plain, DialogueStateTracker("somebody", []), None) is None


@pytest.mark.parametrize("lang", ["en", "bn", "bn-Latn"])
def test_levels_are_right_often_enough_on_rows_nobody_tuned_by(lang: str) -> None:
    rows = [json.loads(line) for line in (ROOT / "tests/nlu/mood.jsonl").read_text("utf-8").splitlines()]
    pairs = Counter(
        (row["mood"], read(row["text"])["level"])
        for row in rows
        if row["lang"] == lang and row["use"] == "measure"
    )
    for level in LEVELS:
        right = pairs[level, level]
        assert right / _sum(pairs, lambda true, _, level=level: true == level) >= LEAST_RECALL, level
        assert right / _sum(pairs, lambda _, given, level=level: given == level) >= LEAST_PRECISION, level


def _sum(pairs: Counter[tuple[str, str]], counts: Callable[[str, str], bool]) -> int:
    return sum(times for pair, times in pairs.items() if counts(*pair))
