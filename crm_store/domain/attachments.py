"""Files that travel with messages. Their bytes lie outside the database, under a name nobody can guess."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import JsonObject

MOST_IN_A_MESSAGE: Final = 5
# Uploads of one person that no message carries yet: a few messages' worth, not a place to store things.
MOST_UNSENT: Final = 20


@dataclass(frozen=True, slots=True)
class Uploader:
    """Who brought a file: an agent, or a customer by their channel identity."""

    agent_id: UUID | None = None
    identity_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of a file. `width` and `height` are of images."""

    id: UUID
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    sha256: str
    stored_as: str

    def as_object(self) -> JsonObject:
        """As clients see it, and as it stands in the message."""
        return {
            "id": str(self.id),
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "width": self.width,
            "height": self.height,
        }


SMALL_COPY: Final = ".small"
"""The ending of a picture's small copy, which goes with it."""


def place_of(stored_as: str) -> str:
    """Where a file lies in the folder of attachments; names are ours (hex), never a client's."""
    return f"{stored_as[:2]}/{stored_as}"
