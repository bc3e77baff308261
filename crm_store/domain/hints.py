"""What one process tells the others right after its commit: where to look, never what stands there.

A lost hint costs a slow poll; a hint too many, one look. So nobody has to be sure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConversationHint:
    """A conversation reached `last_seq`, changed hands, or is otherwise not what it was."""

    conversation_id: UUID
    last_seq: int
    waits: bool
    """A turn of it may be claimed that could not be before."""
    moved: bool
    """Somebody else has it now."""


@dataclass(frozen=True, slots=True)
class SeenHint:
    """The customer has read as far as `seq`."""

    conversation_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class OutboxHint:
    """A message waits to be sent over `channel`."""

    channel: str


@dataclass(frozen=True, slots=True)
class MessageHint:
    """More is known of a message: it was delivered, or was not."""

    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class NoteHint:
    """An agent wrote or changed a note."""

    conversation_id: UUID
    note_id: UUID


Hint: TypeAlias = ConversationHint | SeenHint | OutboxHint | MessageHint | NoteHint
Tell: TypeAlias = Callable[[Hint], None]
