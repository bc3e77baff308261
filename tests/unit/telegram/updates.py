"""Updates as Telegram sends them, for tests: factories with the parts a test is about."""

from __future__ import annotations

from typing import Any

from aiogram.types import Update

from bot.channels.telegram.bots import Me
from bot.channels.telegram.reading import Heard, Meaning, read_update

ME = Me(111, "kotha_bot")
RAHIMA: dict[str, Any] = {
    "id": 7,
    "is_bot": False,
    "first_name": "Rahima",
    "last_name": "Akter",
    "username": "rahima",
    "language_code": "bn",
}
PRIVATE: dict[str, Any] = {"id": 7, "type": "private", "first_name": "Rahima"}
GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Family", "is_forum": True}
OUR_BOT: dict[str, Any] = {"id": 111, "is_bot": True, "first_name": "Kotha", "username": "kotha_bot"}


def message(**content: Any) -> dict[str, Any]:
    """A message of Rahima's in the private chat, unless the content says otherwise."""
    return {"message_id": 5, "from": RAHIMA, "chat": PRIVATE, "date": 1_800_000_000, **content}


def marked(text: str, part: str, kind: str, **more: Any) -> dict[str, Any]:
    """A text with one entity over `part`, counted in UTF-16 units as Telegram does."""
    before = text[: text.index(part)]
    offset = len(before.encode("utf-16-le")) // 2
    entity = {"type": kind, "offset": offset, "length": len(part.encode("utf-16-le")) // 2, **more}
    return {"text": text, "entities": [entity]}


def update(**content: Any) -> Update:
    """An update, through aiogram's types."""
    return Update.model_validate({"update_id": 900, **content})


def read(**content: Any) -> Meaning:
    """What an update means to the bot."""
    return read_update(update(**content), ME)


def hear(**content: Any) -> Heard:
    """What a message means, which must be something said to the bot."""
    heard = read(message=message(**content))
    assert isinstance(heard, Heard)
    return heard
