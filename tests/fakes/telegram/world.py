"""What the fake Telegram knows: users, chats, messages, files."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.ledger import Json

ChatType = Literal["private", "group", "supergroup", "channel"]
Standing = Literal["member", "left", "kicked", "unknown"]
GENERAL_TOPIC = 1


@dataclass
class User:
    """An account."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"
    is_bot: bool = False

    def as_json(self) -> Json:
        """As the Bot API shows it."""
        shown = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": None if self.is_bot else self.language_code,
        }
        return {name: value for name, value in shown.items() if value is not None}


@dataclass
class File:
    """Bytes somebody sent."""

    id: str
    unique_id: str
    content: bytes
    name: str
    mime_type: str

    @property
    def path(self) -> str:
        """Where it is downloaded."""
        return f"files/{self.unique_id}/{self.name}"


@dataclass
class Message:
    """One message; `content` holds text, entities, photo and the like as the Bot API names them."""

    id: int
    chat: Chat
    sender: User
    date: int
    content: Json
    thread: int | None = None
    reply_to: int | None = None
    keyboard: Json | None = None
    reply_keyboard: Json | None = None
    edited: int | None = None
    rewritten: bool = False
    """Whether people see "edited": not when only the buttons changed."""
    deleted: bool = False

    @property
    def text(self) -> str:
        """Its text or caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> list[Json]:
        """Its inline buttons, row after row."""
        rows = (self.keyboard or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def as_json(self, *, inside: bool = False) -> Json:
        """As the Bot API shows it; `inside` another message what it replies to is left out."""
        shown: Json = {
            "message_id": self.id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": self.date,
            **self.content,
        }
        if self.thread is not None:
            shown |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.keyboard is not None:
            shown["reply_markup"] = self.keyboard
        if self.edited is not None:
            shown["edit_date"] = self.edited
        answered = self.chat.messages.get(self.reply_to or 0)
        if answered is not None and not inside:
            shown["reply_to_message"] = answered.as_json(inside=True)
        return shown


@dataclass
class Chat:
    """A private chat, a group or a supergroup."""

    id: int
    type: ChatType
    title: str | None = None
    user: User | None = None
    """The other side of a private chat."""
    members: dict[int, User] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    standing: Standing = "unknown"
    """What the bot is in this chat; in a private chat `kicked` means blocked."""
    topics: dict[int, str] = field(default_factory=dict)
    is_forum: bool = False
    upgraded_to: int | None = None
    doing: tuple[str, float] | None = None
    """The bot's chat action and when it was sent."""
    own_ids: itertools.count[int] | None = None
    """Supergroups number their messages themselves."""

    @property
    def sent_by_bot(self) -> list[Message]:
        """What the bot wrote and did not delete, in order."""
        return [message for message in self.messages.values() if message.from_bot and not message.deleted]

    @property
    def texts(self) -> list[str]:
        """The texts the bot wrote, in order."""
        return [message.text for message in self.sent_by_bot]

    @property
    def last(self) -> Message:
        """What the bot wrote last."""
        return self.sent_by_bot[-1]

    def as_json(self) -> Json:
        """As the Bot API shows it."""
        shown: Json = {"id": self.id, "type": self.type}
        if self.user is not None:
            names = self.user.as_json()
            shown |= {name: names[name] for name in ("first_name", "last_name", "username") if name in names}
        if self.title is not None:
            shown["title"] = self.title
        if self.is_forum:
            shown["is_forum"] = True
        return shown


@dataclass
class World:
    """Everything, by id."""

    bot: User
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    _user_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(700_000_001))
    _group_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(4_000_001))
    _message_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _file_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add_user(self, first_name: str, **details: str | None) -> User:
        """A new account."""
        user = User(next(self._user_ids), first_name, **details)  # type: ignore[arg-type]  # its own fields
        self.users[user.id] = user
        return user

    def private(self, user: User) -> Chat:
        """The chat of this user and the bot; it has the user's id."""
        if user.id not in self.chats:
            self.chats[user.id] = Chat(user.id, "private", user=user, members={user.id: user})
        return self.chats[user.id]

    def add_group(self, title: str, members: list[User], *, forum: bool = False) -> Chat:
        """A group; with topics it is a supergroup from the start."""
        number = next(self._group_ids)
        everyone = {user.id: user for user in members}
        chat = Chat(-number, "group", title, members=everyone)
        if forum:
            chat = Chat(-1_000_000_000_000 - number, "supergroup", title, members=everyone, is_forum=True)
            chat.topics[GENERAL_TOPIC] = "General"
            chat.own_ids = itertools.count(1)
        self.chats[chat.id] = chat
        return chat

    def upgrade(self, chat: Chat) -> Chat:
        """The supergroup a group becomes; its messages are numbered anew."""
        new = Chat(-1_000_000_000_000 - next(self._group_ids), "supergroup", chat.title, members=chat.members)
        new.standing, new.own_ids = chat.standing, itertools.count(1)
        self.chats[new.id] = new
        chat.upgraded_to = new.id
        return new

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves; private chats and groups share one count."""
        return next(chat.own_ids or self._message_ids)

    def keep_file(self, content: bytes, name: str, mime_type: str) -> File:
        """Store what somebody uploaded."""
        number = next(self._file_ids)
        file = File(f"FAKE-file-{number:06d}", f"fake{number:06d}", content, name, mime_type)
        self.files[file.id] = file
        return file
