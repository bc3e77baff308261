"""JSON -> aiogram's types, and what to do when Telegram has learnt something that they do not know yet."""

from typing import Any, Final

from aiogram.types import Update
from pydantic import BaseModel

from crm_store.domain.conversations import JsonObject

# What a message is read by. Anything else of it may be new, and then costs only itself.
_ESSENTIAL: Final = frozenset(
    {
        "message_id",
        "date",
        "edit_date",
        "chat",
        "from",
        "sender_chat",
        "message_thread_id",
        "is_topic_message",
        "text",
        "entities",
        "caption",
        "caption_entities",
        "media_group_id",
        "photo",
        "document",
        "location",
        "contact",
        "voice",
        "migrate_to_chat_id",
    }
)
_MESSAGES: Final = ("message", "edited_message")


LARGEST_NUMBER: Final = 2**63  # Telegram's have 52 bits at most; what is larger no database could keep


def parse_update(raw: object) -> Update | None:
    """The update; None when it has not the form of one."""
    if not _has_numbers_in_reach(raw):
        return None
    try:
        update = Update.model_validate(raw)
    except (ValueError, TypeError, OverflowError, RecursionError):  # of pydantic, and of dates out of reach
        return None
    # Once more: what was written as a text has become a number where one is meant.
    return update if _has_numbers_in_reach(update) else None


def _has_numbers_in_reach(raw: object) -> bool:
    """Without recursion: what is nested too deeply is pydantic's to refuse."""
    waiting = [raw]
    while waiting:
        match waiting.pop():
            case dict() as inside:
                waiting += inside.values()
            case list() as inside:
                waiting += inside
            case BaseModel() as inside:
                waiting += vars(inside).values()
            case int() | float() as number if not -LARGEST_NUMBER <= number < LARGEST_NUMBER:
                return False
    return True


def essential(raw: object) -> JsonObject | None:
    """An update without what is not needed to understand who said what; None when it is nothing like one."""
    if not isinstance(raw, dict) or "update_id" not in raw:
        return None
    kept: JsonObject = {"update_id": raw["update_id"]}
    kept |= {kind: _message(raw[kind]) for kind in _MESSAGES if isinstance(raw.get(kind), dict)}
    query = raw.get("callback_query")
    if isinstance(query, dict):
        message = query.get("message")
        kept["callback_query"] = {
            **query,
            "message": _message(message) if isinstance(message, dict) else None,
        }
    return kept if len(kept) > 1 else None


def _message(message: dict[str, Any]) -> JsonObject:
    kept = {name: value for name, value in message.items() if name in _ESSENTIAL}
    replied = message.get("reply_to_message")
    return kept | ({"reply_to_message": _message(replied)} if isinstance(replied, dict) else {})
