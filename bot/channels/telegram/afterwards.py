"""Calls that follow an acknowledged update: short, best effort, and awaited when the service stops."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import structlog
from aiogram.exceptions import AiogramError

from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.keyboards import with_links_only
from bot.channels.telegram.reading import Clicked

log = structlog.get_logger()


class Afterwards:
    """Runs them beside everything else."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, name: str, call: Awaitable[Any]) -> None:
        """Begin a call; it may fail, which is logged and changes nothing."""
        task = asyncio.create_task(_quietly(name, call), name=f"telegram-{name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def take_keyboard(self, bot: OurBot, clicked: Clicked) -> None:
        """Take the buttons away among which one was pressed; those that lead somewhere stay."""
        if clicked.chat is not None and clicked.message is not None:
            edit = bot.client.edit_message_reply_markup(
                chat_id=clicked.chat,
                message_id=clicked.message,
                reply_markup=with_links_only(clicked.keyboard),  # type: ignore[arg-type]  # JSON will do
            )
            self.do("take-keyboard", edit)

    async def settle(self, seconds: float) -> None:
        """Wait for those that run, a moment at most."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _quietly(name: str, call: Awaitable[Any]) -> None:
    try:
        await call
    except (
        AiogramError,
        OSError,
        RuntimeError,
    ) as error:  # RuntimeError: closed, as we stop
        log.info("telegram.not_done", what=name, why=type(error).__name__)
