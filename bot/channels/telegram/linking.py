"""`/start <token>` and `/link <code>`: who proves on Telegram which customer of the shop they are (G5).

A typed code connects at once. A link is opened with one touch and may be somebody else's: it asks first.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.channels.telegram.reading import CHANNEL, Clicked, Heard, Token
from bot.channels.telegram.telling import Telling
from bot.inbox import Inbox
from crm_store.domain.errors import IdentityConflict, LinkUnusable, TooManyGuesses, UpdateSeenBefore
from crm_store.domain.received import Received
from crm_store.use_cases.linking import confirm_link, decline_link, open_link, redeem_code
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
        refusal = await self._try(heard, token, str(accepted.id))
        if refusal is None:
            self.forward(CHANNEL)
        elif not accepted.duplicate:
            await self.telling.tell(accepted, heard, refusal)

    async def confirm(self, clicked: Clicked, offer_id: UUID) -> str | None:
        """Whoever opened the link says that it is theirs; the sentence that tells why it did not work."""
        refusal = await _refusal(confirm_link(self.store, clicked.sender, clicked.place, offer_id))
        self.forward(CHANNEL)
        return refusal

    async def decline(self, clicked: Clicked, offer_id: UUID) -> str | None:
        """They say that it is not."""
        return await _refusal(decline_link(self.store, clicked.sender, offer_id))

    async def _try(self, heard: Heard, token: Token, key: str) -> str | None:
        """The sentence that tells why it did not work; None when it did, or when they were asked."""
        if not 0 < len(token.text) <= MAX_TOKEN:
            return "link_how"
        if token.typed:
            return await _refusal(redeem_code(self.store, heard.sender, heard.place, token.text))
        return await _refusal(open_link(self.store, heard.sender, heard.place, token.text, key=key))


async def _refusal(attempt: Awaitable[object]) -> str | None:
    try:
        await attempt
    except LinkUnusable:
        return "link_refused"
    except TooManyGuesses:
        return "link_too_many"
    except IdentityConflict:
        return "link_conflict"
    return None
