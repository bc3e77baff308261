"""The methods that write, change and delete messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.ledger import Json
from tests.fakes.telegram.arguments import Arguments, Upload
from tests.fakes.telegram.errors import bad_request, forbidden
from tests.fakes.telegram.keyboards import check_keyboard
from tests.fakes.telegram.text import MOST_CAPTION, keep_text, starts_inside_a_grapheme
from tests.fakes.telegram.world import Chat, File, Message

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

Method = Callable[["FakeTelegram", Arguments], Awaitable[Any]]
MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_DOCUMENT_BYTES = 50 * 1024 * 1024
CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
EMPTY_TEXT = "message text is empty"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def find_chat(telegram: FakeTelegram, arguments: Arguments) -> Chat:
    """The chat of this call; unknown ones, blocks and upgrades are refused (TG7)."""
    if not arguments.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = telegram.world.chats.get(arguments.number("chat_id") or 0)
    if chat is None or chat.standing == "unknown":
        raise bad_request("chat not found")
    if chat.upgraded_to is not None:
        moved = {"migrate_to_chat_id": chat.upgraded_to}
        raise bad_request("group chat was upgraded to a supergroup chat", moved)
    if chat.standing == "kicked" and chat.type == "private":
        raise forbidden("bot was blocked by the user")
    if chat.standing in {"kicked", "left"}:
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    return chat


async def send_message(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Write a text."""
    content = _text_content(telegram, arguments)
    return _send(telegram, arguments, find_chat(telegram, arguments), content)


async def send_photo(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Send a picture, uploaded or by its id."""
    chat = find_chat(telegram, arguments)
    file = _file(telegram, arguments, "photo", MOST_PHOTO_BYTES)
    if not looks_like_a_picture(file.content):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return _send(telegram, arguments, chat, {"photo": photo_sizes(file), **_caption(arguments)})


async def send_document(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Send a file, uploaded or by its id."""
    chat = find_chat(telegram, arguments)
    file = _file(telegram, arguments, "document", MOST_DOCUMENT_BYTES)
    return _send(telegram, arguments, chat, {"document": describe_document(file), **_caption(arguments)})


async def send_chat_action(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """Show that the bot is doing something; it is gone after five seconds or with a message."""
    chat = find_chat(telegram, arguments)
    if arguments.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.doing = (arguments.text("action"), telegram.clock.now())
    return True


async def edit_message_text(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Change a text of the bot."""
    message = _own_message(telegram, arguments)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(telegram, arguments, message, _text_content(telegram, arguments))


async def edit_message_caption(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Change what stands under a picture or file of the bot."""
    message = _own_message(telegram, arguments)
    kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _edit(telegram, arguments, message, {**kept, **_caption(arguments)})


async def edit_message_reply_markup(telegram: FakeTelegram, arguments: Arguments) -> Json:
    """Change or take away the buttons of a message of the bot."""
    message = _own_message(telegram, arguments)
    return _edit(telegram, arguments, message, message.content)


async def delete_message(telegram: FakeTelegram, arguments: Arguments) -> bool:
    """Take a message away."""
    chat = find_chat(telegram, arguments)
    message = chat.messages.get(arguments.number("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    message.deleted = True
    return True


def looks_like_a_picture(content: bytes) -> bool:
    """Whether the bytes begin as a PNG, JPEG, GIF or WebP does."""
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")) or content[8:12] == b"WEBP"


def photo_sizes(file: File) -> list[Json]:
    """A picture as messages show it: a small and a full size."""
    width, height = 800, 600
    if file.content.startswith(b"\x89PNG"):
        width, height = (int.from_bytes(file.content[at : at + 4], "big") for at in (16, 20))
    size = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.content)}
    return [
        {**size, "width": max(1, width // 2), "height": max(1, height // 2)},
        {**size, "width": max(1, width), "height": max(1, height)},
    ]


def describe_document(file: File) -> Json:
    """A file as messages show it."""
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_name": file.name,
        "mime_type": file.mime_type,
        "file_size": len(file.content),
    }


def _text_content(telegram: FakeTelegram, arguments: Arguments) -> Json:
    if arguments.text("parse_mode"):
        telegram.breach("TG10", "a parse mode was used; the fake takes the text literally")
    text = arguments.text("text")
    kept, entities = keep_text(text, arguments.json("entities"), empty=EMPTY_TEXT)
    if starts_inside_a_grapheme(kept):
        telegram.breach("TG8", f"a message begins inside a grapheme: {kept[:10]!r}")
    content: Json = {"text": kept}
    if entities:
        content["entities"] = entities
    if arguments.json("link_preview_options"):
        content["link_preview_options"] = arguments.json("link_preview_options")
    return content


def _caption(arguments: Arguments) -> Json:
    given = arguments.json("caption_entities")
    caption, entities = keep_text(arguments.text("caption"), given, most=MOST_CAPTION, empty="")
    content: Json = {"caption": caption} if caption else {}
    return {**content, "caption_entities": entities} if entities else content


def _file(telegram: FakeTelegram, arguments: Arguments, name: str, most: int) -> File:
    given = arguments.upload(name)
    if isinstance(given, Upload):
        if not given.content:
            raise bad_request("file must be non-empty")
        if len(given.content) > most:
            raise bad_request("file is too big")
        return telegram.world.keep_file(given.content, given.name, given.mime_type)
    if given in telegram.world.files:
        return telegram.world.files[given]
    if given and given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # the fake fetches nothing
    raise bad_request(
        "wrong file identifier/HTTP URL specified" if given else f"there is no {name} in the request"
    )


def _send(telegram: FakeTelegram, arguments: Arguments, chat: Chat, content: Json) -> Json:
    keyboard, reply_keyboard = check_keyboard(arguments.json("reply_markup"))
    thread = _thread(chat, arguments.number("message_thread_id"))
    answered = _answered(chat, arguments)
    telegram.rates.count(chat.id, group=chat.type != "private")
    chat.doing = None
    message = Message(
        telegram.world.next_message_id(chat),
        chat,
        telegram.world.bot,
        int(telegram.clock.now()),
        content,
        thread=thread,
        reply_to=answered,
        keyboard=keyboard,
        reply_keyboard=reply_keyboard,
    )
    chat.messages[message.id] = message
    return message.as_json()


def _thread(chat: Chat, thread: int | None) -> int | None:
    if thread is None:
        return None
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread


def _answered(chat: Chat, arguments: Arguments) -> int | None:
    wanted = arguments.json("reply_parameters") or {}
    number = wanted.get("message_id") or arguments.number("reply_to_message_id")
    if number is None:
        return None
    found = chat.messages.get(int(number))
    if found is not None and not found.deleted:
        return found.id
    if wanted.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _own_message(telegram: FakeTelegram, arguments: Arguments) -> Message:
    chat = find_chat(telegram, arguments)
    message = chat.messages.get(arguments.number("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edit(telegram: FakeTelegram, arguments: Arguments, message: Message, content: Json) -> Json:
    keyboard, _reply_keyboard = check_keyboard(arguments.json("reply_markup"))
    if keyboard is not None and not keyboard["inline_keyboard"]:
        keyboard = None
    if (content, keyboard) == (message.content, message.keyboard):
        raise bad_request(NOT_MODIFIED)
    telegram.rates.count(message.chat.id, group=message.chat.type != "private")
    message.rewritten = message.rewritten or content != message.content
    message.content, message.keyboard = content, keyboard
    message.edited = int(telegram.clock.now())
    return message.as_json()


SENDING: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
}
