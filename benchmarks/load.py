"""Closed-loop load: every customer sends the next message when the last one is answered."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Ask = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Measured:
    """One cell: turns per second over the window and latencies in milliseconds."""

    turns_per_second: float
    p50_ms: float
    p95_ms: float
    turns: int


async def closed_loop(
    askers: Sequence[Ask], texts: Sequence[Sequence[str]], *, seconds: float, warm_up: float
) -> Measured:
    """Drive all customers at once; only turns that begin and end inside the window count."""
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    latencies: list[float] = []

    async def customer(ask: Ask, messages: Sequence[str]) -> None:
        for text in itertools.cycle(messages):
            started = time.perf_counter()
            if started >= end:
                return
            await ask(text)
            finished = time.perf_counter()
            if started >= begin and finished <= end:
                latencies.append((finished - started) * 1000)

    async with asyncio.TaskGroup() as group:
        for ask, messages in zip(askers, texts, strict=True):
            group.create_task(customer(ask, messages))
    return summary(latencies, seconds)


def summary(latencies: Sequence[float], seconds: float) -> Measured:
    """Fold latencies (ms) of one window of `seconds` into a cell; an empty window is all zeros."""
    if len(latencies) < 2:
        only = latencies[0] if latencies else 0.0
        return Measured(len(latencies) / seconds, only, only, len(latencies))
    cuts = statistics.quantiles(latencies, n=20)
    return Measured(len(latencies) / seconds, statistics.median(latencies), cuts[18], len(latencies))


def middle(cells: Sequence[Measured]) -> Measured:
    """The run with the median throughput of several runs of one cell."""
    return sorted(cells, key=lambda cell: cell.turns_per_second)[len(cells) // 2]


async def by_length(
    ask: Ask, messages: Sequence[str], lengths: Sequence[int], *, around: int
) -> dict[int, float]:
    """Grow one conversation: the median latency (ms) of the `around` turns up to each length."""
    latencies: list[float] = []
    texts = itertools.cycle(messages)
    for _ in range(max(lengths)):
        started = time.perf_counter()
        await ask(next(texts))
        latencies.append((time.perf_counter() - started) * 1000)
    return {length: statistics.median(latencies[max(0, length - around) : length]) for length in lengths}
