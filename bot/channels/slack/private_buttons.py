"""Clicks on buttons whose answer is whispered: only who clicked reads it, and Slack keeps nothing (G5)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

from bot.channels.private_answers import PrivateAnswers
from bot.channels.slack.background import Background
from bot.channels.slack.events import SlackEvent, is_direct_channel
from bot.channels.slack.forms import Presser, SlashCommand, first_action, read_presser
from bot.channels.slack.people import NOBODY
from bot.channels.slack.places import direct_place, sender_of
from bot.channels.slack.whispers import Whispers
from bot.channels.wording import known_language
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable, VerificationNeeded
from crm_store.domain.received import Place, Sender

MAX_VALUE: Final = 32  # an order number, a channel's name: longer ones are not ours


@dataclass
class PrivateButtonHandler(ABC):
    """Takes the clicks on one kind of button, and whispers what `_answer` says."""

    answers: PrivateAnswers
    whispers: Whispers
    background: Background
    action: ClassVar[str]
    """What its action ids are, or begin with before a colon."""

    async def take_event(self, event: SlackEvent) -> bool:
        """See SlackHandler."""
        return False

    async def take_command(self, command: SlashCommand) -> JsonObject | None:
        """See SlackHandler."""
        return None

    async def take_interaction(self, payload: JsonObject) -> JsonObject | None:
        """See SlackHandler."""
        action = first_action(payload)
        if action is None or str(action.get("action_id", "")).partition(":")[0] != self.action:
            return None
        if presser := read_presser(payload):
            self.background.start(self._whisper(presser, action), name=self.action)
        return {}

    async def _whisper(self, presser: Presser, action: JsonObject) -> None:
        language = known_language(str(action.get("block_id", "")).partition(":")[2])
        sentence, address = await self._look(presser, str(action.get("value", ""))[:MAX_VALUE], language)
        await self.whispers.say(
            sentence,
            team=presser.team,
            channel=presser.channel,
            user=presser.user,
            language=language,
            address=address,
        )

    async def _look(self, presser: Presser, value: str, language: str) -> tuple[str, str]:
        if not is_direct_channel(presser.channel):
            return "choice_gone", ""
        sender, place = sender_of(presser.team, presser.user, NOBODY), direct_place(presser.user)
        try:
            return await self._answer(sender, place, value, language) or ("choice_gone", "")
        except VerificationNeeded:
            return "link_how", ""
        except (StoreUnavailable, ConflictingWrite):
            return "unavailable", ""

    @abstractmethod
    async def _answer(
        self, sender: Sender, place: Place, value: str, language: str
    ) -> tuple[str, str] | None:
        """The sentence to say and the address in it; None when the button leads nowhere."""
