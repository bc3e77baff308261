"""Agents who answer from a team chat: their accounts there, their teams' channels, one thread a hand-over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import JsonObject

CODE_LIFETIME: Final = timedelta(minutes=10)  # typed at once, by somebody who sits at both windows
# A thread of a talk that nobody resolved; later changes are seen in the console.
FOLLOWED_FOR: Final = timedelta(days=30)
# How much of the talk before the request stands under the card.
EARLIER_EVENTS: Final = 6


@dataclass(frozen=True, slots=True)
class AgentAccount:
    """Who an agent is in a workspace. `seen_at`: when they last did something for us there."""

    channel: str
    account: str
    user_id: str
    agent_id: UUID
    linked_at: datetime
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TeamChannel:
    """Where a team's hand-overs are posted, and in which language. `trouble`: why none is, at the moment."""

    team_id: UUID
    channel: str
    account: str
    place: str
    language: str = "en"
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class AgentCode:
    """A one-time code that connects an account with an agent; the store keeps its hash."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AgentThread:
    """The thread of a hand-over. `root`: the platform's id of its first message, the card."""

    id: UUID
    conversation_id: UUID
    handoff_id: UUID
    channel: str
    account: str
    place: str
    language: str
    root: str | None
    shown_epoch: int
    """The conversation's epoch when the card was last written; another one: the card is out of date."""
    posted_seq: int
    """Up to here the transcript stands in the thread."""
    is_ended: bool
    """The people's stretch is over, and the transcript is not followed any more."""
    is_superseded: bool
    """The conversation has a newer thread."""
    opened_at: datetime
    failures: int = 0


@dataclass(frozen=True, slots=True)
class ThreadWork:
    """A thread with something to do, under a lease.

    `in_doubt`: an earlier holder may have posted something it could not remember any more.
    """

    thread: AgentThread
    token: UUID
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A message of the thread that stands for a note, or for an agent's message to the customer."""

    line: str
    message_id: UUID | None = None
    note_id: UUID | None = None
    mark: str | None = None
    """The reaction that shows how far the message came."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unthreaded:
    """A conversation for which a person was asked, and which has no thread yet."""

    conversation_id: UUID
    handoff_id: UUID
    team_id: UUID | None
    last_seq: int


def audit_facts(thread: AgentThread) -> JsonObject:
    """What the audit log keeps of a thread."""
    return {"account": thread.account, "place": thread.place, "thread": str(thread.id)}
