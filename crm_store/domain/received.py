"""What a platform told us: who said what, where. Channels make these values, `receive` stores them."""

from dataclasses import dataclass, field
from uuid import UUID

from crm_store.domain.conversations import JsonObject
from crm_store.domain.identities import Proof


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
    quiet: bool = False
    """Stored for people to read, never answered by the bot."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit or a deletion led to. `seq` is the event that stands in the message's place now."""

    conversation_id: UUID
    message_id: UUID
    seq: int
    waits: bool
    """The new text is answered (the old one was not yet)."""
    duplicate: bool = False
