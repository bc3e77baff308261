"""What people do in the fake Telegram; every deed becomes the update the Bot API would send."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.ledger import Json
from tests.fakes.pictures import small_png
from tests.fakes.telegram.courier import Update
from tests.fakes.telegram.sending import describe_document, photo_sizes
from tests.fakes.telegram.text import check_text, find_entities
from tests.fakes.telegram.world import Chat, Message, User

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram


@dataclass
class Click:
    """A button somebody pressed."""

    id: str
    message: Message
    by: User
    data: str
    at: float
    answered_at: float | None = None
    answer: str = ""

    @property
    def answered(self) -> bool:
        """Whether the bot ended the turning wheel (TG9)."""
        return self.answered_at is not None


class NoSuchButton(LookupError):
    """The message has no such button: look at `message.buttons`."""


@dataclass
class Person:
    """Somebody with a telephone. `chat` is the private chat with the bot unless another one is named."""

    user: User
    telegram: FakeTelegram

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.telegram.world.private(self.user)

    @property
    def heard(self) -> list[str]:
        """The texts the bot wrote to this person privately."""
        return self.chat.texts

    async def starts(self, payload: str = "") -> Message:
        """Press Start, or open a link that carries a payload."""
        return await self.says(f"/start {payload}".strip())

    async def opens_link(self, token: str, *, theirs: bool = True, within: float = 30.0) -> Click:
        """Open a one-time link, and answer the question whether the account is theirs: yes, or no."""
        before = len(self.chat.sent_by_bot)
        await self.starts(token)
        await self.hears(before + 1, within=within)
        asked = self.chat.last
        yes, no = (str(button.get("callback_data")) for button in asked.buttons)
        return await self.clicks(asked, yes if theirs else no)

    async def says(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        entities: list[Json] | None = None,
    ) -> Message:
        """Write a text."""
        kept = check_text(text)
        marks = [*(entities or []), *find_entities(kept)]
        content: Json = {"text": kept, "entities": marks} if marks else {"text": kept}
        return await self.sends(content, chat, thread=thread, reply_to=reply_to)

    async def sends_photo(
        self,
        content: bytes | None = None,
        caption: str = "",
        chat: Chat | None = None,
        *,
        album: str | None = None,
        thread: int | None = None,
    ) -> Message:
        """Send a picture; those of one `album` belong together."""
        file = self.telegram.world.keep_file(content or small_png(), "photo.png", "image/png")
        message: Json = {"photo": photo_sizes(file)}
        if caption:
            message["caption"] = caption
        if album:
            message["media_group_id"] = album
        return await self.sends(message, chat, thread=thread)

    async def sends_album(self, captions: list[str], chat: Chat | None = None) -> list[Message]:
        """Send several pictures at once: each is a message of its own with one `media_group_id`."""
        album = str(13_000_000_000 + self.telegram.next_number())
        return [await self.sends_photo(caption=caption, chat=chat, album=album) for caption in captions]

    async def sends_document(
        self,
        content: bytes = b"%PDF-1.4 a page",
        name: str = "invoice.pdf",
        mime_type: str = "application/pdf",
        caption: str = "",
        chat: Chat | None = None,
    ) -> Message:
        """Send a file."""
        file = self.telegram.world.keep_file(content, name, mime_type)
        message: Json = {"document": describe_document(file)}
        return await self.sends({**message, "caption": caption} if caption else message, chat)

    async def sends_sticker(self, emoji: str = "👍", chat: Chat | None = None) -> Message:
        """Send a sticker."""
        file = self.telegram.world.keep_file(b"RIFF\0\0\0\0WEBP", "sticker.webp", "image/webp")
        sticker = {"file_id": file.id, "file_unique_id": file.unique_id, "type": "regular", "emoji": emoji}
        size = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self.sends({"sticker": {**sticker, **size}}, chat)

    async def sends_voice(self, seconds: int = 4, chat: Chat | None = None) -> Message:
        """Speak a message."""
        file = self.telegram.world.keep_file(b"OggS" + bytes(64), "voice.ogg", "audio/ogg")
        voice = {"file_id": file.id, "file_unique_id": file.unique_id, "duration": seconds}
        return await self.sends({"voice": {**voice, "mime_type": "audio/ogg", "file_size": 68}}, chat)

    async def sends_location(
        self, latitude: float = 23.7806, longitude: float = 90.4074, chat: Chat | None = None
    ) -> Message:
        """Send a place."""
        return await self.sends({"location": {"latitude": latitude, "longitude": longitude}}, chat)

    async def sends_contact(
        self, phone: str = "+8801700000000", *, own: bool = True, chat: Chat | None = None
    ) -> Message:
        """Send a telephone number: one's own, which Telegram vouches for by `user_id`, or somebody's."""
        contact: Json = {"phone_number": phone, "first_name": self.user.first_name}
        return await self.sends({"contact": {**contact, "user_id": self.user.id} if own else contact}, chat)

    async def sends(
        self,
        content: Json,
        chat: Chat | None = None,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send anything the Bot API has a name for."""
        place = chat or self.chat
        if place.type == "private" and place.standing != "member":
            await self._lets_the_bot_in(place)
        message = self.telegram.write(self.user, place, content, thread=thread, reply_to=reply_to)
        if self.telegram.bot_sees(message):
            self.telegram.happens("message", message.as_json(), lane=f"chat:{place.id}")
        return message

    async def edits(self, message: Message, text: str) -> Message:
        """Change an own message: its text, or the caption of a picture."""
        name = "text" if "text" in message.content else "caption"
        message.content = {**message.content, name: check_text(text)}
        message.edited, message.rewritten = int(self.telegram.clock.now()), True
        if self.telegram.bot_sees(message):
            self.telegram.happens("edited_message", message.as_json(), lane=f"chat:{message.chat.id}")
        return message

    async def clicks(self, message: Message, button: str) -> Click:
        """Press the button with this label or this callback data."""
        found = [one for one in message.buttons if button in {one["text"], one.get("callback_data")}]
        if not found:
            raise NoSuchButton(f"{button!r} is none of {[one['text'] for one in message.buttons]}")
        return await self.clicks_data(message, str(found[0].get("callback_data", "")))

    async def clicks_data(self, message: Message, data: str) -> Click:
        """Press a button with any data, also such as the message never had: clients can be made to lie."""
        click = Click(str(self.telegram.next_number()), message, self.user, data, self.telegram.clock.now())
        self.telegram.clicks[click.id] = click
        query: Json = {"id": click.id, "from": self.user.as_json(), "message": message.as_json()}
        query |= {"chat_instance": str(message.chat.id), "data": data}
        self.telegram.happens("callback_query", query, lane=f"query:{self.user.id}")  # TG3
        return click

    async def blocks(self) -> None:
        """Stop the bot: from now on it gets 403 (TG7)."""
        self.telegram.change_standing(self.chat, self.user, "kicked")

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self.telegram.change_standing(self.chat, self.user, "member")

    async def hears(self, count: int = 1, *, within: float = 30.0, chat: Chat | None = None) -> list[str]:
        """Wait (real seconds) until the bot has written so many messages; all of them."""
        place = chat or self.chat
        async with asyncio.timeout(within):
            while len(place.sent_by_bot) < count:
                await self.telegram.news()
        return place.texts

    async def _lets_the_bot_in(self, chat: Chat) -> None:
        if chat.standing == "unknown":
            chat.standing = "member"
        else:
            await self.unblocks()


def poison(telegram: FakeTelegram, chat: Chat, raw: bytes | None = None) -> Update | None:
    """An update nobody can read, in this chat's lane: what follows waits behind it (TG4)."""
    body = b'{"update_id": %d, "message": {"message_id": "one", "chat": [], "date": null, "text": 7}}'
    update = telegram.happens("message", {}, lane=f"chat:{chat.id}")
    if update is not None:
        update.raw = raw if raw is not None else body % update.id
    return update
