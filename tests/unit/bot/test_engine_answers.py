"""Whatever an engine answers: it is read as the contract says, or called rubbish."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine_answers import parse_answer
from bot.errors import EngineAnsweredRubbish

GOOD: dict[str, Any] = {
    "replies": [{"text": "On its way.", "buttons": [{"title": "Yes", "choice": {"intent": "affirm"}}]}],
    "state": {"turns": 1},
    "understanding": {"intent": "track_order", "confidence": 0.9, "entities": [], "language": "en"},
    "language": "en",
    "actions": ["action_listen"],
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def answer(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def test_what_was_understood_is_kept_whole() -> None:
    assert parse_answer(answer()).understanding == GOOD["understanding"]
    assert parse_answer(answer(understanding=None)).understanding is None
    assert parse_answer(answer(understanding={"intent": "x", "confidence": 1})).understanding is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"intent": "a", "confidence": "sure"},
        {"intent": {}, "confidence": 1.0},
        {"intent": "a" * 65},
        {"entities": [7]},
        {"entities": "KB-1"},
        {"language": []},
        {"mood": "angry"},
        [],
        "track_order",
    ],
)
def test_an_understanding_nobody_could_read_later_is_rubbish(wrong: Any) -> None:
    with pytest.raises(EngineAnsweredRubbish, match="understanding"):
        parse_answer(answer(understanding=wrong))


@pytest.mark.parametrize("state", [b'"\\ud800"', b"1e999", b"NaN"])
def test_what_the_store_could_not_write_is_rubbish(state: bytes) -> None:
    with pytest.raises(EngineAnsweredRubbish):
        parse_answer(answer(state={"turns": 77}).replace(b"77", state))


@given(st.dictionaries(st.sampled_from([*GOOD, "more"]), anything))
def test_no_values_break_the_reader(changes: dict[str, Any]) -> None:
    try:
        parse_answer(answer(**changes))
    except EngineAnsweredRubbish as refused:
        assert str(refused)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with pytest.raises(EngineAnsweredRubbish):
        parse_answer(body)
