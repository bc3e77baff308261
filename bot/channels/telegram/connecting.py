"""The buttons under a way to connect another messenger: who presses is told alone, nothing is kept (G5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.keyboards import MAX_CALLBACK_BYTES, call_button, link_button, with_link
from bot.channels.telegram.reading import CHANNEL, Clicked
from bot.channels.wording import Wording, known_language
from bot.inbox import Inbox
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import UnknownConversation, VerificationNeeded
from crm_store.domain.linking import WayIn
from crm_store.use_cases.linking import offer_way_in
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.unit_of_work import Store

PREFIX: Final = "connect"


def connect_buttons(card: JsonObject, language: str | None, wording: Wording) -> list[JsonObject]:
    """One for each messenger on the card; none under another card."""
    channels = card.get("channels") if card.get("type") == PREFIX else None
    return [_button(each, language, wording) for each in _channels(channels)]


def _channels(channels: object) -> Sequence[str]:
    known = [each for each in channels if isinstance(each, str)] if isinstance(channels, list) else []
    return [each for each in known if len(_data(each, "bn-Latn").encode()) <= MAX_CALLBACK_BYTES]


def _button(channel: str, language: str | None, wording: Wording) -> JsonObject:
    title = wording.say("connect_open", language).format(messenger=channel.title())
    return call_button(title, _data(channel, known_language(language)))


def _data(channel: str, language: str) -> str:
    return f"{PREFIX}:{language}:{channel}"


@dataclass(frozen=True)
class Connecting:
    """Takes presses of "Connect Slack"."""

    store: Store
    inbox: Inbox
    wording: Wording
    afterwards: Afterwards

    async def take(self, bot: OurBot, clicked: Clicked, update_id: str) -> bool:
        """False for a button that is none of these."""
        prefix, _, rest = clicked.choice.partition(":")
        if prefix != PREFIX:
            return False
        if await self.inbox.remember(CHANNEL, bot.account, update_id):
            language, _, channel = rest.partition(":")
            self._show(bot, clicked, await self._way_in(clicked, channel), known_language(language))
        return True

    def _show(self, bot: OurBot, clicked: Clicked, way: WayIn | None, language: str) -> None:
        """A link takes the button's place; what has to be typed stands in a window that leaves no trace."""
        sentence = "choice_gone" if way is None else "connect_type" if way.url is None else "connect_ready"
        said = self.wording.say(sentence, language)
        if way is not None:
            said = said.format(name=way.account.name or way.account.channel.title(), command=way.command)
            self._link(bot, clicked, way, language)
        call = bot.client.answer_callback_query(clicked.callback, text=said, show_alert=way is not None)
        self.afterwards.do("answer-click", call)

    def _link(self, bot: OurBot, clicked: Clicked, way: WayIn, language: str) -> None:
        if way.url is None or clicked.chat is None or clicked.message is None:
            return
        title = self.wording.say("connect_link", language).format(messenger=way.account.channel.title())
        edit = bot.client.edit_message_reply_markup(
            chat_id=clicked.chat,
            message_id=clicked.message,
            reply_markup=with_link(clicked.keyboard, clicked.choice, link_button(title, way.url)),  # type: ignore[arg-type]  # JSON
        )
        self.afterwards.do("link-connect", edit)

    async def _way_in(self, clicked: Clicked, channel: str) -> WayIn | None:
        """None unless the presser is a proven customer, in private."""
        conversation = await find_conversation(self.store, clicked.sender, clicked.place)
        if conversation is None or clicked.place.is_public:
            return None
        try:
            return await offer_way_in(self.store, conversation, channel)
        except (VerificationNeeded, UnknownConversation):
            return None
