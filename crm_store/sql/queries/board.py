"""The board's figures, counted and sorted by the database over a bounded window, each along a time index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from crm_store.domain.agents import Agent, AgentName
from crm_store.domain.board import (
    MAX_REASONS,
    MAX_TOPICS,
    AgentFigures,
    BoardDay,
    BoardHour,
    Percentiles,
    PresentAgent,
    Ratings,
    ReasonCount,
    TopicCount,
    mean,
)
from crm_store.domain.handling import Handling
from crm_store.domain.reviews import RatedStretch
from crm_store.sql.connections import Connection
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

SECONDS_PER_HOUR: Final = 3600
SECONDS_PER_DAY: Final = 24 * SECONDS_PER_HOUR
_EPOCH_DAY: Final = date(1970, 1, 1)
_C, _H, _S = conversations.c, handoffs.c, survey_responses.c


class unix_time(sa.sql.functions.GenericFunction[int]):  # noqa: N801  an SQL function is named like one
    """Whole seconds since 1970 of a stored moment."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(unix_time, "sqlite")
def _unix_time_sqlite(element: unix_time, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(unix_time, "postgresql")
def _unix_time_postgres(element: unix_time, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


_SINCE: Final = sa.bindparam("since", type_=_C.created_at.type)
_OFFSET: Final = sa.bindparam("offset", type_=sa.BigInteger())


def _local(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """Seconds on the shop's clock."""
    return unix_time(moment) + _OFFSET


def _day(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return _local(moment) // SECONDS_PER_DAY


def _hour(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return (_local(moment) % SECONDS_PER_DAY) // SECONDS_PER_HOUR


def _count_by(
    bucket: sa.ColumnElement[Any], since: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    key = bucket.label("bucket")
    return (
        sa.select(key, sa.func.count().label("number"))
        .where(since >= _SINCE, *where)
        .group_by(sa.text("bucket"))
    )


# A conversation counts once its customer has written; a widget that was only opened is none.
# The first half is what the index knows.
_SAID: Final = _C.last_seq > sa.literal_column("0", sa.Integer)
_BEGUN: Final = sa.and_(_SAID, _C.last_customer_seq > 0)
_RESOLVED: Final = _C.state == sa.literal_column(f"'{Handling.RESOLVED.value}'")
BEGUN_BY_DAY: Final = _count_by(_day(_C.created_at), _C.created_at, _BEGUN)
BEGUN_BY_HOUR: Final = _count_by(_hour(_C.created_at), _C.created_at, _BEGUN)
RESOLVED_BY_DAY: Final = _count_by(_day(_C.resolved_at), _C.resolved_at, _RESOLVED)
ASKED_BY_DAY: Final = _count_by(_day(_H.asked_at), _H.asked_at)
ASKED_BY_HOUR: Final = _count_by(_hour(_H.asked_at), _H.asked_at)
REASONS: Final = (
    _count_by(_H.reason, _H.asked_at).order_by(sa.text("number DESC"), sa.text("bucket")).limit(MAX_REASONS)
)
HANDED_OVER: Final = (
    sa.select(sa.func.count(sa.distinct(_H.conversation_id)))
    .join(conversations, _C.id == _H.conversation_id)
    .where(_H.asked_at >= _SINCE, _C.created_at >= _SINCE, _SAID)
)
TOPICS: Final = (
    sa.select(
        _C.topic,
        sa.func.count().label("number"),
        sa.func.sum(
            sa.case((sa.exists().where(_H.conversation_id == _C.id).correlate(conversations), 1), else_=0)
        ).label("handed_over"),
    )
    .where(_C.created_at >= _SINCE, _SAID, _C.topic.is_not(None))
    .group_by(_C.topic)
    .order_by(sa.text("number DESC"), _C.topic)
    .limit(MAX_TOPICS)
)


def _percentiles(
    duration: sa.ColumnElement[int], key: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """The median and the ninth decile of a duration for each key: the rows at those places, sorted."""
    ranked = (
        sa.select(
            key.label("bucket"),
            duration.label("seconds"),
            sa.func.row_number().over(partition_by=key, order_by=duration).label("place"),
            sa.func.count().over(partition_by=key).label("of"),
        )
        .where(*where)
        .subquery("ranked")
    )
    at = [
        sa.func.max(sa.case((ranked.c.place == (ranked.c.of * percent + 99) // 100, ranked.c.seconds)))
        for percent in (50, 90)
    ]
    return sa.select(ranked.c.bucket, at[0].label("p50"), at[1].label("p90")).group_by(ranked.c.bucket)


_ANSWER: Final = unix_time(_H.first_answered_at) - unix_time(_H.asked_at)
_HANDLING: Final = unix_time(_H.returned_at) - unix_time(_H.claimed_at)
_ANSWERED: Final = (_H.asked_at >= _SINCE, _H.first_answered_at.is_not(None))
_HANDLED: Final = (_H.asked_at >= _SINCE, _H.returned_at.is_not(None), _H.claimed_at.is_not(None))
_ALL: Final = sa.literal_column("0", sa.Integer)
FIRST_ANSWER: Final = _percentiles(_ANSWER, _ALL, *_ANSWERED)
FIRST_ANSWER_BY_DAY: Final = _percentiles(_ANSWER, _day(_H.asked_at), *_ANSWERED)
HANDLING: Final = _percentiles(_HANDLING, _ALL, *_HANDLED)
HANDLING_BY_AGENT: Final = _percentiles(_HANDLING, _H.agent_id, *_HANDLED, _H.agent_id.is_not(None))
RATINGS_BY_DAY: Final = (
    sa.select(
        _day(_S.answered_at).label("bucket"),
        _S.about,
        sa.func.sum(_S.rating).label("total"),
        sa.func.count().label("number"),
    )
    .where(_S.answered_at >= _SINCE)
    .group_by(sa.text("bucket"), _S.about)
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

    async def list_days(self, since: datetime, offset: timedelta) -> dict[date, BoardDay]:
        """What each day of the window had; days without anything are left out."""
        begun = await self._counts(BEGUN_BY_DAY, since, offset)
        asked = await self._counts(ASKED_BY_DAY, since, offset)
        resolved = await self._counts(RESOLVED_BY_DAY, since, offset)
        answers = {row.bucket: row.p50 for row in await self._rows(FIRST_ANSWER_BY_DAY, since, offset)}
        ratings = _means(await self._rows(RATINGS_BY_DAY, since, offset))
        days = {*begun, *asked, *resolved, *answers, *(day for day, _ in ratings)}
        return {
            (when := _EPOCH_DAY + timedelta(days=int(day))): BoardDay(
                when,
                begun.get(day, 0),
                asked.get(day, 0),
                resolved.get(day, 0),
                answers.get(day),
                ratings.get((day, RatedStretch.BOT)),
                ratings.get((day, RatedStretch.AGENT)),
            )
            for day in days
        }

    async def list_hours(self, since: datetime, offset: timedelta) -> tuple[BoardHour, ...]:
        begun = await self._counts(BEGUN_BY_HOUR, since, offset)
        asked = await self._counts(ASKED_BY_HOUR, since, offset)
        return tuple(BoardHour(hour, begun.get(hour, 0), asked.get(hour, 0)) for hour in range(24))

    async def read_first_answer(self, since: datetime) -> Percentiles:
        return _one(await self._rows(FIRST_ANSWER, since))

    async def read_handling(self, since: datetime) -> Percentiles:
        return _one(await self._rows(HANDLING, since))

    async def read_ratings(self, since: datetime) -> Ratings:
        rows = await self._rows(RATINGS_BY_DAY, since)
        stretches = (RatedStretch.BOT.value, RatedStretch.AGENT.value)
        of = {about: [row for row in rows if row.about == about] for about in stretches}
        numbers = {about: sum(row.number for row in each) for about, each in of.items()}
        bot, agent = (mean(sum(row.total for row in of[about]), numbers[about]) for about in stretches)
        return Ratings(bot, agent, sum(numbers.values()))

    async def list_reasons(self, since: datetime) -> tuple[ReasonCount, ...]:
        return tuple(ReasonCount(row.bucket, row.number) for row in await self._rows(REASONS, since))

    async def list_topics(self, since: datetime) -> tuple[TopicCount, ...]:
        return tuple(
            TopicCount(row.topic, row.number, int(row.handed_over)) for row in await self._rows(TOPICS, since)
        )

    async def list_agents(self, since: datetime) -> tuple[AgentFigures, ...]:
        handling = {row.bucket: row.p50 for row in await self._rows(HANDLING_BY_AGENT, since)}
        rated = await self._rows(RATINGS_BY_AGENT, since)
        ratings = {row.agent_id: mean(row.total, row.number) for row in rated}
        return tuple(
            AgentFigures(
                AgentName(row.id, row.name, row.name_bn),
                row.claimed,
                int(row.resolved),
                handling.get(row.id),
                ratings.get(row.id),
            )
            for row in await self._rows(CLAIMS_BY_AGENT, since)
        )

    async def _rows(
        self, query: sa.Select[Any], since: datetime, offset: timedelta = timedelta()
    ) -> Sequence[AnyRow]:
        values: dict[str, Any] = {"since": since}
        if "offset" in query.compile().params:
            values["offset"] = int(offset.total_seconds())
        return (await self._connection.execute(query, values)).all()

    async def _counts(self, query: sa.Select[Any], since: datetime, offset: timedelta) -> dict[int, int]:
        return {int(row.bucket): row.number for row in await self._rows(query, since, offset)}

    async def _teams(self, agent_ids: list[UUID]) -> dict[UUID, list[UUID]]:
        teams: defaultdict[UUID, list[UUID]] = defaultdict(list)
        if agent_ids:
            for row in await self._connection.execute(_MEMBERS, {"wanted": agent_ids}):
                teams[row.agent_id].append(row.team_id)
        return teams


def _present(row: AnyRow, teams: dict[UUID, list[UUID]]) -> PresentAgent:
    agent: Agent = agent_of(row, tuple(teams.get(row.id, ())))
    return PresentAgent(agent, agent.load, row.here_since.astimezone(UTC))


def _one(rows: Sequence[AnyRow]) -> Percentiles:
    return Percentiles(rows[0].p50, rows[0].p90) if rows else Percentiles(None, None)


def _means(rows: Iterable[AnyRow]) -> dict[tuple[int, str], float | None]:
    return {(int(row.bucket), row.about): mean(row.total, row.number) for row in rows}
