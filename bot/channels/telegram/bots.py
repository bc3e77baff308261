"""The bots this service runs: their tokens, and who they are on Telegram."""

import re
from dataclasses import dataclass, field
from typing import Final

from aiogram import Bot

from bot.errors import BadSettings

TOKEN: Final = re.compile(r"(\d{1,20}):[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as messages name it. The user name is known once Telegram has been asked."""

    id: int
    username: str = ""


@dataclass
class OurBot:
    """One bot: its account in the store is its id, which the token begins with."""

    client: Bot
    link_base: str = "https://t.me"
    me: Me = field(init=False)

    def __post_init__(self) -> None:
        self.me = Me(self.client.id)

    @property
    def account(self) -> str:
        """Its account in the store."""
        return str(self.me.id)

    def link(self, payload: str) -> str | None:
        """Opens the private chat with `/start <payload>` to be sent; None while its name is not known."""
        return f"{self.link_base}/{self.me.username}?start={payload}" if self.me.username else None

    async def introduce(self) -> Me:
        """Ask Telegram who it is, once; errors are the client's."""
        if not self.me.username:
            user = await self.client.get_me()
            self.me = Me(user.id, user.username or "")
        return self.me


def check_token(token: str) -> str:
    """A bot's token by its form; BadSettings otherwise, without showing it."""
    if not TOKEN.fullmatch(token):
        raise BadSettings(
            "KOTHA_TELEGRAM_BOTS is wrong: a token looks like 123456789:AA…; BotFather shows it"
        )
    return token
