"""Whether a message in a group is meant for the bot, and what it says without the bot's name."""

from aiogram.types import Message, MessageEntity

from bot.channels.telegram.bots import Me
from bot.channels.telegram.marked import from_utf16


def is_addressed(message: Message, me: Me) -> bool:
    """A reply to the bot, or one that names it. Commands are looked at before."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return True
    return any(_names(message, entity, me) for entity in _entities(message))


def without_name(message: Message, me: Me) -> str:
    """The words of a message without "@our_bot"."""
    words = message.text or message.caption or ""
    places = [_place(words, entity) for entity in _entities(message) if _names(message, entity, me)]
    for place in reversed(places):
        words = f"{words[: place.start].rstrip()} {words[place.stop :].lstrip(' ,:')}"
    return words.strip() if places else words


def _names(message: Message, entity: MessageEntity, me: Me) -> bool:
    if entity.type == "text_mention":
        return entity.user is not None and entity.user.id == me.id
    if entity.type != "mention":
        return False
    words = message.text or message.caption or ""
    return words[_place(words, entity)].lstrip("@").casefold() == me.username.casefold()


def _place(words: str, entity: MessageEntity) -> slice:
    return from_utf16(words, entity.offset, entity.length)


def _entities(message: Message) -> list[MessageEntity]:
    return (message.entities if message.text is not None else message.caption_entities) or []
