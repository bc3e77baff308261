"""The pauses before a platform tries again; a test can end them."""

from __future__ import annotations

import asyncio

from tests.fakes.clock import Clock


class Pauses:
    """Those who wait, and a way to wake them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting = 0
        self._began = asyncio.Event()
        self._nudge = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait so long in the fake's time, or until somebody calls `end`."""
        if seconds <= 0:
            return
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        nudged = asyncio.ensure_future(self._nudge.wait())
        self._waiting += 1
        self._began.set()
        try:
            await asyncio.wait({sleeping, nudged}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting -= 1
            sleeping.cancel()
            nudged.cancel()

    async def end(self, within: float = 30.0) -> None:
        """Wait (real seconds) until somebody pauses, then wake everybody who does."""
        async with asyncio.timeout(within):
            while not self._waiting:
                self._began.clear()
                await self._began.wait()
        self.wake()

    def wake(self) -> None:
        """Wake everybody who pauses now."""
        self._nudge.set()
        self._nudge = asyncio.Event()
