"""Telegram as delivery and the service's start see it: `bot.channels.port.Channel`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from aiogram.enums import ChatAction
from aiohttp import web

from bot.channels.port import Capabilities, ChannelHealth, TextUnit
from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.commands import PRIVATE_PAYLOAD
from bot.channels.telegram.introduction import Introduction
from bot.channels.telegram.keyboards import MAX_TITLE
from bot.channels.telegram.outgoing import MAX_TEXT, Writer
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.reading import CHANNEL
from bot.channels.telegram.sending import Sending
from bot.channels.telegram.standing import Standing
from bot.channels.wording import Wording
from crm_store.domain.conversations import JsonObject
from crm_store.domain.outbox import OutboxItem

SETTLE_SECONDS: Final = 2.0  # answers to clicks that are under way when the service stops

CAPABILITIES: Final = Capabilities(
    buttons=True,
    cards=False,
    typing=True,
    edit=True,
    files_in=True,
    files_out=True,
    text_limit=MAX_TEXT,
    text_unit=TextUnit.UTF16,
    button_limit=100,
    button_title_limit=MAX_TITLE,
)


class Way(Protocol):
    """How updates come in: the webhook's route, or long polling."""

    def add_to(self, app: web.Application) -> None: ...


class Loop(Protocol):
    """Something that runs as long as the service."""

    async def run(self) -> None: ...


@dataclass
class TelegramChannel:
    """All bots of this service."""

    bots: Mapping[str, OurBot]
    wording: Wording
    sending: Sending
    afterwards: Afterwards
    introductions: Sequence[Introduction]
    standings: Sequence[Standing] = ()
    webhook: Way | None = None
    pollers: Sequence[Poller] = ()
    capabilities: Capabilities = CAPABILITIES
    name: str = CHANNEL
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    def add_to(self, app: web.Application) -> None:
        """The webhook's route; none with long polling."""
        if self.webhook is not None:
            self.webhook.add_to(app)

    async def start(self) -> None:
        """Introduce the bots and begin to poll, beside everything else."""
        loops: list[Loop] = [*self.introductions, *self.standings, *self.pollers]
        self._tasks = [asyncio.create_task(loop.run(), name="telegram") for loop in loops]

    async def stop(self) -> None:
        """Stop polling; what was received is stored."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.afterwards.settle(SETTLE_SECONDS)

    def parts(self, item: OutboxItem) -> tuple[JsonObject, ...]:
        """See Channel."""
        bot = self.bots.get(item.account)
        return Writer(self.wording, bot.link(PRIVATE_PAYLOAD) if bot is not None else None).parts(item)

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """See Channel."""
        return await self.sending.send(item, part)

    async def find_sent(self, item: OutboxItem, index: int) -> str | None:
        """Telegram cannot be asked what a bot has sent."""
        return None

    async def show_typing(self, address: JsonObject, *, account: str) -> None:
        """For five seconds, or until the answer is there."""
        bot, chat = self.bots.get(account), address.get("chat")
        if bot is not None and chat is not None:
            call = bot.client.send_chat_action(
                chat_id=chat, action=ChatAction.TYPING, message_thread_id=address.get("thread")
            )
            self.afterwards.do("typing", call)

    def health(self) -> ChannelHealth:
        """Well once every bot is introduced, and while polling works."""
        troubles = {
            each.bot.account: each.why_not or "starting" for each in self.introductions if not each.done
        }
        troubles |= {each.bot.account: each.why_not for each in self.pollers if each.why_not is not None}
        troubles |= {each.bot.account: "revoked" for each in self.standings if each.revoked}
        why = "; ".join(f"bot {account}: {reason}" for account, reason in troubles.items())
        return ChannelHealth(ok=not troubles, why=why or None, details={"bots": sorted(self.bots)})
