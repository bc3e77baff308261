"""A cursor comes back from outside: it is one of ours, or BadCursor."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_store.domain.cursors import Part, read_cursor, write_cursor
from crm_store.domain.errors import BadCursor

KEY: tuple[Part, ...] = (datetime(2026, 11, 22, tzinfo=UTC), UUID(int=7), 12, "ক")
SHAPE = (datetime, UUID, int, str)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=8,
)


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def read_or_refused(cursor: str) -> None:
    try:
        key = read_cursor("queue", cursor, SHAPE)
    except BadCursor:
        return
    assert tuple(map(type, key)) == SHAPE


def test_what_was_written_is_read() -> None:
    assert read_cursor("queue", write_cursor("queue", KEY), SHAPE) == KEY
    with pytest.raises(BadCursor):
        read_cursor("other", write_cursor("queue", KEY), SHAPE)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(cursor: str) -> None:
    read_or_refused(cursor)


@given(st.lists(st.lists(st.sampled_from("stiu") | anything, max_size=3) | anything, max_size=5))
def test_no_values_break_the_reader(parts: list[Any]) -> None:
    read_or_refused(packed(["queue", *parts]))


@given(st.tuples(anything, anything, anything, anything))
def test_no_values_under_the_right_tags_break_it(values: tuple[Any, ...]) -> None:
    read_or_refused(packed(["queue", *([tag, value] for tag, value in zip("tuis", values, strict=True))]))
