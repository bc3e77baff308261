"""What a message brings besides text: files to fetch, and what the bot has to admit it cannot read."""

from dataclasses import dataclass
from typing import Final

from aiogram.types import Contact, Document, Location, Message, PhotoSize

from bot.channels.telegram.marked import sendable

# The sides of a picture an agent can read a label on; Telegram keeps several sizes of a photo.
LONGEST_SIDE: Final = 2560

_UNREAD: Final = {
    "voice": "voice",
    "audio": "voice",
    "video_note": "video",
    "video": "video",
    "animation": "video",
    "sticker": "sticker",
    "poll": "poll",
    "dice": "poll",
    "game": "poll",
    "story": "other",
    "paid_media": "other",
    "checklist": "other",
    "giveaway": "other",
    "invoice": "other",
    "live_photo": "video",
}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies with Telegram; `size` is what Telegram says, when it does."""

    id: str
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a message holds. `text` is for the assistant; with `note` in its place it is for people only,
    and `say` names the sentence of the catalogue that answers.
    """

    text: str | None = None
    file: RemoteFile | None = None
    note: str | None = None
    say: str | None = None
    is_own_number: bool = False
    """The person's own phone number, as their app shared it: a claim, which nobody has checked (G5)."""

    @property
    def is_empty(self) -> bool:
        """A service message: somebody joined, a title changed."""
        return self.text is None and self.file is None and self.note is None


def read_content(message: Message, words: str) -> Content:
    """What a customer's message holds; `words` are its text or caption as the assistant should see it."""
    text = sendable(words) if words.strip() else None
    if message.photo:
        return Content(text, _photo(message.photo, message.message_id))
    if message.document is not None and message.animation is None:
        return Content(text, _document(message.document))
    if message.venue is not None:
        venue = message.venue
        return Content(sendable(f"{venue.title}, {venue.address} ({_point(venue.location)})"))
    if message.location is not None:
        return Content(note=f"Location: {_point(message.location)}", say="location")
    if message.contact is not None:
        return _contact(message.contact, message.from_user.id if message.from_user else None)
    return _unread(message, text)


def _unread(message: Message, text: str | None) -> Content:
    """Text alone, or something only people could look at; its caption is answered like any text."""
    kind = next((kind for kind in _UNREAD if getattr(message, kind, None) is not None), None)
    if kind is None:
        return Content(text)
    name = kind.replace("_", " ")
    if text is not None:
        return Content(f"{text}\n[{name}]")
    return Content(note=f"[{name}{_detail(message)}]", say=_UNREAD[kind])


def _detail(message: Message) -> str:
    if message.sticker is not None and message.sticker.emoji:
        return f" {message.sticker.emoji}"
    timed = message.voice or message.audio or message.video or message.video_note
    return f", {timed.duration} s" if timed is not None else ""


def _contact(contact: Contact, sender: int | None) -> Content:
    """The own number is what a typed one is: said, not proven. Somebody else's is for people."""
    number = "+" + contact.phone_number.lstrip("+")
    if contact.user_id is not None and contact.user_id == sender:
        return Content(number, is_own_number=True)
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return Content(note=sendable(f"Contact: {name}, {number}"), say="contact")


def _point(location: Location) -> str:
    return f"{location.latitude:.5f}, {location.longitude:.5f}"


def _photo(sizes: list[PhotoSize], message_id: int) -> RemoteFile:
    """The largest that is not larger than anybody needs."""
    fitting = [size for size in sizes if max(size.width, size.height) <= LONGEST_SIDE] or sizes[:1]
    best = max(fitting, key=lambda size: size.width * size.height)
    return RemoteFile(best.file_id, f"photo-{message_id}.jpg", best.file_size)


def _document(document: Document) -> RemoteFile:
    return RemoteFile(document.file_id, sendable(document.file_name or "file"), document.file_size)
