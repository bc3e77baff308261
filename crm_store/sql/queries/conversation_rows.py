"""One conversation as a list shows it: the columns, what hangs on them, and the row in the domain's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import GONE_AFTER_S, AgentName
from crm_store.domain.card_sources import Value
from crm_store.domain.conversation_lists import (
    DEFAULT_NEXT_ANSWER,
    MAX_PREVIEW,
    MOST_UNREAD,
    Clock,
    Label,
    LastMessage,
    ListedCustomer,
    ListedMood,
    Summary,
)
from crm_store.domain.conversations import Author
from crm_store.domain.handling import Handling, Priority
from crm_store.domain.identities import Proof
from crm_store.domain.money import CURRENCY
from crm_store.domain.orders import OrderStatus
from crm_store.domain.sentences import Sentence
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    agent_presence,
    agent_watches,
    agents,
    channel_identities,
    conversation_labels,
    conversations,
    customers,
    handoffs,
    labels,
    messages,
    orders,
    teams,
)

_C: Final = conversations.c
_last: Final = messages.alias("last_message")
_default_team: Final = teams.alias("default_team")
_handoff: Final = handoffs.alias("open_handoff")

_UNREAD: Final = (
    sa.select(sa.literal_column("1"))
    .select_from(messages)
    .where(
        messages.c.conversation_id == _C.id,
        messages.c.seq > _C.agent_seen_seq,
        messages.c.author == sa.literal_column(f"'{Author.CUSTOMER.value}'"),
    )
    .correlate(conversations)
    .limit(sa.literal_column(str(MOST_UNREAD), sa.Integer))
    .subquery("unread_messages")
)
# What the bot answers, or is closed, nobody has to read.
_ATTENDED: Final = _C.state.in_(
    [
        sa.literal_column(f"'{state.value}'", sa.String)
        for state in (Handling.QUEUED, Handling.CLAIMED, Handling.SNOOZED)
    ]
)
_KEPT_ORDER: Final = sa.and_(
    orders.c.customer_id == _C.customer_id,
    orders.c.status != sa.literal_column(f"'{OrderStatus.CANCELLED.value}'"),
)
_NEXT_ANSWER_MINUTES: Final = sa.func.coalesce(
    teams.c.next_answer_minutes,
    sa.select(_default_team.c.next_answer_minutes).where(_default_team.c.is_default).scalar_subquery(),
)

SUMMARIES: Final = (
    sa.select(
        _C.id,
        _C.channel,
        _C.is_public,
        _C.state,
        _C.epoch,
        _C.customer_id,
        _C.team_id,
        _C.language,
        _C.mood,
        _C.mood_trend,
        _C.priority,
        _C.last_seq,
        _C.queued_at,
        _C.waiting_since,
        _C.snoozed_until,
        _C.created_at,
        _C.changed_at,
        _C.first_answer_due_at,
        _C.first_answered_at,
        channel_identities.c.proof,
        # Whom nobody knows yet is called what the platform calls them.
        sa.func.coalesce(customers.c.name, channel_identities.c.display_name).label("name"),
        customers.c.name_bn,
        customers.c.tier,
        customers.c.language.label("customer_language"),
        agents.c.id.label("agent_id"),
        agents.c.name.label("agent_name"),
        agents.c.name_bn.label("agent_name_bn"),
        _NEXT_ANSWER_MINUTES.label("next_answer_minutes"),
        _handoff.c.reason,
        _handoff.c.summary,
        _last.c.author.label("last_author"),
        sa.func.substr(_last.c.text, 1, MAX_PREVIEW).label("last_text"),
        _last.c.at.label("last_at"),
        _last.c.attachments.label("last_attachments"),
        sa.case(
            (_ATTENDED, sa.select(sa.func.count()).select_from(_UNREAD).scalar_subquery()), else_=0
        ).label("unread"),
        sa.select(sa.func.count())
        .where(_KEPT_ORDER)
        .correlate(conversations)
        .scalar_subquery()
        .label("bought"),
        sa.select(sa.func.sum(orders.c.total))
        .where(_KEPT_ORDER)
        .correlate(conversations)
        .scalar_subquery()
        .label("lifetime"),
    )
    .select_from(conversations)
    .join(channel_identities, channel_identities.c.id == _C.identity_id)
    .outerjoin(customers, customers.c.id == _C.customer_id)
    .outerjoin(agents, agents.c.id == _C.assignee_id)
    .outerjoin(teams, teams.c.id == _C.team_id)
    .outerjoin(_handoff, sa.and_(_handoff.c.conversation_id == _C.id, _handoff.c.returned_at.is_(None)))
    .outerjoin(_last, sa.and_(_last.c.conversation_id == _C.id, _last.c.seq == _C.last_seq))
)


@dataclass(frozen=True, slots=True)
class Decorations:
    """What a page's conversations have any number of."""

    labels: dict[UUID, list[Label]] = field(default_factory=dict)
    viewers: dict[UUID, list[AgentName]] = field(default_factory=dict)


_WANTED: Final = sa.bindparam("wanted", expanding=True, type_=sa.Uuid())
_LABELS: Final = (
    sa.select(
        conversation_labels.c.conversation_id,
        labels.c.id,
        labels.c.name,
        labels.c.name_bn,
        labels.c.colour,
    )
    .join(labels, labels.c.id == conversation_labels.c.label_id)
    .where(conversation_labels.c.conversation_id.in_(_WANTED))
)
_VIEWERS: Final = (
    sa.select(
        agent_watches.c.conversation_id,
        agents.c.id,
        agents.c.name,
        agents.c.name_bn,
        sa.null().label("colour"),
    )
    .join(agent_presence, agent_presence.c.connection_id == agent_watches.c.connection_id)
    .join(agents, agents.c.id == agent_presence.c.agent_id)
    .where(
        agent_watches.c.conversation_id.in_(_WANTED),
        agent_presence.c.last_seen >= sa.bindparam("seen_since", type_=agent_presence.c.last_seen.type),
    )
)
# UNION also drops the second tab of the same agent.
DECORATIONS: Final = sa.union(_LABELS, _VIEWERS)


async def labels_and_viewers(
    connection: Connection, conversation_ids: Sequence[UUID], now: datetime
) -> Decorations:
    """The labels of these conversations, and who has each of them open."""
    if not conversation_ids:
        return Decorations()
    seen_since = now - timedelta(seconds=GONE_AFTER_S)
    found = Decorations()
    values = {"wanted": list(conversation_ids), "seen_since": seen_since}
    for row in sorted(await connection.execute(DECORATIONS, values), key=lambda row: str(row.name)):
        if row.colour is None:
            viewer = AgentName(row.id, row.name, row.name_bn)
            found.viewers.setdefault(row.conversation_id, []).append(viewer)
        else:
            label = Label(row.id, row.name, row.name_bn, row.colour)
            found.labels.setdefault(row.conversation_id, []).append(label)
    return found


def summary_of(row: AnyRow, decorations: Decorations, now: datetime) -> Summary:
    """A row of `SUMMARIES` in the domain's words."""
    last = _last_message(row)
    moments = (row.created_at, row.changed_at, last.at if last else None)
    return Summary(
        id=row.id,
        channel=row.channel,
        state=row.state,
        epoch=row.epoch,
        customer=_customer(row),
        assignee=AgentName(row.agent_id, row.agent_name, row.agent_name_bn) if row.agent_id else None,
        team_id=row.team_id,
        labels=tuple(decorations.labels.get(row.id, ())),
        language=row.language or row.customer_language,
        mood=ListedMood(row.mood, row.mood_trend or "same") if row.mood else None,
        priority=Priority(row.priority).name.lower(),
        reason=row.reason,
        wants=_wants(row.summary),
        last_message=last,
        last_seq=row.last_seq,
        unread=row.unread,
        queued_at=row.queued_at,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        created_at=row.created_at,
        updated_at=max(moment for moment in moments if moment is not None),
        value=_value(row),
        clock=_clock(row, now),
        viewers=tuple(decorations.viewers.get(row.id, ())),
        is_public=row.is_public,
    )


def _customer(row: AnyRow) -> ListedCustomer:
    known = row.customer_id is not None
    return ListedCustomer(
        row.customer_id, row.name, row.name_bn, row.tier, known and Proof(row.proof).is_verified
    )


def _last_message(row: AnyRow) -> LastMessage | None:
    if row.last_author is None:
        return None
    return LastMessage(row.last_author, row.last_text or "", row.last_at, bool(row.last_attachments))


def _wants(summary: Any) -> Sentence | None:
    """What the hand-over was about when it was asked for."""
    wants = summary.get("wants") if isinstance(summary, dict) else None
    if not isinstance(wants, dict) or not {"en", "bn"} <= wants.keys():
        return None
    return Sentence(str(wants["en"]), str(wants["bn"]))


def _value(row: AnyRow) -> Value | None:
    if row.customer_id is None:
        return None
    return Value(int(row.lifetime or 0), CURRENCY, row.bought)


def _clock(row: AnyRow, now: datetime) -> Clock | None:
    """The promise that runs now: a first answer to whoever was queued, then each next one."""
    state = Handling(row.state)
    if state not in (Handling.QUEUED, Handling.CLAIMED):
        return None
    if row.first_answered_at is None:
        due_at, kind = row.first_answer_due_at, "first_answer"
    else:
        due_at, kind = _next_answer(row), "next_answer"
    return Clock(due_at, kind, breached=due_at < now) if due_at is not None else None


def _next_answer(row: AnyRow) -> datetime | None:
    if row.waiting_since is None:
        return None
    minutes = row.next_answer_minutes
    waits = timedelta(minutes=minutes) if minutes is not None else DEFAULT_NEXT_ANSWER
    since: datetime = row.waiting_since
    return since + waits
