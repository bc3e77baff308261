"""What a turn costs in a long conversation, beside a new one at the same moment on the same service.

The first turns of a service are its slowest, so the 10th message of the long conversation is no measure for
its 10,000th: at every length the long one and another customer's new one take turns with the same texts.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import reduce
from itertools import cycle, islice
from pathlib import Path

from benchmarks import kotha, messages
from benchmarks.beside_stock import lengths_up_to
from benchmarks.load import Ask
from benchmarks.processor_time import Spent, spent
from benchmarks.report import Results, Section
from benchmarks.rounds import rotated
from tests.fixtures.service import Service

NEW_LENGTH = 10  # messages a new conversation has when its turns begin to count
PASSES = 2  # over the texts at a time: half a second, so that both sides meet the same noise


@dataclass
class Talk:
    """One conversation: how long it is, and what its counted turns took."""

    ask: Ask
    length: int = 0
    latencies: list[float] = field(default_factory=list)
    windows: list[Spent] = field(default_factory=list)

    async def grow(self, texts: Sequence[str], until: int) -> None:
        """Say one text after the other until it is so long."""
        for text in islice(cycle(texts), max(0, until - self.length)):
            await self._say(text)

    async def count(self, service: Service, texts: Sequence[str]) -> None:
        """Say every text some times, and keep what the turns took."""
        before = await spent(service)
        self.latencies += [await self._say(text) for text in [*texts] * PASSES]
        self.windows.append((await spent(service)).since(before))

    async def _say(self, text: str) -> float:
        began = time.perf_counter()
        await self.ask(text)
        self.length += 1
        return (time.perf_counter() - began) * 1000

    def taken(self) -> tuple[float, float]:
        """Milliseconds of the median turn, and of processor time of an average one; begins anew."""
        spent_ms = reduce(Spent.plus, self.windows).per_turn_ms()["together, ms"]
        median = statistics.median(self.latencies)
        self.latencies, self.windows = [], []
        return median, spent_ms


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """Grow one conversation; at each length compare it with a new one."""
    lengths, texts = lengths_up_to(options.longest), messages.mixed_in(options.wording)(0)
    found: dict[int, Mapping[str, tuple[float, float]]] = {}
    async with AsyncExitStack() as stack:
        service = Service(folder / "growth", **kotha.LIMITS_OFF, **kotha.engines(1))
        await asyncio.to_thread(service.start)
        stack.callback(service.stop)
        customers = await kotha.customers(service, len(lengths) + 1, stack)
        long, *new = [Talk(kotha.asker(customer)) for customer in customers]
        for length, other in zip(lengths, new, strict=True):
            print(f"one conversation of {length:,} messages, and a new one …", flush=True)
            await long.grow(texts, length)
            await other.grow(texts, NEW_LENGTH)
            found[length] = await _beside(service, {"long": long, "new": other}, texts, options.rounds)
    results.sections.append(compared(found))


async def _beside(
    service: Service, talks: Mapping[str, Talk], texts: Sequence[str], rounds: int
) -> dict[str, tuple[float, float]]:
    for order in rotated([*talks], rounds):
        for name in order:
            await talks[name].count(service, texts)
    return {name: talk.taken() for name, talk in talks.items()}


def compared(found: Mapping[int, Mapping[str, tuple[float, float]]]) -> Section:
    """Each length with its ratio to the new conversation of the same moment."""
    rows = {f"{length:,}": _row(*sides["long"], *sides["new"]) for length, sides in found.items()}
    return Section("conversation length, beside a new one", rows)


def _row(long_ms: float, long_spent: float, new_ms: float, new_spent: float) -> dict[str, float]:
    return {
        "p50 ms": long_ms,
        "new one's p50 ms": new_ms,
        "of the new one's": long_ms / new_ms if new_ms else 0.0,
        "processor ms": long_spent,
        "new one's processor ms": new_spent,
        "processor of the new one's": long_spent / new_spent if new_spent else 0.0,
    }
