"""What the service needs of a platform (Telegram, Slack, your own). Browsers fetch their events themselves.

docs/contracts/channels.md is the whole contract, docs/write-your-own-channel.md an example of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import aiohttp
from aiohttp import web

from bot.attachments.uploads import Uploads
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.settings import Settings
from crm_store.domain.conversations import JsonObject
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.unit_of_work import Store


class TextUnit(StrEnum):
    """What a platform counts when it limits a text."""

    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do; rendering degrades along it (`bot.channels.rendering`)."""

    buttons: bool = False
    cards: bool = False
    """It shows our cards itself; else they become lines of text."""
    typing: bool = False
    edit: bool = False
    delete: bool = False
    files_in: bool = False
    files_out: bool = False
    reactions: bool = False
    reconcile: bool = False
    """`find_sent` can tell for certain whether a part arrived."""
    text_limit: int = 4000
    text_unit: TextUnit = TextUnit.CODE_POINTS
    button_limit: int = 10
    button_title_limit: int = 64


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """Whether a platform can be used now, and why not; shown in /readyz, without making it unready."""

    ok: bool = True
    why: str | None = None
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class ChannelParts:
    """What a channel is built from. `forward` tells delivery that there may be something to send again."""

    settings: Settings
    store: Store
    inbox: Inbox
    uploads: Uploads
    metrics: Metrics
    session: aiohttp.ClientSession
    forward: Callable[[str], None]


class Channel(Protocol):
    """One platform with all its accounts. It owns no retries: delivery decides (SL13)."""

    @property
    def name(self) -> str:
        """The channel's name in the store."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    def add_to(self, app: web.Application) -> None:
        """Register its HTTP routes, if it has any."""
        ...

    async def start(self) -> None:
        """Begin long polling or Socket Mode, set webhooks and command menus. Never blocks for long."""
        ...

    async def stop(self) -> None: ...

    def parts(self, item: OutboxItem) -> tuple[JsonObject, ...]:
        """The platform calls this message becomes (text split, keyboard, files). Pure: asked at each try."""
        ...

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """Make one call; the platform's id of what it made.

        DeliveryRefused when it can never be delivered, DeliveryPostponed when it certainly was not and may
        be tried again, DeliveryUncertain when nobody knows.
        """
        ...

    async def find_sent(self, item: OutboxItem, index: int) -> str | None:
        """The platform's id of a part an earlier attempt may have sent; None when it is not there, or when
        the platform cannot be asked (then `capabilities.reconcile` is false).
        """
        ...

    async def show_typing(self, address: JsonObject, *, account: str) -> None:
        """Show that an answer is being written. Best effort: never raises, takes no turn's time."""
        ...

    def health(self) -> ChannelHealth: ...


BuildChannel = Callable[[ChannelParts], Channel]
"""What a channel's `wiring` module offers as `build`."""
