"""`/kotha …`: help, a language, a person, linking the shop account, or a question answered in private."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.channels.slack.forms import SlashCommand
from bot.channels.slack.markup import escape, plain_text, shortened
from bot.channels.slack.people import Person
from bot.channels.slack.places import direct_place, sender_of
from bot.channels.wording import Wording
from bot.inbox import Inbox
from bot.phrases import LANGUAGES
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable, UpdateSeenBefore
from crm_store.domain.received import Received, Sender
from crm_store.use_cases.customers import find_language
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.unit_of_work import Store

MAX_QUOTED: Final = 200  # of a question, repeated over its answer: nobody else sees the command


# Connects a sender with the shop account behind a one-time code; answers with the catalogue's sentence.
Redeem: TypeAlias = Callable[[Sender, str], Awaitable[str]]


@dataclass
class Commands:
    """What the slash command can do for a customer. Its answers are seen by its author alone."""

    store: Store
    inbox: Inbox
    wording: Wording
    redeem: Redeem

    async def take(self, command: SlashCommand) -> JsonObject:
        """Do it, and say what was done."""
        language: str | None = None
        try:
            sentence, chosen = await self._do(command)
            language = chosen or await self._language_of(command)
        except (StoreUnavailable, ConflictingWrite):
            sentence = "unavailable"
        return {"response_type": "ephemeral", "text": escape(self.wording.say(sentence, language))}

    async def _do(self, command: SlashCommand) -> tuple[str, str | None]:
        word, _, rest = command.text.partition(" ")
        match word.lower(), rest.strip():
            case (("" | "help" | "hi" | "hello"), ""):
                return "command_help", None
            case "human", "":
                await self._say(command, meaning={"intent": "contact_human_agent", "entities": {}})
                return "command_human", None
            case "language", wanted if wanted.lower() in _LANGUAGES_BY_NAME:
                return await self._change_language(command, _LANGUAGES_BY_NAME[wanted.lower()])
            case "language", _:
                return "language_unknown", None
            case "link", "":
                return "link_how", None
            case "link", code:
                return await self.redeem(self._sender(command), code), None
            case _:
                text = shortened(plain_text(command.text, names={}))
                await self._say(command, text=text, reply_to={"asked": text[:MAX_QUOTED]})
                return "command_question", None

    async def _change_language(self, command: SlashCommand, language: str) -> tuple[str, str]:
        meaning = {"intent": "change_language", "entities": {"language": language}}
        await self._say(command, meaning=meaning)
        return "command_language", language

    async def _say(
        self,
        command: SlashCommand,
        *,
        text: str | None = None,
        meaning: JsonObject | None = None,
        reply_to: JsonObject | None = None,
    ) -> None:
        """As if they had written it in the direct message, where the answer goes."""
        received = Received(
            self._sender(command),
            direct_place(command.user),
            f"command:{command.trigger_id}",
            text=text,
            meaning=meaning,
            reply_to=reply_to,
        )
        try:
            await self.inbox.take(received)
        except UpdateSeenBefore:
            return

    async def _language_of(self, command: SlashCommand) -> str | None:
        """The one their direct message goes on in."""
        place = direct_place(command.user)
        conversation = await find_conversation(self.store, self._sender(command), place)
        return await find_language(self.store, conversation) if conversation is not None else None

    def _sender(self, command: SlashCommand) -> Sender:
        return sender_of(command.team, command.user, Person(username=command.user_name or None))


_LANGUAGES_BY_NAME: Final = {
    **{name.lower(): name for name in LANGUAGES},
    "english": "en",
    "bangla": "bn",
    "bengali": "bn",
    "বাংলা": "bn",
    "banglish": "bn-Latn",
}
