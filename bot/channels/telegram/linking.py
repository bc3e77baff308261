"""`/start <token>` and `/link <code>`: the person proves on Telegram which customer of the shop they are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.reading import Heard
from bot.channels.telegram.telling import Telling
from bot.inbox import Inbox
from crm_store.domain.errors import UpdateSeenBefore
from crm_store.domain.received import Received, Sender

# Tokens are text of ours in a link, codes are typed: what is longer is neither.
MAX_TOKEN: Final = 128

Redeem = Callable[[Sender, str], Awaitable[str]]
"""Connects the sender with the customer the token was made for; the sentence that tells what came of it."""


@dataclass(frozen=True)
class Linking:
    """Takes messages that carry a token. The token itself is kept nowhere but in the store's links."""

    inbox: Inbox
    telling: Telling
    redeem_token: Redeem

    async def redeem(self, bot: OurBot, heard: Heard, update_id: str) -> None:
        """Redeem it, keep that it was tried, and tell what came of it.

        Redeemed before it is noted: a crash between the two brings the update again, and the same person
        may redeem the same token twice.
        """
        token = (heard.token or "").strip()
        sentence = "link_how" if not token else "link_refused"
        if 0 < len(token) <= MAX_TOKEN:
            sentence = await self.redeem_token(heard.sender, token)
        noted = Received(
            heard.sender, heard.place, heard.external_id, text="/link", update_id=update_id, quiet=True
        )
        try:
            accepted = await self.inbox.take(noted)
        except UpdateSeenBefore:
            return
        if not accepted.duplicate:
            await self.telling.tell(accepted, heard, sentence)


async def redeem_nothing(_sender: Sender, _token: str) -> str:
    """For a service that makes no links: no token is valid."""
    return "link_refused"
