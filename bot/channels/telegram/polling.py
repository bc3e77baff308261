"""Long polling: for a machine without a public address.

One gateway polls for a bot at a time (a lease in the store); updates are confirmed to Telegram by the next
request's offset, so only after all of them are stored (CH1).
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from aiogram.exceptions import AiogramError
from aiogram.methods import TelegramMethod
from prometheus_client import Counter

from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.client import CALL_SECONDS
from bot.channels.telegram.incoming import Incoming, Unreadable
from bot.channels.telegram.reading import ALLOWED_UPDATES, CHANNEL
from bot.inbox import Inbox
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.platforms import lease_polling
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

POLL_SECONDS: Final = 25  # how long Telegram holds a request without news; proxies cut idle ones at 30
BATCH: Final = 100  # Telegram's most
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
LEASE_SECONDS: Final = 90.0  # longer than a request and storing what it brings

Raw = dict[str, Any]


class GetRawUpdates(TelegramMethod[list[Raw]]):
    """getUpdates, unparsed: one update nobody can read must not hide the ones beside it (TG4)."""

    __returning__ = list[Raw]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = BATCH
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = list(ALLOWED_UPDATES)  # noqa: RUF012  pydantic copies it


@dataclass
class Poller:
    """Asks for one bot's updates for as long as it runs."""

    bot: OurBot
    store: Store
    incoming: Incoming
    inbox: Inbox
    failures: Counter
    holder: UUID = field(default_factory=uuid4)
    why_not: str | None = field(default=None, init=False)
    """Why the last request failed."""
    _offset: int | None = field(default=None, init=False)
    _without_webhook: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Until cancelled. Failures are waited out, longer each time."""
        pause = FIRST_PAUSE
        try:
            while True:
                if await self._try():
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE, pause * 2)
        finally:
            await self._give_back()

    async def _try(self) -> bool:
        """Poll once; whatever goes wrong, polling goes on: without it the bot hears nobody any more."""
        try:
            await self.poll()
        except (AiogramError, KothaStoreError, OSError) as error:
            self._note(error)
            log.warning("telegram.poll_failed", account=self.bot.account, error=self.why_not)
        except Exception as error:
            self._note(error)
            log.exception("telegram.poll_defect", account=self.bot.account)
        else:
            self.why_not = None
        return self.why_not is None

    def _note(self, error: Exception) -> None:
        self.why_not = type(error).__name__
        self.failures.labels(CHANNEL, self.why_not).inc()
        self._without_webhook = False  # a conflict may be a webhook that somebody set

    async def poll(self) -> None:
        """One request and everything it brought, stored; the offset moves only then."""
        if not await self._has_lease():
            self._offset = None  # somebody else confirms updates meanwhile
            await asyncio.sleep(FIRST_PAUSE)
            return
        if not self._without_webhook:
            self._without_webhook = await self.bot.client.delete_webhook(drop_pending_updates=False)
        # After a failure without waiting for news, so that it is known soon whether it is over.
        request = GetRawUpdates(offset=self._offset, timeout=0 if self.why_not else POLL_SECONDS)
        updates = await self.bot.client(request, request_timeout=int(POLL_SECONDS + CALL_SECONDS))
        await asyncio.gather(*(self._take_in_order(lane) for lane in lanes_of(updates)))
        numbers = [number for update in updates if isinstance(number := update.get("update_id"), int)]
        if numbers:
            self._offset = max(numbers) + 1

    async def _has_lease(self) -> bool:
        return await lease_polling(self.store, CHANNEL, self.bot.account, self.holder, seconds=LEASE_SECONDS)

    async def _give_back(self) -> None:
        with contextlib.suppress(KothaStoreError):
            await lease_polling(self.store, CHANNEL, self.bot.account, self.holder, seconds=0)

    async def _take_in_order(self, updates: Sequence[Raw]) -> None:
        for update in updates:
            await self._take(update)

    async def _take(self, update: Raw) -> None:
        try:
            await self.incoming.take(self.bot, update)
        except KothaStoreError:
            raise
        except Unreadable as error:
            await self._bury(update, str(error))
        except Exception:  # a defect of ours: asked for again it would stop everybody's messages
            log.exception("telegram.poison", account=self.bot.account)
            await self._bury(update, "a defect of the service")

    async def _bury(self, update: Raw, reason: str) -> None:
        body = json.dumps(update).encode()  # in ASCII: also of what is no text
        await self.inbox.bury(CHANNEL, self.bot.account, None, reason, body)


def lanes_of(updates: Sequence[Raw]) -> list[list[Raw]]:
    """The updates of each chat, in their order: a slow file holds up nobody else's chat (TG3)."""
    lanes: dict[object, list[Raw]] = {}
    for number, update in zip(itertools.count(), updates, strict=False):
        lanes.setdefault(_chat_of(update, number), []).append(update)
    return list(lanes.values())


def _chat_of(update: Raw, number: int) -> object:
    for content in update.values():
        if isinstance(content, dict) and isinstance(chat := content.get("chat"), dict):
            return str(chat.get("id"))
    return number
