"""The board's statements. Each counts a span of the window along an index of time; spans add up.

Its rows are read once for each figure's family: what days, hours and totals have in common is counted by the
hour, and put together by `crm_store.sql.queries.board`. Reckoning with a stored moment costs more than
reading it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from crm_store.domain.handling import Handling
from crm_store.sql.moments import SECONDS_PER_HOUR, unix_time, utc_hour, utc_minute
from crm_store.sql.repositories.agents import AGENT
from crm_store.sql.tables import (
    agent_presence,
    agents,
    conversations,
    handoffs,
    survey_responses,
    team_members,
)

_C, _H, _S = conversations.c, handoffs.c, survey_responses.c
_SINCE: Final = sa.bindparam("since", type_=_C.created_at.type)
_UNTIL: Final = sa.bindparam("until", type_=_C.created_at.type)


def _in_span(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(moment >= _SINCE, moment < _UNTIL)


def _count_by(
    bucket: sa.ColumnElement[Any], moment: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    key = bucket.label("bucket")
    return (
        sa.select(key, sa.func.count().label("number"))
        .where(_in_span(moment), *where)
        .group_by(sa.text("bucket"))
    )


@dataclass(frozen=True)
class ByTime:
    """The same statement by the hour, and by the minute for clocks that need it."""

    hour: sa.Select[Any]
    minute: sa.Select[Any]

    def on(self, offset: timedelta) -> sa.Select[Any]:
        """The one that fits a clock."""
        return self.minute if offset.total_seconds() % SECONDS_PER_HOUR else self.hour


def _count_by_time(moment: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> ByTime:
    return ByTime(*(_count_by(bucket(moment), moment, *where) for bucket in (utc_hour, utc_minute)))


# A conversation counts once its customer has written; a widget that was only opened is none.
# The first half is what the index knows.
_SAID: Final = _C.last_seq > sa.literal_column("0", sa.Integer)
_BEGUN: Final = sa.and_(_SAID, _C.last_customer_seq > sa.literal_column("0", sa.Integer))
_RESOLVED: Final = _C.state == sa.literal_column(f"'{Handling.RESOLVED.value}'")
BEGUN: Final = _count_by_time(_C.created_at, _BEGUN)
RESOLVED: Final = _count_by_time(_C.resolved_at, _RESOLVED)
ASKED: Final = _count_by_time(_H.asked_at)
REASONS: Final = _count_by(_H.reason, _H.asked_at)
TOPICS: Final = _count_by(_C.topic, _C.created_at, _BEGUN, _C.topic.is_not(None))
_earlier: Final = handoffs.alias("earlier")
_FIRST_REQUEST: Final = ~sa.exists().where(
    _earlier.c.conversation_id == _H.conversation_id,
    sa.tuple_(_earlier.c.asked_at, _earlier.c.id) < sa.tuple_(_H.asked_at, _H.id),
)
# By topic, those without one too; each conversation of the window once, where it first asked for a person.
# `begun_since` is the window's beginning, whatever the span.
HANDED_OVER: Final = (
    sa.select(_C.topic.label("bucket"), sa.func.count().label("number"))
    .join(handoffs, _H.conversation_id == _C.id)
    .where(
        _in_span(_H.asked_at),
        _C.created_at >= sa.bindparam("begun_since", type_=_C.created_at.type),
        _SAID,
        _FIRST_REQUEST,
    )
    .group_by(_C.topic)
)


def _durations(
    duration: sa.ColumnElement[int], key: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """How often each duration was, for each key: what percentiles are read off, of one key or of all."""
    return (
        sa.select(key.label("bucket"), duration.label("seconds"), sa.func.count().label("number"))
        .where(_in_span(_H.asked_at), *where)
        .group_by(sa.text("bucket"), sa.text("seconds"))
    )


_ANSWER: Final = unix_time(_H.first_answered_at) - unix_time(_H.asked_at)
_HANDLING: Final = unix_time(_H.returned_at) - unix_time(_H.claimed_at)
FIRST_ANSWER: Final = ByTime(
    *(
        _durations(_ANSWER, bucket(_H.asked_at), _H.first_answered_at.is_not(None))
        for bucket in (utc_hour, utc_minute)
    )
)
HANDLING: Final = _durations(_HANDLING, _H.agent_id, _H.returned_at.is_not(None), _H.claimed_at.is_not(None))
RATINGS: Final = ByTime(
    *(
        sa.select(
            bucket(_S.answered_at).label("bucket"),
            _S.about,
            sa.func.sum(_S.rating).label("total"),
            sa.func.count().label("number"),
        )
        .where(_in_span(_S.answered_at))
        .group_by(sa.text("bucket"), _S.about)
        for bucket in (utc_hour, utc_minute)
    )
)
# The bot's too: told to leave them out, SQLite goes through every agent's ratings of all times.
RATINGS_BY_AGENT: Final = (
    sa.select(_S.agent_id, sa.func.sum(_S.rating).label("total"), sa.func.count().label("number"))
    .where(_in_span(_S.answered_at))
    .group_by(_S.agent_id)
)
# Without their names: joined to them, SQLite goes from agent to agent through all they ever had.
CLAIMS: Final = (
    sa.select(
        _H.agent_id,
        sa.func.count().label("claimed"),
        sa.func.sum(sa.case((_H.ended_by == "resolve", 1), else_=0)).label("resolved"),
    )
    .where(_in_span(_H.asked_at), _H.claimed_at.is_not(None))
    .group_by(_H.agent_id)
)
NAMES: Final = sa.select(agents.c.id, agents.c.name, agents.c.name_bn)
LONGEST: Final = sa.select(sa.func.min(_C.queued_at)).where(
    _C.state == sa.literal_column(f"'{Handling.QUEUED.value}'")
)
_PRESENT_SINCE: Final = sa.bindparam("present_since", type_=agent_presence.c.last_seen.type)
PRESENT: Final = (
    sa.select(
        *AGENT,
        sa.select(sa.func.min(agent_presence.c.opened_at))
        .where(agent_presence.c.agent_id == agents.c.id, agent_presence.c.last_seen >= _PRESENT_SINCE)
        .correlate(agents)
        .scalar_subquery()
        .label("here_since"),
    )
    .where(
        agents.c.id.in_(
            sa.select(agent_presence.c.agent_id).where(agent_presence.c.last_seen >= _PRESENT_SINCE)
        )
    )
    .order_by(agents.c.name)
)
MEMBERS: Final = sa.select(team_members).where(
    team_members.c.agent_id.in_(sa.bindparam("wanted", expanding=True, type_=sa.Uuid()))
)
