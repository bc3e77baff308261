"""What a customer's message refers to, for agents: the words it answers, or that it was forwarded."""

from typing import Final

from aiogram.types import Message

from bot.channels.telegram.bots import Me
from bot.channels.telegram.marked import sendable
from crm_store.domain.conversations import JsonObject

MAX_QUOTED: Final = 200  # to recognise it; the transcript has the whole


def quote_in(message: Message, me: Me, *, is_public: bool) -> JsonObject | None:
    """See `crm_store.domain.agent_events.Quote`.

    Of a group only our own words are quoted: other people's are not this customer's to keep, and to erase.
    """
    if message.forward_origin is not None:
        return {"kind": "forwarded", "ours": False, "text": None}
    replied = message.reply_to_message
    if replied is None or replied.chat.id != message.chat.id or replied.forum_topic_created is not None:
        return None
    is_ours = replied.from_user is not None and replied.from_user.id == me.id
    if is_public and not is_ours:
        return None
    picked = message.quote.text if message.quote is not None else None
    return {"kind": "reply", "ours": is_ours, "text": _words(picked or replied.text or replied.caption)}


def _words(text: str | None) -> str | None:
    """A command may carry the secret of a link: it is not quoted."""
    words = " ".join(sendable(text or "").split())
    if not words or words.startswith("/"):
        return None
    return words if len(words) <= MAX_QUOTED else words[: MAX_QUOTED - 1] + "…"
