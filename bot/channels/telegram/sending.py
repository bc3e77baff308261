"""One call of a message: paced (TG7), made once, and its failure told as delivery wants it."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    DeleteMessage,
    EditMessageCaption,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import FSInputFile, Message

from bot.attachments.folder import AttachmentFolder
from bot.channels.telegram.bots import OurBot
from bot.channels.telegram.client import REVOKED_PAUSE_SECONDS, delivery_failure
from bot.channels.telegram.outgoing import chat_of
from bot.channels.telegram.pacing import TelegramPace
from bot.channels.telegram.reading import CHANNEL, message_id
from bot.channels.telegram.standing import Standing
from bot.errors import DeliveryPostponed, DeliveryRefused
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import KothaStoreError, UnknownAttachment
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.attachments import access_attachment_of_conversation
from crm_store.use_cases.platforms import mark_unreachable, move_place
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

METHODS: Final[Mapping[str, type[TelegramMethod[Any]]]] = {
    "sendMessage": SendMessage,
    "sendPhoto": SendPhoto,
    "sendDocument": SendDocument,
    "editMessageText": EditMessageText,
    "deleteMessage": DeleteMessage,
}

# Telegram's words for edits that cannot or need not be made.
_UNCHANGED: Final = "message is not modified"
_NO_TEXT: Final = "there is no text in the message to edit"
_GONE: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
_DELETED: Final = ("message to delete not found", "message can't be deleted")


@dataclass(frozen=True)
class Sending:
    """Makes the calls of every bot."""

    store: Store
    folder: AttachmentFolder
    bots: Mapping[str, OurBot]
    pace: TelegramPace
    standings: Mapping[str, Standing]

    async def send(self, item: OutboxItem, part: JsonObject) -> str | None:
        """The id of the message it made or changed."""
        bot = self.bots.get(item.account)
        if bot is None:
            raise DeliveryPostponed("this bot is not configured", retry_after=REVOKED_PAUSE_SECONDS)
        self.pace.check(item.account, chat_of(item))
        method = await self._prepared(item, part)
        try:
            sent = await self._call(bot.client, method, part)
        except AiogramError as error:
            await self._note(item, error)
            raise delivery_failure(error) from None
        self.pace.arrived(item.account, chat_of(item))
        return sent

    async def _prepared(self, item: OutboxItem, part: JsonObject) -> TelegramMethod[Any]:
        """Nothing has left yet: a file that is gone will not come back, a store that is away will."""
        try:
            return await self._method(item, part)
        except UnknownAttachment:
            raise DeliveryRefused("its file is gone") from None
        except KothaStoreError as error:
            raise DeliveryPostponed(type(error).__name__) from None

    async def _call(self, client: Bot, method: TelegramMethod[Any], part: JsonObject) -> str | None:
        try:
            return _id_of(await client(method), part)
        except ClientDecodeError as error:
            sent = _id_in(error.data)
            if sent is None:
                raise
            return sent  # there is something new in its answer, but it was sent
        except TelegramBadRequest as error:
            other = _instead(part, error.message.lower())
            if other is None:
                raise
            return _id_of(await client(other), part) if isinstance(other, TelegramMethod) else other

    async def _method(self, item: OutboxItem, part: JsonObject) -> TelegramMethod[Any]:
        arguments = {name: value for name, value in part.items() if name not in ("method", "file")}
        if file := part.get("file"):
            kept = await access_attachment_of_conversation(
                self.store, UUID(file["attachment"]), conversation_id=item.conversation_id
            )
            path = self.folder.path_of(kept.stored_as)
            if not await asyncio.to_thread(path.is_file):
                raise UnknownAttachment(file["attachment"])
            arguments[file["field"]] = FSInputFile(path, filename=kept.name)
        return METHODS[part["method"]](**arguments)

    async def _note(self, item: OutboxItem, error: AiogramError) -> None:
        """Remember what a failure says, for everything that follows; if that fails, the next one says it."""
        with contextlib.suppress(KothaStoreError):
            await self._remember(item, error)

    async def _remember(self, item: OutboxItem, error: AiogramError) -> None:
        """Of the person, the group or the bot."""
        match error:
            case TelegramRetryAfter():
                self.pace.hold(item.account, chat_of(item), float(error.retry_after))
            case TelegramMigrateToChat():
                await move_place(
                    self.store, CHANNEL, item.account, str(chat_of(item)), str(error.migrate_to_chat_id)
                )
            case TelegramForbiddenError() if item.place == "":
                await mark_unreachable(self.store, CHANNEL, item.account, item.destination, error.message)
            case TelegramUnauthorizedError():
                self.standings[item.account].doubt()


def _instead(part: JsonObject, why: str) -> TelegramMethod[Any] | str | None:
    """What does instead of a refused edit: nothing (an id), another call, or None for nothing at all."""
    if part["method"] == "deleteMessage" and any(words in why for words in _DELETED):
        return _own_id(part)
    if part["method"] != "editMessageText":
        return None
    if _UNCHANGED in why:
        return _own_id(part)
    kept = {name: part[name] for name in ("chat_id", "reply_markup") if name in part}
    if _NO_TEXT in why:
        return EditMessageCaption(
            message_id=part["message_id"], caption=part["text"], caption_entities=part["entities"], **kept
        )
    if any(words in why for words in _GONE):
        return SendMessage(text=part["text"], entities=part["entities"], **kept)
    return None


def _id_of(result: object, part: JsonObject) -> str | None:
    if isinstance(result, Message):
        return message_id(result.chat.id, result.message_id)
    return _own_id(part)


def _id_in(answer: object) -> str | None:
    """The message's id in an answer that aiogram does not understand."""
    match answer:
        case {"ok": True, "result": {"message_id": int(message), "chat": {"id": int(chat)}}}:
            return message_id(chat, message)
    return None


def _own_id(part: JsonObject) -> str | None:
    return message_id(part["chat_id"], part["message_id"]) if "message_id" in part else None
