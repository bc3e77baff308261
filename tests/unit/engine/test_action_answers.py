"""Whatever an action server answers: it is of Rasa's protocol, or the action failed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.action_server import _checked
from bot.engine.errors import ActionsFailed

NAMES = st.sampled_from(["slot", "action", "bot", "user", "form", "active_loop", "reminder", "followup"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
event = st.fixed_dictionaries(
    {"event": NAMES | anything}, optional=dict.fromkeys(("name", "value", "timestamp", "text"), anything)
)


def read_or_refused(body: bytes) -> None:
    try:
        answer = _checked("action_x", body)
    except ActionsFailed as refused:
        assert "action_x" in str(refused)
        return
    assert isinstance(answer["events"], list)
    assert isinstance(answer["responses"], list)


def test_a_good_answer_is_read() -> None:
    slot = {"event": "slot", "name": "language", "value": "bn", "timestamp": None}
    body = json.dumps({"events": [slot], "responses": [{"text": "ok"}]}).encode()
    assert _checked("action_x", body)["events"] == [slot]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    read_or_refused(body)


@settings(deadline=None)
@given(anything | st.dictionaries(st.sampled_from(["events", "responses", "more"]), anything))
def test_no_values_break_the_reader(answer: Any) -> None:
    read_or_refused(json.dumps(answer).encode())


@settings(deadline=None)
@given(st.lists(event, max_size=3))
def test_no_events_break_the_reader(events: list[dict[str, Any]]) -> None:
    read_or_refused(json.dumps({"events": events, "responses": []}).encode())


def test_hostile_json_is_refused() -> None:
    with pytest.raises(ActionsFailed):
        _checked("action_x", b"[" * 100_000)
