"""Who has a conversation, and how it may move: the states, the edges between them, and what moves it.

The table `LEGAL_EDGES` is the only one: the database holds a copy of it and refuses every other change of a
conversation's state, whoever asks (docs/decisions/handling-in-the-database.md).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.conversations import ConversationStatus, Owner
from crm_store.domain.errors import NotInThatState


class Handling(StrEnum):
    """Who has the conversation. Status and owner follow from it (`SEATS`)."""

    BOT = "bot"
    QUEUED = "queued"
    """Waits for a person; the bot goes on helping until somebody claims it."""
    CLAIMED = "claimed"
    SNOOZED = "snoozed"
    """An agent's, put away until a time or until the customer writes."""
    RESOLVED = "resolved"


class Edge(StrEnum):
    """A change of hands, named by what somebody does."""

    ASK = "ask"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    STEP_IN = "step_in"
    RELEASE = "release"
    EXPIRE = "expire"
    TRANSFER_AGENT = "transfer_agent"
    TRANSFER_TEAM = "transfer_team"
    HAND_BACK = "hand_back"
    SNOOZE = "snooze"
    WAKE = "wake"
    RESOLVE = "resolve"
    CUSTOMER_WRITES = "customer_writes"
    REOPEN = "reopen"


LEGAL_EDGES: Final[frozenset[tuple[Edge, Handling, Handling]]] = frozenset(
    {
        (Edge.ASK, Handling.BOT, Handling.QUEUED),
        (Edge.WITHDRAW, Handling.QUEUED, Handling.BOT),
        (Edge.CLAIM, Handling.QUEUED, Handling.CLAIMED),
        (Edge.STEP_IN, Handling.BOT, Handling.CLAIMED),
        (Edge.RELEASE, Handling.CLAIMED, Handling.QUEUED),
        (Edge.RELEASE, Handling.SNOOZED, Handling.QUEUED),
        (Edge.EXPIRE, Handling.CLAIMED, Handling.QUEUED),
        (Edge.TRANSFER_AGENT, Handling.CLAIMED, Handling.CLAIMED),
        (Edge.TRANSFER_TEAM, Handling.CLAIMED, Handling.QUEUED),
        (Edge.TRANSFER_TEAM, Handling.QUEUED, Handling.QUEUED),
        (Edge.HAND_BACK, Handling.CLAIMED, Handling.BOT),
        (Edge.HAND_BACK, Handling.QUEUED, Handling.BOT),
        (Edge.SNOOZE, Handling.CLAIMED, Handling.SNOOZED),
        (Edge.WAKE, Handling.SNOOZED, Handling.CLAIMED),
        (Edge.WAKE, Handling.SNOOZED, Handling.QUEUED),
        (Edge.RESOLVE, Handling.BOT, Handling.RESOLVED),
        (Edge.RESOLVE, Handling.QUEUED, Handling.RESOLVED),
        (Edge.RESOLVE, Handling.CLAIMED, Handling.RESOLVED),
        (Edge.RESOLVE, Handling.SNOOZED, Handling.RESOLVED),
        (Edge.CUSTOMER_WRITES, Handling.RESOLVED, Handling.BOT),
        (Edge.REOPEN, Handling.RESOLVED, Handling.CLAIMED),
    }
)


@dataclass(frozen=True, slots=True)
class Seat:
    """What a state means for the bot and for the turn path."""

    status: ConversationStatus
    owner: Owner
    has_assignee: bool


SEATS: Final = {
    Handling.BOT: Seat(ConversationStatus.PENDING, Owner.BOT, has_assignee=False),
    Handling.QUEUED: Seat(ConversationStatus.OPEN, Owner.BOT, has_assignee=False),
    Handling.CLAIMED: Seat(ConversationStatus.OPEN, Owner.AGENT, has_assignee=True),
    Handling.SNOOZED: Seat(ConversationStatus.SNOOZED, Owner.AGENT, has_assignee=True),
    Handling.RESOLVED: Seat(ConversationStatus.RESOLVED, Owner.BOT, has_assignee=False),
}


class Priority(IntEnum):
    """How urgent a conversation is; the most urgent sorts first."""

    URGENT = 0
    HIGH = 1
    NORMAL = 2


class ResolveReason(StrEnum):
    SOLVED = "solved"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    NO_ANSWER = "no_answer"
    OTHER = "other"


class HandBackOutcome(StrEnum):
    """What came of an agent's stretch, for the bot that goes on."""

    SOLVED = "solved"
    WAITING = "waiting"
    DECLINED = "declined"
    OTHER = "other"


class MoodLevel(StrEnum):
    HAPPY = "happy"
    CALM = "calm"
    UNHAPPY = "unhappy"
    ANGRY = "angry"


class MoodTrend(StrEnum):
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Mood:
    """How the customer feels; `because` says in a few words what showed it."""

    level: MoodLevel
    trend: MoodTrend = MoodTrend.SAME
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """A conversation as the state machine sees it."""

    conversation_id: UUID
    channel: str
    account: str
    customer_id: UUID | None
    language: str | None
    state: Handling
    epoch: int
    floor_epoch: int
    """Since which epoch the bot has the floor: what it computed before is not shown (G3)."""
    assignee_id: UUID | None
    previous_agent_id: UUID | None
    team_id: UUID | None
    priority: Priority
    last_seq: int
    last_customer_seq: int
    queued_at: datetime | None = None
    """Since when it waits for a person. Kept by a claim: released, it has its old place."""
    assigned_at: datetime | None = None
    first_answer_due_at: datetime | None = None
    first_answered_at: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    resolved_reason: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the journal: who moved the conversation, when, and why."""

    epoch: int
    edge: Edge
    from_state: Handling
    to_state: Handling
    at: datetime
    agent_id: UUID | None
    assignee_id: UUID | None
    team_id: UUID | None
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation that changed; a hint for those who look at it."""

    conversation_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Whose queue, how urgent, and by when somebody should have answered."""

    team_id: UUID | None
    first_answer_due_at: datetime | None
    priority: Priority


@dataclass(frozen=True, slots=True)
class Move:
    """A change of hands to be made. `agent_id` makes it; None when the customer or the service does."""

    edge: Edge
    to_state: Handling
    agent_id: UUID | None = None
    assignee_id: UUID | None = None
    """Whose it is afterwards."""
    reason: str | None = None
    note: str | None = None
    placed: Place | None = None
    """Where in the queues it goes; None: where it is."""
    until: datetime | None = None
    """When a snoozed conversation wakes."""


# While these two change, the bot goes on speaking: a reply under way still counts.
BOT_SPEAKS: Final = frozenset({Handling.BOT, Handling.QUEUED})


def moved(before: Handled, move: Move, at: datetime) -> Handled:
    """The conversation after a move. Raises NotInThatState when no legal edge leads there."""
    if (move.edge, before.state, move.to_state) not in LEGAL_EDGES:
        raise NotInThatState(move.edge, before.state, before.assignee_id)
    epoch = before.epoch + 1
    keeps_floor = before.state in BOT_SPEAKS and move.to_state in BOT_SPEAKS
    after = replace(
        before,
        state=move.to_state,
        epoch=epoch,
        floor_epoch=before.floor_epoch if keeps_floor else epoch,
        assignee_id=move.assignee_id,
        previous_agent_id=_previous(before, move),
        snoozed_until=None,
    )
    after = _ARRIVALS[move.to_state](after, before, move, at)
    return _placed(after, move.placed) if move.placed else after


def _placed(after: Handled, place: Place) -> Handled:
    return replace(
        after,
        team_id=place.team_id,
        first_answer_due_at=place.first_answer_due_at,
        priority=place.priority,
    )


def _previous(before: Handled, move: Move) -> UUID | None:
    left = before.assignee_id is not None and before.assignee_id != move.assignee_id
    return before.assignee_id if left else before.previous_agent_id


def _with_the_bot(after: Handled, before: Handled, move: Move, at: datetime) -> Handled:
    return replace(
        after,
        queued_at=None,
        assigned_at=None,
        first_answer_due_at=None,
        first_answered_at=None,
        resolved_at=None,
        resolved_reason=None,
        priority=Priority.NORMAL,
    )


def _in_the_queue(after: Handled, before: Handled, move: Move, at: datetime) -> Handled:
    return replace(after, queued_at=before.queued_at or at, assigned_at=None)


def _with_an_agent(after: Handled, before: Handled, move: Move, at: datetime) -> Handled:
    same = before.assignee_id == move.assignee_id and before.assigned_at is not None
    return replace(
        after, assigned_at=before.assigned_at if same else at, resolved_at=None, resolved_reason=None
    )


def _put_away(after: Handled, before: Handled, move: Move, at: datetime) -> Handled:
    return replace(after, snoozed_until=move.until)


def _resolved(after: Handled, before: Handled, move: Move, at: datetime) -> Handled:
    ended = _with_the_bot(after, before, move, at)
    return replace(ended, resolved_at=at, resolved_reason=move.reason)


_ARRIVALS: Final = {
    Handling.BOT: _with_the_bot,
    Handling.QUEUED: _in_the_queue,
    Handling.CLAIMED: _with_an_agent,
    Handling.SNOOZED: _put_away,
    Handling.RESOLVED: _resolved,
}
