"""The buttons under a way to connect another messenger: who presses is told alone, nothing is kept (G5)."""

from dataclasses import dataclass
from typing import Final

from bot.channels.slack.background import Background
from bot.channels.slack.events import SlackEvent, is_direct_channel
from bot.channels.slack.forms import Presser, SlashCommand, first_action, read_presser
from bot.channels.slack.people import NOBODY
from bot.channels.slack.places import direct_place, sender_of
from bot.channels.slack.whispers import Whispers
from bot.channels.wording import Wording, known_language
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import (
    ConflictingWrite,
    StoreUnavailable,
    UnknownConversation,
    VerificationNeeded,
)
from crm_store.use_cases.linking import offer_way_in
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.unit_of_work import Store

CONNECT_ACTION: Final = "connect"
MAX_CHANNEL: Final = 32  # the column's
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


@dataclass
class ConnectHandler:
    """Takes clicks on "Connect Telegram"."""

    store: Store
    whispers: Whispers
    background: Background

    async def take_event(self, event: SlackEvent) -> bool:
        """See SlackHandler."""
        return False

    async def take_command(self, command: SlashCommand) -> JsonObject | None:
        """See SlackHandler."""
        return None

    async def take_interaction(self, payload: JsonObject) -> JsonObject | None:
        """See SlackHandler."""
        action = first_action(payload)
        if action is None or not str(action.get("action_id", "")).startswith(f"{CONNECT_ACTION}:"):
            return None
        self.background.start(self._show(payload, action), name="connect")
        return {}

    async def _show(self, payload: JsonObject, action: JsonObject) -> None:
        presser = read_presser(payload)
        if presser is None:
            return
        sentence, address = await self._way_in(presser, str(action.get("value", ""))[:MAX_CHANNEL])
        await self.whispers.say(
            sentence,
            team=presser.team,
            channel=presser.channel,
            user=presser.user,
            language=known_language(str(action.get("block_id", "")).partition(":")[2]),
            address=address,
        )

    async def _way_in(self, presser: Presser, channel: str) -> tuple[str, str]:
        """What to tell, and the address in it."""
        try:
            conversation = await find_conversation(
                self.store, sender_of(presser.team, presser.user, NOBODY), direct_place(presser.user)
            )
            if conversation is None or not is_direct_channel(presser.channel):
                return "choice_gone", ""
            way = await offer_way_in(self.store, conversation, channel)
        except (VerificationNeeded, UnknownConversation):
            return "link_how", ""
        except (StoreUnavailable, ConflictingWrite):
            return "unavailable", ""
        if way is None:
            return "choice_gone", ""
        return ("connect_link", way.url) if way.url else ("connect_type", way.command)
