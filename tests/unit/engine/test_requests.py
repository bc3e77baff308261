"""Whatever is sent as a turn: it is read as the contract says, or refused with what to send instead."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.errors import BadTurnRequest
from bot.engine.requests import check_turn_request

GOOD: dict[str, Any] = {
    "conversation": "c1",
    "message_id": "m1",
    "text": "where is my order",
    "choice": None,
    "state": None,
    "facts": {"language": "bn", "handed_back": {"note": "ok"}},
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def read_or_refused(body: bytes) -> None:
    try:
        request = check_turn_request(body)
    except BadTurnRequest as refused:
        assert str(refused)
        return
    assert (request.text is None) != (request.choice is None)


def test_a_good_request_is_read() -> None:
    assert check_turn_request(json.dumps(GOOD).encode()).text == "where is my order"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    read_or_refused(body)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*GOOD, "more"]), anything))
def test_no_values_break_the_reader(changed: dict[str, Any]) -> None:
    read_or_refused(json.dumps({**GOOD, **changed}).encode())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["intent", "entities", "more"]), anything), st.booleans())
def test_no_choice_breaks_the_reader(choice: dict[str, Any], with_text: bool) -> None:
    text = "hello" if with_text else None
    read_or_refused(json.dumps({**GOOD, "text": text, "choice": choice}).encode())


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b'{"text": "\\ud800"}'])
def test_hostile_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadTurnRequest):
        check_turn_request(body)
