"""`/start <token>` and `/link <code>`: who proves on Telegram which customer of the shop they are (G5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.reading import CHANNEL, Heard, Token
from bot.channels.telegram.telling import Telling
from bot.inbox import Inbox
from crm_store.domain.errors import IdentityConflict, LinkUnusable, TooManyGuesses, UpdateSeenBefore
from crm_store.domain.received import Received
from crm_store.use_cases.linking import redeem_code, redeem_link
from crm_store.use_cases.unit_of_work import Store

# Tokens are text of ours in a link, codes are typed: what is longer is neither.
MAX_TOKEN: Final = 128


@dataclass(frozen=True)
class Linking:
    """Takes messages that carry a token. What is stored of them is the command alone."""

    store: Store
    inbox: Inbox
    telling: Telling
    forward: Callable[[str], None]

    async def redeem(self, heard: Heard, token: Token, update_id: str) -> None:
        """Note that it was tried, redeem it, and tell why not; of a success the store tells both sides.

        A repeat tries again, for the first copy may have got no further than its note, and says nothing.
        """
        noted = Received(
            heard.sender,
            heard.place,
            heard.external_id,
            text=heard.content.text,
            update_id=update_id,
            quiet=True,
        )
        try:
            accepted = await self.inbox.take(noted)
        except UpdateSeenBefore:
            return
        refusal = await self._try(heard, token)
        if refusal is None:
            self.forward(CHANNEL)
        elif not accepted.duplicate:
            await self.telling.tell(accepted, heard, refusal)

    async def _try(self, heard: Heard, token: Token) -> str | None:
        """The sentence that tells why it did not work; None when it did."""
        if not 0 < len(token.text) <= MAX_TOKEN:
            return "link_how"
        redeem = redeem_code if token.typed else redeem_link
        try:
            await redeem(self.store, heard.sender, heard.place, token.text)
        except LinkUnusable:
            return "link_refused"
        except TooManyGuesses:
            return "link_too_many"
        except IdentityConflict:
            return "link_conflict"
        return None
