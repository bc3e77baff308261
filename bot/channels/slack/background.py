"""Work that nobody waits for: after Slack has its 200, or beside it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import structlog

from bot.errors import DeliveryFailure

log = structlog.get_logger()

STOP_SECONDS: Final = 3.0

T = TypeVar("T")


class Background:
    """Running tasks, held until they are done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run it; what it raises is logged when nobody asks for it."""
        task = asyncio.create_task(work, name=f"slack-{name}")
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def stop(self) -> None:
        """Let what runs finish, within a limit."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DeliveryFailure):
            log.warning("slack.not_done", task=task.get_name(), error=str(error))
        elif error is not None:
            log.error("slack.defect", task=task.get_name(), exc_info=error)
