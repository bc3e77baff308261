"""One conversation as one console watches it."""

import asyncio
from typing import Any, Final

import structlog

from bot.channels.web.socket import CLOSE_NORMAL, CLOSE_SECONDS
from bot.console.live import Console
from bot.fanout import PAGE, FeedOf, HubOf, Listener
from crm_store.domain.errors import KothaStoreError

log = structlog.get_logger()

CLOSE_DEFECT: Final = 1011


class Watch:
    """Sends one conversation's events to a console, from a seq on, in order and without gaps."""

    def __init__(
        self,
        console: Console,
        feed: FeedOf[Any],
        listener: Listener,
        hub: HubOf[Any],
        poll_seconds: float,
        after_seq: int,
    ) -> None:
        self._console = console
        self._feed = feed
        self._listener = listener
        self._hub = hub
        self._poll_seconds = poll_seconds
        self.cursor = after_seq
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what is in the store."""
        self._task = asyncio.create_task(self._run_safely())

    async def stop(self) -> None:
        """Asked, not cancelled: a cancelled read would cost the store its connection."""
        self._listener.stop(CLOSE_NORMAL)
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=CLOSE_SECONDS)
            self._task.cancel()
        self._hub.leave(self._listener)

    async def _run_safely(self) -> None:
        """A defect must not leave a console that shows an old end: it reconnects and reads anew."""
        try:
            await self._run()
        except Exception:
            log.exception("console.watch_defect")
            self._console.stop(CLOSE_DEFECT)

    async def _run(self) -> None:
        look = True
        while not self._listener.stop_code:
            self._listener.wake.clear()
            try:
                lines = await self._feed.after(self.cursor, look=look)
            except KothaStoreError:
                lines = []  # the poll tries again
            for line in lines:
                await self._console.tell_in_turn(line.data)
                self.cursor = line.seq
            self._pass_whispers()
            look = len(lines) >= PAGE
            if not look and not (lines and self._feed.reaches_beyond(self.cursor)):
                look = not await self._woken()

    def _pass_whispers(self) -> None:
        while self._listener.whispers:
            self._console.tell(self._listener.whispers.popleft().data)

    async def _woken(self) -> bool:
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._listener.wake.wait()
        except TimeoutError:
            return False
        return True
