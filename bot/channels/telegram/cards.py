"""Cards as well-formed text: the title bold, one fact a line (TG10)."""

from bot.channels.cards import CardView, read_card
from bot.channels.telegram.marked import Marked, bold, sendable
from crm_store.domain.conversations import JsonObject


def card_text(card: JsonObject | None, language: str | None) -> Marked:
    """What a card shows, each thing on it a paragraph; nothing for one that has no words."""
    text = Marked("")
    for view in read_card(card, language):
        text = text + "\n\n" + _paragraph(view) if text.text else _paragraph(view)
    return text


def _paragraph(view: CardView) -> Marked:
    text = bold(sendable(view.title)) + (f": {sendable(view.state)}" if view.state else "")
    for item in view.items:
        text += f"\n• {sendable(item)}"
    for label, value in view.facts:
        text += f"\n{sendable(label)}: {sendable(value)}"
    return text
