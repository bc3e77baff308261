"""Presses of buttons whose answer is for the presser alone: a link in the button's place, a window (G5)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from bot.channels.private_answers import PrivateAnswers
from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.keyboards import link_button, with_link
from bot.channels.telegram.reading import CHANNEL, Clicked
from bot.channels.wording import Wording, known_language
from bot.inbox import Inbox
from crm_store.domain.errors import VerificationNeeded


@dataclass(frozen=True)
class Shown:
    """What a press brings: words, in a window that stays when they matter, and a link with its title."""

    words: str
    in_window: bool = False
    link: tuple[str, str] | None = None


def button_data(prefix: str, language: str | None, value: str) -> str:
    """What such a button carries; it opens nothing by itself."""
    return f"{prefix}:{known_language(language)}:{value}"


@dataclass(frozen=True)
class PrivateButtons(ABC):
    """Takes the presses of one kind of button."""

    answers: PrivateAnswers
    inbox: Inbox
    wording: Wording
    afterwards: Afterwards
    prefix: ClassVar[str]

    async def take(self, bot: OurBot, clicked: Clicked, update_id: str) -> bool:
        """False for a button of another kind."""
        prefix, _, rest = clicked.choice.partition(":")
        if prefix != self.prefix:
            return False
        if await self.inbox.remember(CHANNEL, bot.account, update_id):
            language, _, value = rest.partition(":")
            self._show(bot, clicked, await self._look(clicked, value, known_language(language)))
        return True

    async def _look(self, clicked: Clicked, value: str, language: str) -> Shown:
        try:
            found = await self._answer(clicked, value, language)
        except VerificationNeeded:
            found = None
        return found or Shown(self.wording.say("choice_gone", language))

    def _show(self, bot: OurBot, clicked: Clicked, shown: Shown) -> None:
        if shown.link is not None and clicked.chat is not None and clicked.message is not None:
            button = link_button(*shown.link)
            edit = bot.client.edit_message_reply_markup(
                chat_id=clicked.chat,
                message_id=clicked.message,
                reply_markup=with_link(clicked.keyboard, clicked.choice, button),  # type: ignore[arg-type]  # JSON
            )
            self.afterwards.do(f"link-{self.prefix}", edit)
        call = bot.client.answer_callback_query(
            clicked.callback, text=shown.words, show_alert=shown.in_window
        )
        self.afterwards.do("answer-click", call)

    @abstractmethod
    async def _answer(self, clicked: Clicked, value: str, language: str) -> Shown | None:
        """What to show; None when the button leads nowhere."""
