"""The button under an invoice: whoever may see it gets a link to it, for them alone and soon over."""

from dataclasses import dataclass
from typing import Final

from bot.channels.slack.background import Background
from bot.channels.slack.cards import INVOICE_ACTION
from bot.channels.slack.events import SlackEvent, is_direct_channel
from bot.channels.slack.forms import SlashCommand, first_action, read_presser
from bot.channels.slack.people import NOBODY
from bot.channels.slack.places import direct_place, sender_of
from bot.channels.slack.whispers import Whispers
from bot.channels.wording import known_language
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable, UnknownOrder, VerificationNeeded
from crm_store.use_cases.documents import link_invoice
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.unit_of_work import Store

MAX_ORDER_NUMBER: Final = 32


@dataclass
class InvoiceHandler:
    """Takes clicks on "Open the invoice"."""

    store: Store
    whispers: Whispers
    background: Background
    public_url: str

    async def take_event(self, event: SlackEvent) -> bool:
        """See SlackHandler."""
        return False

    async def take_command(self, command: SlashCommand) -> JsonObject | None:
        """See SlackHandler."""
        return None

    async def take_interaction(self, payload: JsonObject) -> JsonObject | None:
        """See SlackHandler."""
        action = first_action(payload)
        if action is None or action.get("action_id") != INVOICE_ACTION:
            return None
        self.background.start(self._open(payload, action), name="invoice")
        return {}

    async def _open(self, payload: JsonObject, action: JsonObject) -> None:
        presser = read_presser(payload)
        if presser is None:
            return
        language = known_language(str(action.get("block_id", "")).partition(":")[2])
        number = str(action.get("value", ""))[:MAX_ORDER_NUMBER]
        sentence, address = await self._link(presser.team, presser.user, presser.channel, number, language)
        await self.whispers.say(
            sentence,
            team=presser.team,
            channel=presser.channel,
            user=presser.user,
            language=language,
            address=address,
        )

    async def _link(self, team: str, user: str, channel: str, number: str, language: str) -> tuple[str, str]:
        """What to tell, and the address in it."""
        sender, place = sender_of(team, user, NOBODY), direct_place(user)
        try:
            conversation = await find_conversation(self.store, sender, place)
            if conversation is None or not is_direct_channel(channel):
                return "choice_gone", ""
            link = await link_invoice(self.store, conversation, number, language=language)
        except VerificationNeeded:
            return "link_how", ""
        except UnknownOrder:
            return "choice_gone", ""
        except (StoreUnavailable, ConflictingWrite):
            return "unavailable", ""
        return "invoice_link", f"{self.public_url}/documents/{link.token}"
