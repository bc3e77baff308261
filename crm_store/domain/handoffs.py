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
    PEOPLE_ONLY = "people_only"
    """A topic the shop leaves to people."""
    VALUED_CUSTOMER = "valued_customer"
    """A customer the shop wants a person to look after."""
    AGENT_STEPPED_IN = "agent_stepped_in"
    """Nobody asked: an agent saw the conversation and took it."""
    REOPENED = "reopened"
    """A resolved conversation that an agent took up again."""


@dataclass(frozen=True)
class Handoff:
    """A stretch with people: asked for, claimed (first) at `claimed_at`, over when the bot has it again."""

    id: UUID
    conversation_id: UUID
    reason: str
    asked_at: datetime
    claimed_at: datetime | None = None
    agent_id: UUID | None = None
    """Who has it, or had it last."""
