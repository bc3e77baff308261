"""The board's figures, counted by the database over a bounded window, each along a time index.

Its rows are read once for each figure's family: what days, hours and totals have in common is counted by the
hour, and put together here. Reckoning with a stored moment costs more than reading it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import Agent, AgentName
from crm_store.domain.board import (
    MAX_REASONS,
    MAX_TOPICS,
    AgentFigures,
    BoardDay,
    BoardHour,
    BoardTraffic,
    BoardWork,
    PresentAgent,
    Ratings,
    ReasonCount,
    TopicCount,
    mean,
    percentile,
    percentiles,
)
from crm_store.domain.handling import Handling
from crm_store.domain.reviews import RatedStretch
from crm_store.sql.connections import Connection
from crm_store.sql.moments import SECONDS_PER_HOUR, unix_time, utc_hour, utc_minute
from crm_store.sql.repositories.agents import AGENT, agent_of
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import (
    agent_presence,
    agents,
    conversations,
    handoffs,
    survey_responses,
    team_members,
)

SECONDS_PER_DAY: Final = 24 * SECONDS_PER_HOUR
_EPOCH_DAY: Final = date(1970, 1, 1)
_C, _H, _S = conversations.c, handoffs.c, survey_responses.c


_SINCE: Final = sa.bindparam("since", type_=_C.created_at.type)


def _count_by(
    bucket: sa.ColumnElement[Any], since: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    key = bucket.label("bucket")
    return (
        sa.select(key, sa.func.count().label("number"))
        .where(since >= _SINCE, *where)
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
_BEGUN: Final = sa.and_(_SAID, _C.last_customer_seq > 0)
_RESOLVED: Final = _C.state == sa.literal_column(f"'{Handling.RESOLVED.value}'")
BEGUN: Final = _count_by_time(_C.created_at, _BEGUN)
RESOLVED: Final = _count_by_time(_C.resolved_at, _RESOLVED)
ASKED: Final = _count_by_time(_H.asked_at)
REASONS: Final = (
    _count_by(_H.reason, _H.asked_at).order_by(sa.text("number DESC"), sa.text("bucket")).limit(MAX_REASONS)
)
HANDED_OVER: Final = (
    sa.select(sa.func.count(sa.distinct(_H.conversation_id)))
    .join(conversations, _C.id == _H.conversation_id)
    .where(_H.asked_at >= _SINCE, _C.created_at >= _SINCE, _SAID)
)
_HAS_TOPIC: Final = sa.and_(_SAID, _C.topic.is_not(None))
TOPICS: Final = (
    sa.select(_C.topic.label("bucket"), sa.func.count().label("number"))
    .where(_C.created_at >= _SINCE, _HAS_TOPIC)
    .group_by(_C.topic)
    .order_by(sa.text("number DESC"), _C.topic)
    .limit(MAX_TOPICS)
)
# Whoever asked for a person did so after they began.
TOPICS_HANDED_OVER: Final = (
    sa.select(_C.topic.label("bucket"), sa.func.count(sa.distinct(_C.id)).label("number"))
    .join(handoffs, _H.conversation_id == _C.id)
    .where(_H.asked_at >= _SINCE, _C.created_at >= _SINCE, _HAS_TOPIC)
    .group_by(_C.topic)
)


def _durations(
    duration: sa.ColumnElement[int], key: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """How often each duration was, for each key: what percentiles are read off, of one key or of all."""
    return (
        sa.select(key.label("bucket"), duration.label("seconds"), sa.func.count().label("number"))
        .where(*where)
        .group_by(sa.text("bucket"), sa.text("seconds"))
    )


_ANSWER: Final = unix_time(_H.first_answered_at) - unix_time(_H.asked_at)
_HANDLING: Final = unix_time(_H.returned_at) - unix_time(_H.claimed_at)
_ANSWERED: Final = (_H.asked_at >= _SINCE, _H.first_answered_at.is_not(None))
_HANDLED: Final = (_H.asked_at >= _SINCE, _H.returned_at.is_not(None), _H.claimed_at.is_not(None))
FIRST_ANSWER: Final = ByTime(
    *(_durations(_ANSWER, bucket(_H.asked_at), *_ANSWERED) for bucket in (utc_hour, utc_minute))
)
HANDLING: Final = _durations(_HANDLING, _H.agent_id, *_HANDLED)
RATINGS: Final = ByTime(
    *(
        sa.select(
            bucket(_S.answered_at).label("bucket"),
            _S.about,
            sa.func.sum(_S.rating).label("total"),
            sa.func.count().label("number"),
        )
        .where(_S.answered_at >= _SINCE)
        .group_by(sa.text("bucket"), _S.about)
        for bucket in (utc_hour, utc_minute)
    )
)
RATINGS_BY_AGENT: Final = (
    sa.select(_S.agent_id, sa.func.sum(_S.rating).label("total"), sa.func.count().label("number"))
    .where(_S.answered_at >= _SINCE, _S.agent_id.is_not(None))
    .group_by(_S.agent_id)
)
CLAIMS_BY_AGENT: Final = (
    sa.select(
        agents.c.id,
        agents.c.name,
        agents.c.name_bn,
        sa.func.count().label("claimed"),
        sa.func.sum(sa.case((_H.ended_by == "resolve", 1), else_=0)).label("resolved"),
    )
    .join(agents, agents.c.id == _H.agent_id)
    .where(_H.asked_at >= _SINCE, _H.claimed_at.is_not(None))
    .group_by(agents.c.id, agents.c.name, agents.c.name_bn)
    .order_by(sa.text("claimed DESC"), agents.c.name)
)
_LONGEST: Final = sa.select(sa.func.min(_C.queued_at)).where(
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
_MEMBERS: Final = sa.select(team_members).where(
    team_members.c.agent_id.in_(sa.bindparam("wanted", expanding=True, type_=sa.Uuid()))
)


class SqlBoard:
    """See `crm_store.use_cases.ports.console.BoardReads`. `since` begins the window."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_present(self, present_since: datetime) -> tuple[PresentAgent, ...]:
        rows = (await self._connection.execute(PRESENT, {"present_since": present_since})).all()
        teams = await self._teams([row.id for row in rows])
        return tuple(_present(row, teams) for row in rows)

    async def find_longest_waiting(self) -> datetime | None:
        return (await self._connection.execute(_LONGEST)).scalar_one_or_none()

    async def count_handed_over(self, since: datetime) -> int:
        return int((await self._connection.execute(HANDED_OVER, {"since": since})).scalar_one())

    async def read_traffic(self, since: datetime, offset: timedelta) -> BoardTraffic:
        begun, asked, resolved = [
            await self._counts(each, since, offset) for each in (BEGUN, ASKED, RESOLVED)
        ]
        answers = await self._rows(FIRST_ANSWER.on(offset), since)
        ratings = await self._rows(RATINGS.on(offset), since)
        clock = int(offset.total_seconds())
        return BoardTraffic(
            _days(begun, asked, resolved, _answers(answers, clock), _ratings(ratings, clock)),
            _hours(begun, asked),
            percentiles(_weigh(answers)),
            _rating(ratings),
        )

    async def list_reasons(self, since: datetime) -> tuple[ReasonCount, ...]:
        return tuple(ReasonCount(row.bucket, row.number) for row in await self._rows(REASONS, since))

    async def list_topics(self, since: datetime) -> tuple[TopicCount, ...]:
        handed_over = {row.bucket: row.number for row in await self._rows(TOPICS_HANDED_OVER, since)}
        return tuple(
            TopicCount(row.bucket, row.number, handed_over.get(row.bucket, 0))
            for row in await self._rows(TOPICS, since)
        )

    async def read_work(self, since: datetime) -> BoardWork:
        handled = await self._rows(HANDLING, since)
        rated = await self._rows(RATINGS_BY_AGENT, since)
        ratings = {row.agent_id: mean(row.total, row.number) for row in rated}
        figures = tuple(
            AgentFigures(
                AgentName(row.id, row.name, row.name_bn),
                row.claimed,
                int(row.resolved),
                percentile(_weigh(each for each in handled if each.bucket == row.id), 50),
                ratings.get(row.id),
            )
            for row in await self._rows(CLAIMS_BY_AGENT, since)
        )
        return BoardWork(percentiles(_weigh(handled)), figures)

    async def _rows(self, query: sa.Select[Any], since: datetime) -> Sequence[AnyRow]:
        return (await self._connection.execute(query, {"since": since})).all()

    async def _counts(self, query: ByTime, since: datetime, offset: timedelta) -> dict[int, int]:
        """How many, by the second of the shop's clock at which their bucket begins."""
        clock = int(offset.total_seconds())
        return {row.bucket + clock: row.number for row in await self._rows(query.on(offset), since)}

    async def _teams(self, agent_ids: list[UUID]) -> dict[UUID, list[UUID]]:
        teams: defaultdict[UUID, list[UUID]] = defaultdict(list)
        if agent_ids:
            for row in await self._connection.execute(_MEMBERS, {"wanted": agent_ids}):
                teams[row.agent_id].append(row.team_id)
        return teams


def _present(row: AnyRow, teams: dict[UUID, list[UUID]]) -> PresentAgent:
    agent: Agent = agent_of(row, tuple(teams.get(row.id, ())))
    return PresentAgent(agent, agent.load, row.here_since.astimezone(UTC))


def _weigh(rows: Iterable[AnyRow]) -> Counter[int]:
    """How often each duration was."""
    often: Counter[int] = Counter()
    for row in rows:
        often[row.seconds] += row.number
    return often


def _by(size: int, counts: Mapping[int, int], of: int | None = None) -> Counter[int]:
    """Buckets put together into larger ones; `of`: into those of every day, say."""
    together: Counter[int] = Counter()
    for second, number in counts.items():
        together[(second if of is None else second % of) // size] += number
    return together


def _answers(rows: Sequence[AnyRow], clock: int) -> dict[int, int | None]:
    days: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        days[(row.bucket + clock) // SECONDS_PER_DAY].append(row)
    return {day: percentile(_weigh(of), 50) for day, of in days.items()}


def _ratings(rows: Sequence[AnyRow], clock: int) -> dict[tuple[int, str], float | None]:
    days: defaultdict[tuple[int, str], list[AnyRow]] = defaultdict(list)
    for row in rows:
        days[(row.bucket + clock) // SECONDS_PER_DAY, row.about].append(row)
    return {key: _mean(of) for key, of in days.items()}


def _rating(rows: Sequence[AnyRow]) -> Ratings:
    bot, agent = (
        _mean([row for row in rows if row.about == about.value])
        for about in (RatedStretch.BOT, RatedStretch.AGENT)
    )
    return Ratings(bot, agent, sum(row.number for row in rows))


def _mean(rows: Sequence[AnyRow]) -> float | None:
    return mean(sum(row.total for row in rows), sum(row.number for row in rows))


def _hours(begun: Mapping[int, int], asked: Mapping[int, int]) -> tuple[BoardHour, ...]:
    begun_at, asked_at = (_by(SECONDS_PER_HOUR, counts, SECONDS_PER_DAY) for counts in (begun, asked))
    return tuple(BoardHour(hour, begun_at[hour], asked_at[hour]) for hour in range(24))


def _days(
    begun: Mapping[int, int],
    asked: Mapping[int, int],
    resolved: Mapping[int, int],
    answers: Mapping[int, int | None],
    ratings: Mapping[tuple[int, str], float | None],
) -> dict[date, BoardDay]:
    begun_on, asked_on, resolved_on = (_by(SECONDS_PER_DAY, each) for each in (begun, asked, resolved))
    days = {*begun_on, *asked_on, *resolved_on, *answers, *(day for day, _ in ratings)}
    return {
        (when := _EPOCH_DAY + timedelta(days=day)): BoardDay(
            when,
            begun_on[day],
            asked_on[day],
            resolved_on[day],
            answers.get(day),
            ratings.get((day, RatedStretch.BOT)),
            ratings.get((day, RatedStretch.AGENT)),
        )
        for day in days
    }
