"""Conversations that people took part in, lately, and some that have waited for one for minutes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.handling import SEATS, Handling, Priority
from crm_store.domain.handoffs import HandoffReason
from crm_store.domain.sentences import catalogue
from crm_store.seed.people_rows import SECONDS_BETWEEN_LINES, WIDGET, Customer
from crm_store.seed.rows import Calendar, Rows, seed_id

# Each talk of the past has happened to so many customers, on different days.
TIMES_TOLD: Final = 2
# Some are within the promised time, some are late.
FIRST_WAITED_MINUTES: Final = 2
MINUTES_BETWEEN_WAITING: Final = 3
FIRST_ANSWER_WITHIN: Final = timedelta(minutes=5)
_SCORES: Final = {"happy": 0.6, "calm": 0.0, "unhappy": -0.4, "angry": -0.8}

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Stretch:
    """One conversation with a person in it, or waiting for one: whose, which talk, from when to when."""

    customer: Customer
    record: Record
    key: str
    began: datetime

    @property
    def id(self) -> UUID:
        return seed_id("conversations", self.key)

    @property
    def handoff_id(self) -> UUID:
        return seed_id("handoffs", self.key)

    @property
    def agent_id(self) -> UUID | None:
        agent = self.record.get("agent")
        return seed_id("agents", agent) if agent else None

    @property
    def lines(self) -> Sequence[Sequence[Any]]:
        lines: Sequence[Sequence[Any]] = self.record["lines"]
        return lines

    def at(self, seq: int) -> datetime:
        """When a line was written; the first answer of the agent has its own wait."""
        first = self._first_of_agent
        waited = timedelta(seconds=self.record.get("waited_s", 0)) if first and seq >= first else timedelta()
        return self.began + timedelta(seconds=seq * SECONDS_BETWEEN_LINES) + waited

    @property
    def _first_of_agent(self) -> int | None:
        authors = [line[0] for line in self.lines]
        return authors.index(Author.AGENT.value) + 1 if Author.AGENT.value in authors else None

    @property
    def asked_at(self) -> datetime:
        first = self._first_of_agent
        return self.at(first - 1 if first else len(self.lines))

    @property
    def answered_at(self) -> datetime | None:
        return self.at(self._first_of_agent) if self._first_of_agent else None

    @property
    def ended_at(self) -> datetime:
        """Talking to the courier takes longer than typing."""
        return self.at(len(self.lines) + 1) + timedelta(minutes=2 + len(self.key) % 9)


def add_handed_over(
    rows: Rows, records: Sequence[Record], customers: Sequence[Customer], calendar: Calendar
) -> None:
    """`customers` have an identity and no conversation that is still open."""
    for stretch in _plan(records, customers, calendar):
        if stretch.agent_id is None:
            _add_waiting(rows, stretch)
        else:
            _add_past(rows, stretch)


def _plan(records: Sequence[Record], customers: Sequence[Customer], calendar: Calendar) -> Iterator[Stretch]:
    speakers = _by_language(customers)
    past = [record for record in records if "agent" in record]
    for number, record in enumerate(past * TIMES_TOLD):
        hour, minute = record["hours"]
        began = calendar.at(1 + number % 7, hour, minute)
        key = f"{record['key']}/{number // len(past)}"
        yield Stretch(next(speakers[record["language"]]), record, key, began)
    for number, record in enumerate(record for record in records if "agent" not in record):
        asked_at = calendar.minutes_ago(FIRST_WAITED_MINUTES + MINUTES_BETWEEN_WAITING * number)
        began = asked_at - timedelta(seconds=len(record["lines"]) * SECONDS_BETWEEN_LINES)
        yield Stretch(next(speakers[record["language"]]), record, record["key"], began)


def _by_language(customers: Sequence[Customer]) -> dict[str, Iterator[Customer]]:
    """Customers of each language in turn. One who said no language writes English."""
    spoken: dict[str, list[Customer]] = {}
    for customer in customers:
        spoken.setdefault(customer.language or "en", []).append(customer)
    return {language: cycle(each) for language, each in spoken.items()}


def _add_past(rows: Rows, stretch: Stretch) -> None:
    ended = stretch.ended_at
    edges = _edges(stretch)
    _add_conversation(
        rows,
        stretch,
        Handling.RESOLVED,
        epoch=len(edges),
        resolved_at=ended,
        resolved_reason="solved",
        previous_agent_id=stretch.agent_id,
        agent_seen_seq=len(stretch.lines),
        changed_at=ended,
    )
    for epoch, (edge, before, after, at) in enumerate(edges, start=1):
        _add_transition(rows, stretch, epoch, edge, before, after, at)
    _add_handoff(
        rows,
        stretch,
        claimed_at=stretch.answered_at,
        first_answered_at=stretch.answered_at,
        returned_at=ended,
        agent_id=stretch.agent_id,
        ended_by="resolve",
        outcome=stretch.record["outcome"],
    )
    _add_note(rows, stretch)
    _add_ratings(rows, stretch)


def _add_waiting(rows: Rows, stretch: Stretch) -> None:
    level, trend = stretch.record["mood"]
    asked = stretch.asked_at
    _add_conversation(
        rows,
        stretch,
        Handling.QUEUED,
        epoch=1,
        queued_at=asked,
        first_answer_due_at=asked + FIRST_ANSWER_WITHIN,
        mood=level,
        mood_trend=trend,
        priority=stretch.record.get("priority", Priority.NORMAL.value),
        changed_at=asked,
    )
    _add_transition(rows, stretch, 1, "ask", Handling.BOT, Handling.QUEUED, asked)
    _add_handoff(rows, stretch)


def _edges(stretch: Stretch) -> list[tuple[str, Handling, Handling, datetime]]:
    """How a past conversation changed hands."""
    answered = stretch.answered_at or stretch.asked_at
    resolved = ("resolve", Handling.CLAIMED, Handling.RESOLVED, stretch.ended_at)
    if stretch.record["reason"] == HandoffReason.AGENT_STEPPED_IN.value:
        return [("step_in", Handling.BOT, Handling.CLAIMED, answered), resolved]
    return [
        ("ask", Handling.BOT, Handling.QUEUED, stretch.asked_at),
        ("claim", Handling.QUEUED, Handling.CLAIMED, answered),
        resolved,
    ]


def _add_conversation(rows: Rows, stretch: Stretch, state: Handling, *, epoch: int, **values: Any) -> None:
    ours = [seq for seq, line in enumerate(stretch.lines, start=1) if line[0] == Author.CUSTOMER]
    seat = SEATS[state]
    rows.add(
        "conversations",
        id=stretch.id,
        channel="web",
        account=WIDGET,
        identity_id=stretch.customer.identity_id,
        customer_id=stretch.customer.id,
        state=state.value,
        status=seat.status.value,
        owner=seat.owner.value,
        epoch=epoch,
        # Since an agent had it, nothing the bot computed before is shown.
        floor_epoch=0 if state is Handling.QUEUED else epoch,
        topic=stretch.record["intent"],
        language=stretch.record["language"],
        created_at=stretch.began,
        last_seq=len(stretch.lines),
        last_customer_seq=ours[-1],
        taken_up_seq=ours[-1],
        answered_seq=ours[-1],
        **values,
    )
    _add_lines(rows, stretch)
    for label in stretch.record["labels"]:
        label_id = seed_id("labels", label)
        rows.add("conversation_labels", conversation_id=stretch.id, label_id=label_id, at=stretch.asked_at)


def _add_lines(rows: Rows, stretch: Stretch) -> None:
    answered: UUID | None = None
    settled = "calm"
    for seq, (author, text, *understood) in enumerate(stretch.lines, start=1):
        message_id = seed_id("messages", f"{stretch.id}/{seq}")
        incoming = author == Author.CUSTOMER
        settled = understood[2] if incoming and understood[3] else settled
        rows.add(
            "messages",
            id=message_id,
            conversation_id=stretch.id,
            seq=seq,
            author=author,
            at=stretch.at(seq),
            text=text,
            language=stretch.record["language"],
            channel="web" if incoming else None,
            account=WIDGET if incoming else None,
            external_id=f"{stretch.id}:{message_id}" if incoming else None,
            in_reply_to=answered if author == Author.BOT else None,
            ordinal=0 if author == Author.BOT else None,
            agent_id=stretch.agent_id if author == Author.AGENT else None,
            understanding=_understanding(*understood, settled=settled) if incoming else None,
            actions=[understood[1], "action_listen"] if incoming else None,
        )
        answered = message_id if incoming else answered


def _understanding(
    intent: str, _action: str, level: str, because: str | None, *, settled: str
) -> dict[str, Any]:
    mood = {"level": level, "score": _SCORES[level], "because": because, "conversation": settled}
    return {"intent": intent, "confidence": 0.93, "ranking": [], "entities": [], "mood": mood}


def _add_transition(
    rows: Rows, stretch: Stretch, epoch: int, edge: str, before: Handling, after: Handling, at: datetime
) -> None:
    held = after is Handling.CLAIMED
    rows.add(
        "conversation_transitions",
        conversation_id=stretch.id,
        epoch=epoch,
        edge=edge,
        from_state=before.value,
        to_state=after.value,
        at=at,
        agent_id=None if edge == "ask" else stretch.agent_id,
        assignee_id=stretch.agent_id if held else None,
        reason=stretch.record["reason"] if edge == "ask" else None,
    )


def _add_handoff(rows: Rows, stretch: Stretch, **values: Any) -> None:
    wording = catalogue("wants")[stretch.record["intent"]]
    asked = [seq for seq, line in enumerate(stretch.lines, start=1) if line[0] == Author.CUSTOMER]
    rows.add(
        "handoffs",
        id=stretch.handoff_id,
        conversation_id=stretch.id,
        customer_id=stretch.customer.id,
        message_id=seed_id("messages", f"{stretch.id}/{asked[-1]}"),
        reason=stretch.record["reason"],
        summary={"wants": {"en": wording["en"], "bn": wording["bn"]}},
        asked_at=stretch.asked_at,
        **values,
    )
    rows.add(
        "interactions",
        customer_id=stretch.customer.id,
        conversation_id=stretch.id,
        at=stretch.asked_at,
        kind="handoff_requested",
        actor="customer",
        facts={"reason": stretch.record["reason"]},
    )


def _add_note(rows: Rows, stretch: Stretch) -> None:
    if stretch.record["note"]:
        rows.add(
            "notes",
            id=seed_id("notes", stretch.key),
            conversation_id=stretch.id,
            agent_id=stretch.agent_id,
            after_seq=len(stretch.lines) - 1,
            at=stretch.ended_at,
            text=stretch.record["note"],
        )


def _add_ratings(rows: Rows, stretch: Stretch) -> None:
    """Of the bot's part and of the agent's, an hour later."""
    given = stretch.record["rating"]
    at = stretch.ended_at + timedelta(hours=1)
    for about in ("bot", "agent"):
        of_agent = about == "agent"
        rows.add(
            "survey_responses",
            id=seed_id("survey_responses", f"{stretch.key}/{about}"),
            customer_id=stretch.customer.id,
            conversation_id=stretch.id,
            about=about,
            agent_id=stretch.agent_id if of_agent else None,
            handoff_id=stretch.handoff_id if of_agent else None,
            rating=given[about],
            comment=given["comment"] if of_agent else None,
            answered_at=at,
        )
        facts = {"rating": given[about], "about": about}
        rows.add_interaction(stretch.customer.id, at, "survey_answered", actor="customer", **facts)
