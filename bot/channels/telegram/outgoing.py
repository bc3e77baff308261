"""A message of ours -> the Bot API calls that show it: pure, so that every attempt makes the same parts.

A part is {"method": …, …arguments}; `file` names an attachment that is read when the part is sent.
"""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from bot.channels.port import TextUnit
from bot.channels.splitting import split_text
from bot.channels.telegram.cards import card_text
from bot.channels.telegram.connecting import connect_buttons
from bot.channels.telegram.invoices import invoice_data
from bot.channels.telegram.joining import join_buttons
from bot.channels.telegram.keyboards import call_button, inline_keyboard, link_button
from bot.channels.telegram.marked import Marked, bold, sendable, utf16_length
from bot.channels.wording import Wording
from bot.phrases import language_to_answer_in
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.outbox import OutboxItem

MAX_TEXT: Final = 4096  # UTF-16 units (TG8)
MAX_CAPTION: Final = 1024
# What Telegram makes a photo of; anything else arrives as a file, which shows nothing of it but is complete.
PHOTO_TYPES: Final = frozenset({"image/png", "image/jpeg"})
MAX_PHOTO_SIDES: Final = 10_000  # width and height together
MAX_PHOTO_RATIO: Final = 20

NO_PREVIEW: Final = {"is_disabled": True}  # a preview would push the answer out of sight


@dataclass(frozen=True)
class Writer:
    """Writes messages as one bot sends them."""

    wording: Wording
    private_link: str | None = None
    """Opens the private chat with the bot; None while its name is not known."""

    def parts(self, item: OutboxItem) -> tuple[JsonObject, ...]:
        """Every call of the message, in order; the keyboard stands under the last."""
        said = written(item)
        parts = self._edits(item, said) if item.edit_of else self._sends(item, said)
        keyboard = inline_keyboard(item.buttons, below=[*self._document(item), *self._way_out(item)])
        if keyboard is not None and (last := _last_shown(parts)) is not None:
            last["reply_markup"] = keyboard
        return tuple(parts)

    def _sends(self, item: OutboxItem, said: Marked) -> list[JsonObject]:
        files = [_file_part(item, attachment) for attachment in item.attachments]
        if len(files) == 1 and 0 < utf16_length(said.text) <= MAX_CAPTION:
            files[0] |= {"caption": said.text, "caption_entities": said.entities()}
            parts = files
        else:
            parts = [_text_part(item, piece) for piece in pieces_of(said)] + files
        if parts and (reply := _reply(item)) is not None:
            parts[0]["reply_parameters"] = reply
        return parts

    def _edits(self, item: OutboxItem, said: Marked) -> list[JsonObject]:
        """The new text in the old messages' places; what is left over is sent, or taken away."""
        return [
            _edit_part(item, old, piece)
            for old, piece in zip_longest(item.edit_of, pieces_of(said))
            if old is not None or piece is not None
        ]

    def _document(self, item: OutboxItem) -> list[JsonObject]:
        """Under an invoice a button that fetches a link to it: whoever may see it, when they want to."""
        card = item.card or {}
        if item.is_public:
            return []
        if card.get("type") != "invoice":
            buttons = connect_buttons(card, item.language, self.wording)
            return buttons or join_buttons(card, item.language, self.wording)
        data = invoice_data(str(card.get("order_number", "")), item.language)
        return [call_button(self.wording.say("invoice_open", item.language), data)] if data else []

    def _way_out(self, item: OutboxItem) -> list[JsonObject]:
        """Where others read along, the bot's answers lead to the private chat (CH6)."""
        if not item.is_public or item.author is not Author.BOT or self.private_link is None:
            return []
        return [link_button(self.wording.say("go_private", item.language), self.private_link)]


def written(item: OutboxItem) -> Marked:
    """What the message says, its card included, with its marks."""
    said = Marked(sendable(item.text or "").strip())
    if item.card is not None and (card := card_text(item.card, item.language)).text:
        said = said + "\n\n" + card if said.text else card
    if item.author is Author.AGENT and item.agent is not None and said.text:
        said = bold(sendable(_name(item))) + "\n" + said
    return said


def pieces_of(said: Marked) -> list[Marked]:
    """The text in as many messages as it takes."""
    return [*said.cut(split_text(said.text, MAX_TEXT, TextUnit.UTF16))] if said.text else []


def _name(item: OutboxItem) -> str:
    """Agents' messages have no language of their own: their script decides how the name is written."""
    agent = item.agent
    if agent is None:
        return ""
    written_in = language_to_answer_in(item.text, item.language)
    return agent.name_bn if written_in == "bn" and agent.name_bn else agent.name


def _text_part(item: OutboxItem, piece: Marked) -> JsonObject:
    return {"method": "sendMessage", **_to(item), **_text(piece)}


def _text(piece: Marked) -> JsonObject:
    return {"text": piece.text, "entities": piece.entities(), "link_preview_options": NO_PREVIEW}


def _edit_part(item: OutboxItem, old: str | None, piece: Marked | None) -> JsonObject:
    if old is None:
        return _text_part(item, piece or Marked(""))
    chat, _, message = old.rpartition(":")
    place: JsonObject = {"chat_id": int(chat), "message_id": int(message)}
    if piece is None:
        return {"method": "deleteMessage", **place}
    return {"method": "editMessageText", **place, **_text(piece)}


def _file_part(item: OutboxItem, attachment: JsonObject) -> JsonObject:
    is_photo = _is_photo(attachment)
    method, field = ("sendPhoto", "photo") if is_photo else ("sendDocument", "document")
    return {"method": method, **_to(item), "file": {"field": field, "attachment": attachment["id"]}}


def _is_photo(attachment: JsonObject) -> bool:
    width, height = attachment.get("width") or 0, attachment.get("height") or 0
    if attachment.get("type") not in PHOTO_TYPES or not width or not height:
        return False
    return bool(
        width + height <= MAX_PHOTO_SIDES and max(width, height) <= MAX_PHOTO_RATIO * min(width, height)
    )


def _to(item: OutboxItem) -> JsonObject:
    thread = item.address.get("thread")
    return {"chat_id": chat_of(item), **({"message_thread_id": thread} if thread is not None else {})}


def chat_of(item: OutboxItem) -> int:
    """The chat it goes to; before anything was written there, the person's own."""
    chat = item.address.get("chat")
    return int(chat) if chat is not None else int(item.destination.removeprefix("user:"))


def _reply(item: OutboxItem) -> JsonObject | None:
    """In a group it must be clear to whom an answer is; in the private chat it would only take room."""
    message = (item.reply_to or {}).get("message")
    if not item.is_public or message is None:
        return None
    return {"message_id": message, "allow_sending_without_reply": True}


def _last_shown(parts: list[JsonObject]) -> JsonObject | None:
    return next((part for part in reversed(parts) if part["method"] != "deleteMessage"), None)
