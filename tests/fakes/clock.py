"""The time the fake platforms live in: real, quicker than real, or moved by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import Protocol

# Rounds of the event loop that let everything woken at one moment run before the next moment comes.
_SETTLING_ROUNDS = 20


class Clock(Protocol):
    """What a fake needs of time."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so long, in this clock's time."""
        ...


class RealClock:
    """The machine's own time."""

    def now(self) -> float:
        """See Clock."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        await asyncio.sleep(seconds)


class FastClock:
    """Runs `speed` times as fast as the machine: ten minutes' outage passes in one second at 600."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._started = time.time()

    def now(self) -> float:
        """See Clock."""
        return self._started + (time.time() - self._started) * self.speed

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        await asyncio.sleep(seconds / self.speed)


class ManualClock:
    """Stands still until the test calls `advance`."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """See Clock."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """See Clock."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking every sleeper at its own moment and in order."""
        until = self._now + seconds
        while self._sleepers and self._sleepers[0][0] <= until:
            moment, _order, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, moment)
            if not woken.done():
                woken.set_result(None)
            await self._settle()
        self._now = until
        await self._settle()

    async def _settle(self) -> None:
        for _round in range(_SETTLING_ROUNDS):
            await asyncio.sleep(0)
