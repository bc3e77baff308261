"""Turns that wait at the same moment are understood together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.engine.waiting_texts import MOST_TURNS, WaitingTexts


class Understanding:
    """Says back what it was given, and notes what came together; breaks on "bad"."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        self.calls.append([*texts])
        if "bad" in texts:
            raise ValueError("bad")
        return [{"text": text} for text in texts]


@pytest.fixture
def understanding() -> Understanding:
    return Understanding()


async def test_texts_of_waiting_turns_go_together_and_come_back_apart(understanding: Understanding) -> None:
    waiting = WaitingTexts(understanding)
    answers = await asyncio.gather(waiting.understood(["a", "b"]), waiting.understood(["c"]))
    assert answers == [[{"text": "a"}, {"text": "b"}], [{"text": "c"}]]
    assert understanding.calls == [["a", "b", "c"]]


async def test_a_lonely_turn_does_not_wait(understanding: Understanding) -> None:
    assert await asyncio.wait_for(WaitingTexts(understanding).understood(["a"]), 1) == [{"text": "a"}]


async def test_a_crowd_is_served_in_order_a_few_at_a_time(understanding: Understanding) -> None:
    waiting = WaitingTexts(understanding)
    texts = [str(number) for number in range(2 * MOST_TURNS + 1)]
    await asyncio.gather(*(waiting.understood([text]) for text in texts))
    assert [text for call in understanding.calls for text in call] == texts
    assert max(map(len, understanding.calls)) == MOST_TURNS


async def test_what_breaks_for_one_does_not_break_for_the_others(understanding: Understanding) -> None:
    waiting = WaitingTexts(understanding)
    good, bad = await asyncio.gather(
        waiting.understood(["good"]), waiting.understood(["bad"]), return_exceptions=True
    )
    assert good == [{"text": "good"}]
    assert isinstance(bad, ValueError)


async def test_a_cancelled_turn_is_not_understood(understanding: Understanding) -> None:
    waiting = WaitingTexts(understanding)
    gone = asyncio.create_task(waiting.understood(["gone"]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await waiting.understood(["here"]) == [{"text": "here"}]
    assert understanding.calls == [["here"]]
