"""One update of Telegram's -> what it means to us: pure, over aiogram's types.

What is read here decides nothing: `incoming` stores it, and only then anything happens.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User

from bot.channels.telegram.addressing import is_addressed, without_name
from bot.channels.telegram.bots import Me
from bot.channels.telegram.commands import LINK, Command, find_command
from bot.channels.telegram.contents import Content, read_content
from bot.channels.telegram.languages import language_known
from bot.channels.telegram.marked import sendable
from bot.channels.telegram.quoting import quote_in
from crm_store.domain.conversations import JsonObject
from crm_store.domain.identities import Proof
from crm_store.domain.received import Place, Sender

CHANNEL: Final = "telegram"
GROUPS: Final = frozenset({"group", "supergroup"})
PRIVATE: Final = "private"
# What the service asks Telegram for; everything else is not even sent.
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
GREETING: Final[JsonObject] = {"intent": "greet", "entities": {}}
_GONE: Final = frozenset({"kicked", "left"})


@dataclass(frozen=True, slots=True)
class Token:
    """What somebody proves with who they are: the token of a link, or a code they typed."""

    text: str
    typed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody said something to the bot."""

    sender: Sender
    place: Place
    external_id: str
    content: Content
    meaning: JsonObject | None = None
    token: Token | None = None
    album: str | None = None
    reply_to: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody changed what they had said."""

    external_id: str
    text: str
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Clicked:
    """Somebody pressed a button; `chat` and `message` are None where Telegram does not say under which."""

    sender: Sender
    place: Place
    callback: str
    choice: str
    chat: int | None
    message: int | None
    keyboard: JsonObject | None = None
    """The buttons the pressed one stands among."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The person blocked the bot, or let it in again."""

    sender: Sender
    reachable: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup and has another id now."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing for us; `why` is for the counters."""

    why: str


Meaning: TypeAlias = Heard | Edited | Clicked | Membership | Moved | Nothing


def read_update(update: Update, me: Me) -> Meaning:
    """What an update means. Updates of kinds that are not ours are Nothing (TG11)."""
    if update.message is not None:
        return _read_message(update.message, me)
    if update.edited_message is not None:
        return _read_edit(update.edited_message, me)
    if update.callback_query is not None:
        return _read_click(update.callback_query, me)
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member, me)
    return Nothing("other_update")


def message_id(chat: int, message: int) -> str:
    """A message's external id: numbers of messages are only unique within their chat."""
    return f"{chat}:{message}"


def album_id(chat: int, group: str) -> str:
    """The external id of pictures sent together."""
    return f"{chat}:album:{group}"


def _read_message(message: Message, me: Me) -> Meaning:
    if message.migrate_to_chat_id is not None:
        return Moved(message.chat.id, message.migrate_to_chat_id)
    why = _not_a_person(message)
    if why is not None or message.from_user is None:
        return Nothing(why or "no_sender")
    command = find_command(message, me.username)
    if _is_group(message.chat) and command is None and not is_addressed(message, me):
        return Nothing("not_addressed")
    return _heard(message, message.from_user, command, me)


def _not_a_person(message: Message) -> str | None:
    """Channels' posts, other bots, and groups speaking for themselves have nobody to answer."""
    if message.chat.type not in GROUPS | {PRIVATE}:
        return "not_a_chat"
    if message.sender_chat is not None:
        return "chat_as_sender"
    if message.from_user is not None and message.from_user.is_bot:
        return "bot"
    return None


def _heard(message: Message, user: User, command: Command | None, me: Me) -> Meaning:
    words = without_name(message, me)
    content = read_content(message, words)
    named_only = content.is_empty and bool(message.text)
    if content.is_empty and not named_only:
        return Nothing("service_message")
    token = _token_of(command) if command is not None and not _is_group(message.chat) else None
    meaning = command.meaning if command is not None else GREETING if named_only else None
    if command is not None and meaning is None and token is None:
        meaning = GREETING  # a link opened in a group: what it proves is for the private chat
    if command is not None and (token is not None or command.token is not None):
        content = Content(f"/{command.name}")  # the token is a secret: it is not kept with the words
    sender = sender_of(user, me)
    return Heard(
        replace(sender, proof=Proof.CLAIMED) if content.is_own_number else sender,
        place_of(message.chat, _topic_of(message)),
        message_id(message.chat.id, message.message_id),
        content,
        meaning=meaning,
        token=token,
        album=album_id(message.chat.id, message.media_group_id) if message.media_group_id else None,
        reply_to=_reply_to(message, me),
    )


def _token_of(command: Command) -> Token | None:
    return Token(command.token, typed=command.name == LINK) if command.token is not None else None


def _read_edit(message: Message, me: Me) -> Meaning:
    """Text and captions only: a live location is edited every few seconds."""
    words = without_name(message, me)
    if not words.strip() or _not_a_person(message) is not None:
        return Nothing("edit_without_text")
    album = album_id(message.chat.id, message.media_group_id) if message.media_group_id else None
    command = find_command(message, me.username)
    is_secret = command is not None and command.token is not None
    text = f"/{command.name}" if command and is_secret else read_content(message, words).text
    if text is None:
        return Nothing("edit_without_text")
    return Edited(message_id(message.chat.id, message.message_id), text, album)


def _read_click(query: CallbackQuery, me: Me) -> Meaning:
    under = query.message
    if query.data is None or query.from_user.is_bot:
        return Nothing("click_without_data")
    chat = under.chat if under is not None else None
    topic = _topic_of(under) if isinstance(under, Message) else None
    return Clicked(
        sender_of(query.from_user, me),
        place_of(chat, topic) if chat is not None else Place(address={"chat": query.from_user.id}),
        query.id,
        query.data,
        chat.id if chat is not None else None,
        under.message_id if under is not None else None,
        _keyboard_of(under) if isinstance(under, Message) else None,
    )


def _keyboard_of(message: Message) -> JsonObject | None:
    markup = message.reply_markup
    return markup.model_dump(exclude_none=True) if markup is not None else None


def _read_membership(change: ChatMemberUpdated, me: Me) -> Meaning:
    if change.chat.type != "private":
        return Nothing("group_membership")
    return Membership(sender_of(change.from_user, me), change.new_chat_member.status not in _GONE)


def sender_of(user: User, me: Me) -> Sender:
    """The person, as Telegram knows them. What they call themselves proves nothing."""
    return Sender(
        channel=CHANNEL,
        account=str(me.id),
        source_id=f"user:{user.id}",
        display_name=sendable(user.full_name),
        username=sendable(user.username) if user.username else None,
        language=language_known(user.language_code),
    )


def place_of(chat: Chat, topic: int | None) -> Place:
    """Where it was said. The private chat has the empty key; others read along anywhere else (CH6)."""
    address: JsonObject = {"chat": chat.id} | ({"thread": topic} if topic is not None else {})
    if not _is_group(chat):
        return Place(address=address)
    return Place(f"{chat.id}:{topic}" if topic is not None else str(chat.id), is_public=True, address=address)


def _topic_of(message: Message) -> int | None:
    """Forum topics only: an ordinary group's threads of replies have such ids too."""
    return message.message_thread_id if message.is_topic_message else None


def _reply_to(message: Message, me: Me) -> JsonObject:
    """What an answer refers to, and what this message refers to itself."""
    own: JsonObject = {"message": message.message_id}
    if quote := quote_in(message, me, is_public=_is_group(message.chat)):
        own["quote"] = quote
    replied = message.reply_to_message
    if replied is None or replied.chat.id != message.chat.id or replied.forum_topic_created is not None:
        return own
    return own | {"replies_to": message_id(replied.chat.id, replied.message_id)}


def _is_group(chat: Chat) -> bool:
    """Whatever is not certainly private: others may read along."""
    return chat.type != PRIVATE
