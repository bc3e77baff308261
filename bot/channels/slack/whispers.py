"""What one person alone is told in a channel or direct message (ephemeral messages)."""

from dataclasses import dataclass

import structlog

from bot.channels.slack.client import SlackApi
from bot.channels.slack.markup import escape
from bot.channels.wording import Wording
from bot.errors import DeliveryFailure

log = structlog.get_logger()


@dataclass(frozen=True)
class Whispers:
    """Best effort: a whisper that fails is no loss."""

    api: SlackApi
    wording: Wording

    async def say(
        self,
        name: str,
        *,
        team: str,
        channel: str,
        user: str,
        thread_ts: str | None = None,
        language: str | None = None,
        address: str = "",
    ) -> None:
        """Say a sentence of the catalogue, with the address in it that it has a place for."""
        text = escape(self.wording.say(name, language).replace("{address}", address))
        try:
            await self.api.call(
                team, "chat.postEphemeral", channel=channel, user=user, text=text, thread_ts=thread_ts
            )
        except DeliveryFailure as failure:
            log.warning("slack.whisper", team=team, sentence=name, error=str(failure))
