"""Cards as blocks: a section with the thing's name and state, its facts side by side (SL9)."""

from typing import Final

from bot.channels.cards import CardView, read_card
from bot.channels.slack.markup import escape
from bot.channels.wording import Wording, known_language
from crm_store.domain.conversations import JsonObject

MOST_FIELDS: Final = 10  # SL9, of one section
MAX_FIELD: Final = 2000
MAX_SECTION: Final = 3000
MAX_ALT_TEXT: Final = 2000
INVOICE_ACTION: Final = "invoice"


def card_blocks(card: JsonObject | None, language: str | None) -> list[JsonObject]:
    """The blocks of a card; none for one that is not known here."""
    views = read_card(card, language)
    blocks = [block for view in views for block in _view_blocks(view)]
    return [*blocks, *_image((card or {}).get("image_url"), views)]


def card_text(card: JsonObject | None, language: str | None) -> str:
    """What a notification shows of it."""
    return ", ".join(
        f"{view.title}: {view.state}" if view.state else view.title for view in read_card(card, language)
    )


def invoice_button(card: JsonObject | None, language: str | None, wording: Wording) -> list[JsonObject]:
    """The block with the button under an invoice card; none under another one."""
    if not card or card.get("type") != "invoice" or not isinstance(card.get("order_number"), str):
        return []
    known = known_language(language)
    button = {
        "type": "button",
        "action_id": INVOICE_ACTION,
        "text": {"type": "plain_text", "text": wording.say("invoice_open", known), "emoji": False},
        "value": card["order_number"],
    }
    return [{"type": "actions", "block_id": f"{INVOICE_ACTION}:{known}", "elements": [button]}]


def _view_blocks(view: CardView) -> list[JsonObject]:
    head = f"*{escape(view.title)}*" + (f"  {escape(view.state)}" if view.state else "")
    lines = [head, *(f"• {escape(item)}" for item in view.items)]
    section: JsonObject = {"type": "section", "text": _markdown("\n".join(lines), MAX_SECTION)}
    fields = [_markdown(f"*{escape(label)}*\n{escape(value)}", MAX_FIELD) for label, value in view.facts]
    if fields:
        section["fields"] = fields[:MOST_FIELDS]
    return [section]


def _image(address: object, views: tuple[CardView, ...]) -> list[JsonObject]:
    """Slack fetches pictures itself, so only those the whole world may see can be shown."""
    if not views or not isinstance(address, str) or not address.startswith("https://"):
        return []
    return [{"type": "image", "image_url": address, "alt_text": views[0].title[:MAX_ALT_TEXT]}]


def _markdown(text: str, limit: int) -> JsonObject:
    return {"type": "mrkdwn", "text": text if len(text) <= limit else text[: limit - 1] + "…"}
