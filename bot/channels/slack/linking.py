"""`/kotha link <code>`: the person proves in Slack which customer of the shop they are (G5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.channels.slack.places import CHANNEL, direct_place, user_of
from crm_store.domain.errors import IdentityConflict, LinkUnusable, TooManyGuesses
from crm_store.domain.received import Sender
from crm_store.use_cases.linking import redeem_code
from crm_store.use_cases.unit_of_work import Store

MAX_CODE: Final = 64  # codes are typed: what is longer is none


@dataclass(frozen=True)
class Linking:
    """Connects people with the shop accounts whose one-time codes they type."""

    store: Store
    forward: Callable[[str], None]
    """Tells delivery that there is something to send: the good news also comes as a direct message."""

    async def redeem(self, sender: Sender, code: str) -> str:
        """Connect them; the sentence of the catalogue that says what came of it."""
        place = direct_place(user_of(sender.source_id))
        try:
            await redeem_code(self.store, sender, place, code[:MAX_CODE])
        except LinkUnusable:
            return "link_refused"
        except TooManyGuesses:
            return "link_throttled"
        except IdentityConflict:
            return "link_conflict"
        self.forward(CHANNEL)
        return "link_done"
