"""The soak's customers against a real gateway: what they see is what they count."""

import asyncio
import random
import time
from typing import Any

import pytest

from benchmarks import soak_customers
from benchmarks.soak_customers import Counts, Kind, Permits, Place, Tab
from tests.integration.conftest import IDENTITY_KEY, Running
from tests.integration.web import signed_identity

SHORT = Kind("anonymous, short", False, (2, 2), (2, 2))
KNOWN = Kind("signed in, short", True, (2, 2), (2, 2))


async def live(running: Running, *, seconds: float = 0.5) -> Counts:
    """One customer after another for a moment."""
    counts, permits = Counts(), Permits(20.0, time.monotonic() + seconds)
    place = Place(
        base=running.base,
        permits=permits,
        counts=counts,
        texts=["hello", "where is my order"],
        refs=["C-1"],
        sign=lambda ref: signed_identity(ref, IDENTITY_KEY),
        chance=random.Random(1),
    )
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(permits.hand_out())
        group.create_task(place.keep_taken())
    return counts


@pytest.mark.parametrize("kind", [SHORT, KNOWN], ids=lambda kind: str(kind.name))
async def test_what_was_written_is_found_answered(
    running: Running, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    monkeypatch.setattr(soak_customers, "KINDS", {kind: 1})
    counts = await live(running)
    assert counts.sent == counts.accepted == counts.answered > 0
    assert (counts.lost, counts.unanswered, dict(counts.trouble)) == (0, 0, {})
    assert counts.reloads > 0


async def test_what_is_not_in_the_history_is_lost(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_tab: Tab, _after_seq: int) -> list[dict[str, Any]]:
        return []

    monkeypatch.setattr(Tab, "history", nothing)
    counts = await live(running)
    assert counts.lost == counts.accepted > 0


async def test_a_message_without_a_reply_is_unanswered(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = Tab.history

    async def own_words(tab: Tab, after_seq: int) -> list[dict[str, Any]]:
        return [event for event in await history(tab, after_seq) if event["author"] == "customer"]

    monkeypatch.setattr(Tab, "history", own_words)
    counts = await live(running)
    assert counts.unanswered == counts.accepted > 0
