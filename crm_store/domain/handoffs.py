"""Asking for a person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class HandoffReason(StrEnum):
    ASKED = "asked"
    """The customer wants a person."""
    COMPLAINT = "complaint"
    NOT_UNDERSTOOD = "not_understood"
    NOT_POSSIBLE_HERE = "not_possible_here"
    """What the customer needs is beyond what the bot may do."""
    FAILURE = "failure"
    """A part of the service was down."""


@dataclass(frozen=True)
class Handoff:
    """A request for a person; `claimed_at` is None until an agent takes the conversation."""

    id: UUID
    conversation_id: UUID
    reason: str
    asked_at: datetime
    claimed_at: datetime | None = None
