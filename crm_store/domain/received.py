"""What a platform told us: who said what, where. Channels make these values, `receive` stores them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.customers import Language
from crm_store.domain.identities import Proof
from crm_store.domain.turns import ReplyButton


@dataclass(frozen=True, slots=True)
class Sender:
    """A person's account on a platform. `display_name` and `username` are the platform's words."""

    channel: str
    account: str
    source_id: str
    display_name: str | None = None
    username: str | None = None
    language: str | None = None
    proof: Proof = Proof.NONE
    """What the platform itself vouches for; a stronger proof that is stored is kept."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was said. `key` "" is the person's private chat; `address` is what answering there takes."""

    key: str = ""
    is_public: bool = False
    """Others read along: nothing personal is said there, whoever asks (CH6)."""
    address: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the service itself answers to a message, by language: said with the message, or not at all."""

    key: str
    texts: Mapping[str, str]
    buttons: Mapping[str, tuple[ReplyButton, ...]] = field(default_factory=dict)
    """Under it, by language too."""
    attended: Mapping[str, str] | None = None
    """What is said in its place, and without buttons, while a person has the conversation; {}: nothing."""

    def in_language(self, language: str, *, attended: bool = False) -> str | None:
        """Its text, in English where there is none in that language."""
        texts = self.texts if not attended or self.attended is None else self.attended
        return texts.get(language) or texts.get(Language.ENGLISH)

    def buttons_in(self, language: str, *, attended: bool = False) -> tuple[ReplyButton, ...]:
        """Its buttons, in English where there are none in that language."""
        if attended and self.attended is not None:
            return ()
        return self.buttons.get(language) or self.buttons.get(Language.ENGLISH) or ()


@dataclass(frozen=True, slots=True)
class Received:
    """One verified message: a text, a click, a command of ours, files, or files with a text."""

    sender: Sender
    place: Place
    external_id: str
    text: str | None = None
    choice_id: str | None = None
    """The opaque id of the button that was clicked; looked up, never believed (CH4)."""
    meaning: JsonObject | None = None
    """{"intent", "entities"} of a platform's own command ("/start" greets); never made from people's text."""
    attachments: tuple[UUID, ...] = ()
    update_id: str | None = None
    """The platform's id of the delivery, where it is another than the message's."""
    reply_to: JsonObject | None = None
    """What the channel needs to answer this very message; it comes back as `OutboxItem.reply_to`."""
    picks: bool = False
    """The channel shows buttons as numbers: a bare number picks one of those shown last."""
    quiet: bool = False
    """Stored for people to read, never answered by the bot."""
    notices: tuple[Notice, ...] = ()
    """What is answered at once, about files that were not taken, say."""
    at_most_waiting: int | None = None
    """See IncomingMessage."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit or a deletion led to. `seq` is the event that stands in the message's place now."""

    conversation_id: UUID
    message_id: UUID
    seq: int
    waits: bool
    """The new text is answered (the old one was not yet)."""
    duplicate: bool = False


# A pick of a numbered list: "2", "২", "2." or "2)"; longer numbers are order numbers, not picks.
_PICK: Final = re.compile(r"\s*(\d{1,2})[.)]?\s*")


def read_pick(text: str) -> int | None:
    """The number a customer typed to pick a button, in whatever digits; None for anything else."""
    found = _PICK.fullmatch(text)
    return int(found[1]) if found else None
