"""The channel `email`: letters go out, nothing comes in, and no conversation lives there."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.mail.letters import letter_of
from bot.channels.mail.post import PostOffice
from bot.channels.port import Capabilities, ChannelHealth
from bot.channels.wording import Wording
from bot.errors import DeliveryFailure
from crm_store.domain.conversations import JsonObject
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.waiting import MAIL


@dataclass
class MailChannel:
    """See `bot.channels.port.Channel`."""

    office: PostOffice
    wording: Wording
    name: str = MAIL
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(text_limit=100_000))
    _trouble: str | None = field(default=None, init=False)

    def add_to(self, app: web.Application) -> None:
        """No routes: answers to letters go to the shop's own mailbox."""

    async def start(self) -> None:
        """Nothing runs between letters."""

    async def stop(self) -> None:
        """Nothing runs between letters."""

    def parts(self, item: OutboxItem) -> tuple[JsonObject, ...]:
        """One letter."""
        return (letter_of(item, self.wording),)

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """Hand it to the mail server; its Message-ID."""
        try:
            sent = await self.office.send(part, item.message_id)
        except DeliveryFailure as failure:
            self._trouble = f"{type(failure).__name__}: {failure}"
            raise
        self._trouble = None
        return sent

    async def find_sent(self, item: OutboxItem, index: int) -> str | None:
        """A mail server cannot be asked; the same Message-ID lets readers drop a repeat."""
        return None

    async def show_typing(self, address: JsonObject, *, account: str) -> None:
        """Nobody looks at a letter being written."""

    def health(self) -> ChannelHealth:
        """What became of the last letter."""
        return ChannelHealth(ok=self._trouble is None, why=self._trouble)
