"""How a conversation's mood moves."""

import pytest

from crm_store.domain.handling import Mood, MoodLevel, MoodTrend
from crm_store.domain.moods import mood_shown, trend_of


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (None, MoodLevel.CALM, MoodTrend.SAME),
        (None, MoodLevel.ANGRY, MoodTrend.WORSE),
        ("angry", MoodLevel.UNHAPPY, MoodTrend.BETTER),
        ("happy", MoodLevel.CALM, MoodTrend.WORSE),
        ("calm", MoodLevel.HAPPY, MoodTrend.BETTER),
    ],
)
def test_trend_compares_with_the_mood_before(before: str | None, now: MoodLevel, trend: MoodTrend) -> None:
    assert trend_of(before, now) is trend


def test_a_shown_mood_says_what_showed_it() -> None:
    shown = {"level": "angry", "score": -0.8, "because": "insult", "conversation": "angry"}
    assert mood_shown({"mood": shown}, "calm") == Mood(MoodLevel.ANGRY, MoodTrend.WORSE, "insult")


@pytest.mark.parametrize("understanding", [None, {}, {"mood": None}, {"mood": {"conversation": "gloomy"}}])
def test_what_shows_no_mood_changes_none(understanding: dict[str, object] | None) -> None:
    assert mood_shown(understanding, "angry") is None
