"""Presses of buttons: looked up (CH4), always answered (TG9); a keyboard that has served is taken away."""

from dataclasses import dataclass

from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.connecting import Connecting
from bot.channels.telegram.invoices import Invoices
from bot.channels.telegram.joining import Joining
from bot.channels.telegram.languages import language_of_code
from bot.channels.telegram.reading import CHANNEL, Clicked
from bot.channels.wording import Wording
from bot.inbox import Inbox
from crm_store.domain.errors import UnknownChoice, UpdateSeenBefore
from crm_store.domain.received import Received


@dataclass(frozen=True)
class Clicks:
    """Takes callback queries."""

    inbox: Inbox
    wording: Wording
    afterwards: Afterwards
    invoices: Invoices
    connecting: Connecting
    joining: Joining

    async def take(self, bot: OurBot, clicked: Clicked, update_id: str) -> None:
        """Store the choice, then stop the button's spinner; a choice nobody has is told so in a toast."""
        for ours in (self.invoices, self.connecting, self.joining):
            if await ours.take(bot, clicked, update_id):
                return
        try:
            await self.inbox.take(_received(clicked, update_id))
        except UpdateSeenBefore:
            self._answer(bot, clicked, None)
        except UnknownChoice:
            self.inbox.ignore(CHANNEL, "unknown_choice")
            self._answer(bot, clicked, "choice_not_yours" if clicked.place.is_public else "choice_gone")
        else:
            self._answer(bot, clicked, None)
            self.afterwards.take_keyboard(bot, clicked)

    def _answer(self, bot: OurBot, clicked: Clicked, sentence: str | None) -> None:
        language = language_of_code(clicked.sender.language)
        toast = self.wording.say(sentence, language) if sentence else None
        self.afterwards.do("answer-click", bot.client.answer_callback_query(clicked.callback, text=toast))


def _received(clicked: Clicked, update_id: str) -> Received:
    return Received(
        clicked.sender,
        clicked.place,
        f"click:{clicked.callback}",
        choice_id=clicked.choice,
        update_id=update_id,
    )
