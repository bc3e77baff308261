"""May customers' data be shown in a channel? Only in a private one that no other company reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.channels.slack.client import SlackApi, SlackRefused
from bot.errors import DeliveryPostponed
from crm_store.domain.conversations import JsonObject

# A channel that is made public or shared later is noticed within so long.
TRUSTED_SECONDS: Final = 60.0
SHARED: Final = ("is_ext_shared", "is_pending_ext_shared", "is_shared")
RECHECK_SECONDS: Final = 60.0


class RoomClosed(DeliveryPostponed):
    """Nothing may be posted in this channel now; `why` names a sentence `channel_<why>` of the catalogue.

    Make it private and our own, invite the bot, or allow any channel with KOTHA_SLACK_ANY_CHANNEL.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"channel {why}", retry_after=RECHECK_SECONDS)
        self.why = why


@dataclass
class Rooms:
    """Channels that were looked at; each is looked at again before long."""

    api: SlackApi
    any_channel: bool = False
    clock: Callable[[], float] = time.monotonic
    _trusted: dict[tuple[str, str], float] = field(default_factory=dict, init=False)

    async def check(self, team: str, channel: str) -> None:
        """RoomClosed when customers' data may not be shown there."""
        if self._trusted.get((team, channel), 0.0) > self.clock():
            return
        self._trusted.pop((team, channel), None)
        try:
            answer = await self.api.call(team, "conversations.info", channel=channel)
        except SlackRefused as refused:
            raise RoomClosed("not_joined") from refused
        found = answer.get("channel")
        why = why_not(found if isinstance(found, dict) else {}, any_channel=self.any_channel)
        if why is not None:
            raise RoomClosed(why)
        self._trusted[team, channel] = self.clock() + TRUSTED_SECONDS


def why_not(found: JsonObject, *, any_channel: bool) -> str | None:
    """Why customers' data may not be shown in a channel; None when it may."""
    if found.get("is_im") or found.get("is_mpim"):
        return "direct"
    if found.get("is_archived"):
        return "archived"
    if not found.get("is_member", True):
        return "not_joined"
    if any_channel:
        return None
    if any(found.get(flag) for flag in SHARED):
        return "shared"
    return None if found.get("is_private") else "public"
