"""The button under an invoice: whoever may see it gets a link to it, for them alone and soon over."""

from bot.channels.slack.cards import INVOICE_ACTION
from bot.channels.slack.private_buttons import PrivateButtonHandler
from crm_store.domain.received import Place, Sender


class InvoiceHandler(PrivateButtonHandler):
    """Takes clicks on "Open the invoice"."""

    action = INVOICE_ACTION

    async def _answer(
        self, sender: Sender, place: Place, value: str, language: str
    ) -> tuple[str, str] | None:
        address = await self.answers.link_invoice(sender, place, value, language)
        return ("invoice_link", address) if address else None
