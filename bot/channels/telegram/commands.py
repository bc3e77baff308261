"""The commands the bot understands. Any other "/…" is text, nothing more (CH4)."""

import re
from dataclasses import dataclass
from typing import Final

from aiogram.types import Message

from bot.channels.telegram.marked import from_utf16
from crm_store.domain.conversations import JsonObject

START: Final = "start"
LINK: Final = "link"
LANGUAGE: Final = "language"
# What each command says to the assistant; those that need more than that are handled by name.
MEANINGS: Final = {
    START: "greet",
    "help": "ask_help",
    "human": "contact_human_agent",
    LANGUAGE: "change_language",
}
KNOWN: Final = frozenset({*MEANINGS, LINK})
# What the menu beside the text box offers, in its order; "/start" has a button of its own there.
MENU: Final = ("help", "human", "language", "link")
# Leads from a group into the private chat.
PRIVATE_PAYLOAD: Final = "private"
# Tokens of one-time links have 128 bits or more; a shorter payload is a shop's own ("?start=eid_sale").
SHORTEST_TOKEN: Final = 22
LANGUAGES: Final = {
    "en": "en",
    "english": "en",
    "ইংরেজি": "en",
    "bn": "bn",
    "bangla": "bn",
    "bengali": "bn",
    "বাংলা": "bn",
    "bn-latn": "bn-Latn",
    "banglish": "bn-Latn",
}

_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of ours and what was written after it."""

    name: str
    argument: str

    @property
    def meaning(self) -> JsonObject | None:
        """What it says to the assistant; None for one that carries a token or a code."""
        if self.name == START and self.token is not None:
            return None
        intent = MEANINGS.get(self.name)
        return {"intent": intent, "entities": self._entities()} if intent else None

    @property
    def token(self) -> str | None:
        """The one-time token of a link, or the code somebody typed."""
        if self.name == LINK:
            return self.argument
        if self.name == START and len(self.argument) >= SHORTEST_TOKEN:
            return self.argument
        return None

    def _entities(self) -> JsonObject:
        """`/language bangla` says which."""
        language = LANGUAGES.get(self.argument.casefold()) if self.name == LANGUAGE else None
        return {"language": language} if language else {}


def find_command(message: Message, username: str) -> Command | None:
    """The command a message is: marked so by Telegram, at its beginning, for this bot, and one of ours."""
    text = message.text
    first = message.entities[0] if message.entities else None
    if text is None or first is None or first.type != "bot_command" or first.offset != 0:
        return None
    where = from_utf16(text, first.offset, first.length)
    match = _COMMAND.fullmatch(text[where])
    if match is None or (match[2] and match[2].casefold() != username.casefold()):
        return None
    name = match[1].lower()
    return Command(name, text[where.stop :].strip()) if name in KNOWN else None
