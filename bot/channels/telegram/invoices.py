"""The button under an invoice: whoever may see it gets a link to it in its place, soon over (G5)."""

from bot.channels.telegram.keyboards import MAX_CALLBACK_BYTES
from bot.channels.telegram.private_buttons import PrivateButtons, Shown, button_data
from bot.channels.telegram.reading import Clicked


def invoice_data(number: str, language: str | None) -> str | None:
    """What the button carries; None for what cannot be an order's number."""
    data = button_data(Invoices.prefix, language, number)
    return data if number and len(data.encode()) <= MAX_CALLBACK_BYTES else None


class Invoices(PrivateButtons):
    """Takes presses of "Open the invoice"."""

    prefix = "invoice"

    async def _answer(self, clicked: Clicked, value: str, language: str) -> Shown | None:
        address = await self.answers.link_invoice(clicked.sender, clicked.place, value, language)
        if address is None:
            return None
        title = self.wording.say("invoice_link", language)
        return Shown(self.wording.say("invoice_ready", language), link=(title, address))
