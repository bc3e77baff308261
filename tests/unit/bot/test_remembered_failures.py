"""A message that fails for certain twice in a row goes to a person (CH5), whatever failed before it."""

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from bot import turns
from bot.errors import EngineBroke, EngineUnreachable
from bot.turns import TurnRunner


def make_runner() -> TurnRunner:
    nothing = cast(Any, None)
    return TurnRunner(nothing, nothing, nothing, nothing, nothing, nothing, nothing, wake_delivery=nothing)


def fails(runner: TurnRunner, message: UUID, times: int = 1) -> int:
    """How many definite failures in a row were counted."""
    return [runner._note_failure(message, EngineBroke("status 500")) for _ in range(times)][-1]


def test_only_definite_failures_of_the_same_message_are_counted() -> None:
    runner, message = make_runner(), uuid4()
    assert [fails(runner, message), fails(runner, uuid4()), fails(runner, message)] == [1, 1, 2]
    assert runner._note_failure(message, EngineUnreachable("away")) == 0


def test_messages_that_another_node_answered_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are never heard of again here; full of them, the memory must not lose what fails now."""
    monkeypatch.setattr(turns, "MAX_REMEMBERED_FAILURES", 2)
    runner = make_runner()
    for _ in range(5):
        fails(runner, uuid4())
    assert fails(runner, uuid4(), times=2) == 2
    assert len(runner._definite_failures) == 2
