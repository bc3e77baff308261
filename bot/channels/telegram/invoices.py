"""The button under an invoice: whoever may see it gets a link to it in its place, soon over (G5)."""

from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.keyboards import MAX_CALLBACK_BYTES, link_button, with_link
from bot.channels.telegram.reading import CHANNEL, Clicked
from bot.channels.wording import Wording, known_language
from bot.inbox import Inbox
from crm_store.domain.errors import UnknownConversation, UnknownOrder, VerificationNeeded
from crm_store.use_cases.documents import link_invoice
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.unit_of_work import Store

PREFIX: Final = "invoice"


def invoice_data(number: str, language: str | None) -> str | None:
    """What the button carries; the number opens nothing by itself. None for what cannot be a number."""
    data = f"{PREFIX}:{known_language(language)}:{number}"
    return data if number and len(data.encode()) <= MAX_CALLBACK_BYTES else None


@dataclass(frozen=True)
class Invoices:
    """Takes presses of "Open the invoice"."""

    store: Store
    inbox: Inbox
    wording: Wording
    afterwards: Afterwards
    public_url: str

    async def take(self, bot: OurBot, clicked: Clicked, update_id: str) -> bool:
        """False for a button that is none of these."""
        prefix, _, rest = clicked.choice.partition(":")
        if prefix != PREFIX:
            return False
        if await self.inbox.remember(CHANNEL, bot.account, update_id):
            language, _, number = rest.partition(":")
            await self._open(bot, clicked, number, known_language(language))
        return True

    async def _open(self, bot: OurBot, clicked: Clicked, number: str, language: str) -> None:
        address = await self._address(clicked, number, language)
        toast = self.wording.say("invoice_ready" if address else "choice_gone", language)
        if address and clicked.chat is not None and clicked.message is not None:
            button = link_button(self.wording.say("invoice_link", language), address)
            edit = bot.client.edit_message_reply_markup(
                chat_id=clicked.chat,
                message_id=clicked.message,
                reply_markup=with_link(clicked.keyboard, clicked.choice, button),  # type: ignore[arg-type]  # JSON
            )
            self.afterwards.do("link-invoice", edit)
        self.afterwards.do("answer-click", bot.client.answer_callback_query(clicked.callback, text=toast))

    async def _address(self, clicked: Clicked, number: str, language: str) -> str | None:
        """None unless it is an order of the customer, who is proven, in private."""
        conversation = await find_conversation(self.store, clicked.sender, clicked.place)
        if conversation is None or clicked.place.is_public:
            return None
        try:
            link = await link_invoice(self.store, conversation, number, language=language)
        except (VerificationNeeded, UnknownOrder, UnknownConversation):
            return None
        return f"{self.public_url}/documents/{link.token}"
