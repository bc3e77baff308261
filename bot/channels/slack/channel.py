"""Slack as delivery and the service's start see it: `bot.channels.port.Channel`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from aiohttp import web

from bot.channels.port import Capabilities, ChannelHealth, TextUnit
from bot.channels.slack.accounts import Workspaces
from bot.channels.slack.background import Background
from bot.channels.slack.buttons import MAX_ELEMENTS, MAX_TITLE
from bot.channels.slack.outgoing import MAX_TEXT, Writer
from bot.channels.slack.places import CHANNEL
from bot.channels.slack.sending import Sending
from bot.channels.wording import Wording
from crm_store.domain.conversations import JsonObject
from crm_store.domain.outbox import OutboxItem

CAPABILITIES: Final = Capabilities(
    buttons=True,
    cards=True,
    typing=False,  # Slack offers bots none outside of its own assistant view
    edit=True,
    delete=True,
    files_in=True,
    files_out=True,
    reactions=True,
    reconcile=True,
    text_limit=MAX_TEXT,
    text_unit=TextUnit.UTF16,
    button_limit=MAX_ELEMENTS,
    button_title_limit=MAX_TITLE,
)


class WayIn(Protocol):
    """How Slack brings what happens: its web addresses, or Socket Mode."""

    def add_to(self, app: web.Application) -> None: ...


class Companion(Protocol):
    """Something that lives as long as the channel: Socket Mode, the agents' threads."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    @property
    def trouble(self) -> str | None:
        """Why it does not work now; None while it does."""
        ...


@dataclass
class SlackChannel:
    """All workspaces of this service."""

    wording: Wording
    sending: Sending
    workspaces: Workspaces
    background: Background
    routes: WayIn | None = None
    companions: Sequence[Companion] = ()
    name: str = CHANNEL
    capabilities: Capabilities = field(default=CAPABILITIES)

    def add_to(self, app: web.Application) -> None:
        """The web addresses; none without a signing secret."""
        if self.routes is not None:
            self.routes.add_to(app)

    async def start(self) -> None:
        """Look at the workspaces and open Socket Mode, beside everything else."""
        await self.workspaces.start()
        for companion in self.companions:
            await companion.start()

    async def stop(self) -> None:
        """Let go; what was acknowledged is stored."""
        for companion in self.companions:
            await companion.stop()
        await self.workspaces.stop()
        await self.background.stop()

    def parts(self, item: OutboxItem) -> tuple[JsonObject, ...]:
        """See Channel."""
        return Writer(self.wording, self.workspaces.bot_users.get(item.account, "")).parts(item)

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """See Channel."""
        return await self.sending.send(item, index, part)

    async def find_sent(self, item: OutboxItem, index: int) -> str | None:
        """See Channel; a connection that broke is cleared up by asking Slack (SL13)."""
        return await self.sending.find(item, index, self.parts(item)[index])

    async def show_typing(self, address: JsonObject, *, account: str) -> None:
        """Slack has no such sign for bots."""

    def health(self) -> ChannelHealth:
        """Well while every workspace lets us in and every companion works."""
        lost = [f"workspace {team}: {reason}" for team, reason in self.workspaces.lost.items()]
        troubles = [companion.trouble for companion in self.companions if companion.trouble]
        why = "; ".join([*lost, *troubles]) or None
        return ChannelHealth(
            ok=why is None, why=why, details={"workspaces": sorted(self.workspaces.api.teams)}
        )
