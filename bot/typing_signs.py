"""That a message was taken up and an answer is being written, as each channel shows it."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from bot.channels.port import Channel
from bot.fanout import Hub, Whisper
from crm_store.domain.sessions import WEB
from crm_store.domain.turns import TurnClaim

TYPING_AFTER_SECONDS = 0.25  # an answer that comes at once needs no announcement, and dots that flash disturb
TYPING_EVERY_SECONDS = 4.0  # platforms show it for some five seconds


class Frames(Protocol):
    """The frames that tell browsers."""

    def read(self, seq: int) -> bytes: ...
    def typing(self) -> bytes: ...


class Sign(Protocol):
    """Something being shown."""

    def cancel(self) -> object: ...


class Signs:
    """Shows browsers and platforms that somebody is at it."""

    def __init__(self, hub: Hub, frames: Frames, channels: Mapping[str, Channel]) -> None:
        self._hub = hub
        self._frames = frames
        self._channels = {name: one for name, one in channels.items() if one.capabilities.typing}

    def begin(self, claim: TurnClaim) -> Sign | None:
        """Show that the message was taken up and, in a moment, that an answer is being written."""
        if claim.channel == WEB:
            return self._begin_in_browsers(claim)
        channel = self._channels.get(claim.channel)
        if channel is None or claim.address is None:
            return None
        return asyncio.create_task(_type(channel, claim.address, claim.account))

    def _begin_in_browsers(self, claim: TurnClaim) -> Sign:
        self._show(claim, self._frames.read(claim.message.seq))
        later = asyncio.get_running_loop().call_later
        return later(TYPING_AFTER_SECONDS, self._show, claim, self._frames.typing())

    def _show(self, claim: TurnClaim, frame: bytes) -> None:
        self._hub.whisper(claim.conversation_id, Whisper(claim.message.seq, frame))


async def _type(channel: Channel, address: dict[str, object], account: str) -> None:
    await asyncio.sleep(TYPING_AFTER_SECONDS)
    while True:
        await channel.show_typing(address, account=account)
        await asyncio.sleep(TYPING_EVERY_SECONDS)
