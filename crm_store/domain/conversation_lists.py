"""Conversations as the agents' lists show them: the shapes of docs/contracts/console.md, field by field."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Generic, TypeVar
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.card_sources import Value
from crm_store.domain.sentences import Sentence

# Beyond this a number is only "many", and counting would read the whole index.
MOST_COUNTED: Final = 1000
MOST_UNREAD: Final = 99
MAX_PREVIEW: Final = 140
MAX_PAGE: Final = 100
# How long a customer waits for the next answer where no team says otherwise.
DEFAULT_NEXT_ANSWER: Final = timedelta(minutes=10)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of a list; `next_cursor` asks for what follows, None at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None


class View(StrEnum):
    """The lists of the console."""

    QUEUE = "queue"
    """Waiting for a person, the most urgent first."""
    MINE = "mine"
    """The asking agent's, whose customer has waited longest first."""
    OPEN = "open"
    """Anybody's, the newest claim first."""
    SNOOZED = "snoozed"
    BOT = "bot"
    RESOLVED = "resolved"
    ALL = "all"


# What a cursor of each list holds: the columns it is sorted by.
CURSOR_SHAPES: Final[dict[View, tuple[type, ...]]] = {
    **dict.fromkeys(View, (datetime, UUID)),
    View.QUEUE: (int, datetime, UUID),
}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which conversations; `agent_id` is who asks."""

    view: View
    agent_id: UUID
    team_id: UUID | None = None
    label_id: UUID | None = None
    assignee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """Everything but `verified` is None while nobody is known."""

    id: UUID | None
    name: str | None
    name_bn: str | None
    tier: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class ListedMood:
    level: str
    trend: str


@dataclass(frozen=True, slots=True)
class Label:
    id: UUID
    name: str
    name_bn: str
    colour: str


@dataclass(frozen=True, slots=True)
class LastMessage:
    author: str
    text: str
    at: datetime
    has_attachments: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """By when the customer was promised a person's answer. `kind`: first_answer or next_answer."""

    due_at: datetime
    kind: str
    breached: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list."""

    id: UUID
    channel: str
    state: str
    epoch: int
    customer: ListedCustomer
    assignee: AgentName | None
    team_id: UUID | None
    labels: tuple[Label, ...]
    language: str | None
    mood: ListedMood | None
    priority: str
    reason: str | None
    wants: Sentence | None
    last_message: LastMessage | None
    last_seq: int
    unread: int
    queued_at: datetime | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    created_at: datetime
    updated_at: datetime
    value: Value | None
    clock: Clock | None
    viewers: tuple[AgentName, ...]
    is_public: bool = False
    """Others read along on the platform: agents must not write anything personal there either (CH6)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each view holds; stops at MOST_COUNTED."""

    queue: int
    mine: int
    open: int
    snoozed: int
    bot: int


@dataclass(frozen=True, slots=True)
class PastHandoff:
    """A stretch with people, as the conversation's own page lists it."""

    id: UUID
    reason: str
    asked_at: datetime
    claimed_at: datetime | None
    returned_at: datetime | None
    agent: AgentName | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Asker:
    """The agent who looks, and what their role permits."""

    agent_id: UUID
    writes: bool = True
    assigns_others: bool = False


# What an agent may do with a conversation, by its state.
_WITH_ANY: Final = ("note", "label")
_WITH_OWN: Final = ("send", "release", "transfer", "hand_back", "snooze", "resolve", "act")
# Put away: claimed it is awake again.
_WITH_OWN_ASLEEP: Final = ("claim", "release", "resolve")
_MAY: Final[dict[str, tuple[str, ...]]] = {
    "bot": ("claim", "resolve"),
    "queued": ("claim", "transfer", "hand_back", "resolve"),
    "resolved": ("reopen",),
}


def what_may(state: str, assignee_id: UUID | None, asker: Asker) -> tuple[str, ...]:
    """The changes this agent may make where the conversation is now, named like their routes."""
    if not asker.writes:
        return ()
    if state in _MAY:
        return (*_MAY[state], *_WITH_ANY)
    if assignee_id == asker.agent_id:
        return (*(_WITH_OWN if state == "claimed" else _WITH_OWN_ASLEEP), *_WITH_ANY)
    return (*(("release", "transfer") if asker.assigns_others else ()), *_WITH_ANY)
