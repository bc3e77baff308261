"""What a customer's message refers to, for agents: the words it answers, or that it was forwarded."""

from aiogram.types import Message

from bot.channels.quoting import reply_quote
from bot.channels.telegram.bots import Me
from bot.channels.telegram.marked import sendable
from crm_store.domain.conversations import JsonObject


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
    return reply_quote(sendable(picked or replied.text or replied.caption or ""), ours=is_ours)
