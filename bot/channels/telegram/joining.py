"""The question under a one-time link: whoever opened it says whether the account is theirs (G5)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.keyboards import call_button
from bot.channels.telegram.linking import Linking
from bot.channels.telegram.private_buttons import button_data
from bot.channels.telegram.reading import CHANNEL, Clicked
from bot.channels.wording import Wording, known_language
from bot.inbox import Inbox
from crm_store.domain.conversations import JsonObject
from crm_store.domain.linking import CONFIRM_LINK

PREFIX: Final = "join"
YES: Final = "yes"
NO: Final = "no"


def join_buttons(card: JsonObject, language: str | None, wording: Wording) -> list[JsonObject]:
    """Yes and no; none under another card."""
    if card.get("type") != CONFIRM_LINK:
        return []
    return [
        call_button(wording.say(f"join_{answer}", language), _data(answer, str(card["offer"]), language))
        for answer in (YES, NO)
    ]


def _data(answer: str, offer: str, language: str | None) -> str:
    return button_data(PREFIX, language, f"{answer}:{UUID(offer).hex}")


@dataclass(frozen=True)
class Joining:
    """Takes presses of these buttons. The store knows who opened the link; others' presses do nothing."""

    linking: Linking
    inbox: Inbox
    wording: Wording
    afterwards: Afterwards

    async def take(self, bot: OurBot, clicked: Clicked, update_id: str) -> bool:
        """False for a button of another kind.

        What was pressed is done before the update is remembered: done twice it changes nothing, and after a
        crash in between the repeat ends it.
        """
        prefix, _, rest = clicked.choice.partition(":")
        if prefix != PREFIX:
            return False
        language, _, value = rest.partition(":")
        sentence = await self._decide(clicked, *value.partition(":")[::2])
        if await self.inbox.remember(CHANNEL, bot.account, update_id):
            self._show(bot, clicked, self.wording.say(sentence, known_language(language)))
        return True

    async def _decide(self, clicked: Clicked, answer: str, offer: str) -> str:
        offer_id = _offer_of(offer)
        if offer_id is None or clicked.place.is_public:
            return "choice_gone"
        if answer == YES:
            return await self.linking.confirm(clicked, offer_id) or "join_done"
        return await self.linking.decline(clicked, offer_id) or "join_declined"

    def _show(self, bot: OurBot, clicked: Clicked, words: str) -> None:
        """A press needs no second one: the buttons go, whatever came of it."""
        self.afterwards.take_keyboard(bot, clicked)
        call = bot.client.answer_callback_query(clicked.callback, text=words, show_alert=True)
        self.afterwards.do("answer-click", call)


def _offer_of(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
