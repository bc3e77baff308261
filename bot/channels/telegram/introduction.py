"""What Telegram is told at the start: where updates go, and the menu of commands in both languages."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand

from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.commands import MENU
from bot.channels.telegram.reading import ALLOWED_UPDATES, CHANNEL
from bot.channels.wording import Wording
from crm_store.domain.channels import AccountState
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.linking import introduce_account
from crm_store.use_cases.platforms import set_account_state
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

MAX_CONNECTIONS: Final = 40  # parallel deliveries (TG3); the store takes them all within a moment
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0


@dataclass
class Introduction:
    """Introduces one bot; asks again until Telegram has heard it."""

    bot: OurBot
    store: Store
    wording: Wording
    webhook: str | None
    """Its public address; None leaves it as it is (long polling, or somebody sets it by hand)."""
    secret: str
    done: bool = field(default=False, init=False)
    why_not: str | None = field(default=None, init=False)

    async def run(self) -> None:
        """Until it has worked."""
        pause = FIRST_PAUSE
        while not self.done:
            await self._try()
            if not self.done:
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    async def _try(self) -> None:
        try:
            await self.introduce()
        except (AiogramError, KothaStoreError, OSError) as error:
            self.why_not = type(error).__name__
            log.warning("telegram.not_introduced", account=self.bot.account, why=self.why_not)
        except Exception as error:
            self.why_not = type(error).__name__
            log.exception("telegram.introduction_defect", account=self.bot.account)

    async def introduce(self) -> None:
        """Tell Telegram everything; each call may be repeated."""
        me = await self.bot.introduce()
        await self._say_where()
        await self._offer_commands()
        await introduce_account(
            self.store,
            CHANNEL,
            self.bot.account,
            name=f"@{me.username}",
            connect_url=self.bot.link("{token}"),
        )
        await set_account_state(self.store, CHANNEL, self.bot.account, AccountState.ACTIVE)
        self.done, self.why_not = True, None
        log.info("telegram.ready", account=self.bot.account, username=me.username, webhook=self.webhook)

    async def _say_where(self) -> None:
        if self.webhook is None:
            return
        await self.bot.client.set_webhook(
            self.webhook,
            secret_token=self.secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=MAX_CONNECTIONS,
        )

    async def _offer_commands(self) -> None:
        """English for everybody, Bengali for those whose app is set to it."""
        for language, code in (("en", None), ("bn", "bn")):
            commands = [
                BotCommand(command=name, description=self.wording.say(f"menu_{name}", language))
                for name in MENU
            ]
            await self.bot.client.set_my_commands(commands, language_code=code)
