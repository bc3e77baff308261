"""The buttons under a way to connect another messenger: who presses is told alone, nothing is kept (G5)."""

from typing import Final

from bot.channels.slack.private_buttons import PrivateButtonHandler
from bot.channels.wording import Wording, known_language
from crm_store.domain.conversations import JsonObject
from crm_store.domain.received import Place, Sender

CONNECT_ACTION: Final = "connect"
MOST_BUTTONS: Final = 5  # side by side on a phone; there are not so many messengers


def connect_buttons(card: JsonObject | None, language: str | None, wording: Wording) -> list[JsonObject]:
    """The block with a button for each messenger on the card; none under another card."""
    channels = (card or {}).get("channels")
    if not card or card.get("type") != "connect" or not isinstance(channels, list):
        return []
    known = known_language(language)
    names = [each for each in channels if isinstance(each, str)][:MOST_BUTTONS]
    buttons = [_button(each, wording.say("connect_open", known)) for each in names]
    return (
        [{"type": "actions", "block_id": f"{CONNECT_ACTION}:{known}", "elements": buttons}] if buttons else []
    )


def _button(channel: str, title: str) -> JsonObject:
    return {
        "type": "button",
        "action_id": f"{CONNECT_ACTION}:{channel}",
        "text": {"type": "plain_text", "text": title.format(messenger=channel.title()), "emoji": False},
        "value": channel,
    }


class ConnectHandler(PrivateButtonHandler):
    """Takes clicks on "Connect Telegram"."""

    action = CONNECT_ACTION

    async def _answer(
        self, sender: Sender, place: Place, value: str, language: str
    ) -> tuple[str, str] | None:
        way = await self.answers.offer_way_in(sender, place, value)
        if way is None:
            return None
        return ("connect_link", way.url) if way.url else ("connect_type", way.command)
