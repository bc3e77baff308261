"""The buttons under a way to connect another messenger: who presses is told alone, nothing is kept (G5)."""

from collections.abc import Sequence

from bot.channels.telegram.keyboards import MAX_CALLBACK_BYTES, call_button
from bot.channels.telegram.private_buttons import PrivateButtons, Shown, button_data
from bot.channels.telegram.reading import Clicked
from bot.channels.wording import Wording
from crm_store.domain.conversations import JsonObject


def connect_buttons(card: JsonObject, language: str | None, wording: Wording) -> list[JsonObject]:
    """One for each messenger on the card; none under another card."""
    channels = card.get("channels") if card.get("type") == Connecting.prefix else None
    return [_button(each, language, wording) for each in _channels(channels)]


def _channels(channels: object) -> Sequence[str]:
    known = [each for each in channels if isinstance(each, str)] if isinstance(channels, list) else []
    return [each for each in known if len(_data(each, "bn-Latn").encode()) <= MAX_CALLBACK_BYTES]


def _button(channel: str, language: str | None, wording: Wording) -> JsonObject:
    title = wording.say("connect_open", language).format(messenger=channel.title())
    return call_button(title, _data(channel, language))


def _data(channel: str, language: str | None) -> str:
    return button_data(Connecting.prefix, language, channel)


class Connecting(PrivateButtons):
    """Takes presses of "Connect Slack"."""

    prefix = "connect"

    async def _answer(self, clicked: Clicked, value: str, language: str) -> Shown | None:
        """A link takes the button's place; what has to be typed stands in a window that leaves no trace."""
        way = await self.answers.offer_way_in(clicked.sender, clicked.place, value)
        if way is None:
            return None
        name = way.account.name or way.account.channel.title()
        sentence = self.wording.say("connect_ready" if way.url else "connect_type", language)
        title = self.wording.say("connect_link", language).format(messenger=way.account.channel.title())
        link = (title, way.url) if way.url else None
        return Shown(sentence.format(name=name, command=way.command), in_window=True, link=link)
