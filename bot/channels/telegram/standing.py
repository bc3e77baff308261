"""Whether a bot is still ours: one refusal is doubted, a second one believed, a lost bot asked for again.

Telegram answers 401 for a token that was revoked, and now and then, for a moment, for one that was not.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from prometheus_client import Counter

from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.reading import CHANNEL
from crm_store.domain.channels import AccountState
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.platforms import list_channel_accounts, set_account_state
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

CONFIRM_SECONDS: Final = 3.0  # a server of theirs that restarts answers wrongly for a second or two
FIRST_PAUSE: Final = 60.0  # also how often every gateway looks whether another one found the bot revoked
LONGEST_PAUSE: Final = 15 * 60.0  # a token is given back by a person; their first customer waits no longer


@dataclass
class Standing:
    """Keeps the state of one bot's account in the store."""

    bot: OurBot
    store: Store
    forward: Callable[[str], None]
    refusals: Counter
    revoked: bool = field(default=False, init=False)
    _doubted: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)

    def doubt(self) -> None:
        """Telegram said 401 to a call: find out whether it means it."""
        self._doubted.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._look()
            except (AiogramError, KothaStoreError, OSError) as error:
                log.warning("telegram.standing_unknown", account=self.bot.account, why=type(error).__name__)
            except Exception:
                log.exception("telegram.standing_defect", account=self.bot.account)
            await self._rest()

    async def _look(self) -> None:
        if self._doubted.is_set():
            await asyncio.sleep(CONFIRM_SECONDS)
            self._doubted.clear()
            await self._confirm()
        elif await self._is_revoked():
            await self._ask_again()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._pause if self.revoked else FIRST_PAUSE):
                await self._doubted.wait()
        except TimeoutError:
            return

    async def _confirm(self) -> None:
        if await self._is_ours():
            self._count("false_alarm")
            log.warning("telegram.refused_once", account=self.bot.account)
            return
        await set_account_state(self.store, CHANNEL, self.bot.account, AccountState.REVOKED, "Unauthorized")
        self.revoked, self._pause = True, FIRST_PAUSE
        self._count("revoked")
        log.error(
            "telegram.revoked", account=self.bot.account, next="put the token of today into the settings"
        )

    async def _ask_again(self) -> None:
        if not await self._is_ours():
            self.revoked, self._pause = True, min(self._pause * 2, LONGEST_PAUSE)
            log.info("telegram.still_revoked", account=self.bot.account, again_in=self._pause)
            return
        await set_account_state(self.store, CHANNEL, self.bot.account, AccountState.ACTIVE)
        self.revoked, self._pause = False, FIRST_PAUSE
        self._count("back")
        log.warning("telegram.ours_again", account=self.bot.account)
        self.forward(CHANNEL)

    async def _is_ours(self) -> bool:
        try:
            await self.bot.client.get_me()
        except TelegramUnauthorizedError:
            return False
        return True

    async def _is_revoked(self) -> bool:
        accounts = await list_channel_accounts(self.store, CHANNEL)
        self.revoked = any(
            each.account == self.bot.account and each.state is AccountState.REVOKED for each in accounts
        )
        return self.revoked

    def _count(self, outcome: str) -> None:
        self.refusals.labels(CHANNEL, outcome).inc()
