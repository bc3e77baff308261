"""The board's figures, put together from what `board_statements` count."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    BoardTopics,
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
from crm_store.domain.reviews import RatedStretch
from crm_store.sql.connections import Connection
from crm_store.sql.moments import SECONDS_PER_HOUR
from crm_store.sql.queries.board_statements import (
    ASKED,
    BEGUN,
    CLAIMS,
    FIRST_ANSWER,
    HANDED_OVER,
    HANDLING,
    LONGEST,
    MEMBERS,
    NAMES,
    PRESENT,
    RATINGS,
    RATINGS_BY_AGENT,
    REASONS,
    RESOLVED,
    TOPICS,
    ByTime,
)
from crm_store.sql.repositories.agents import agent_of
from crm_store.sql.statements import AnyRow

SECONDS_PER_DAY: Final = 24 * SECONDS_PER_HOUR
_EPOCH_DAY: Final = date(1970, 1, 1)
# What SQLite counts at once, in the loop that turns share: some milliseconds of a shop with 10,000
# conversations a day. PostgreSQL is asked for the whole window, for each question is a way there and back.
SPAN: Final = timedelta(days=3)
# What another machine's clock, ahead of this one's, has written already belongs to the window.
_AHEAD: Final = timedelta(days=1)


class SqlBoard:
    """See `crm_store.use_cases.ports.console.BoardReads`. `since` begins the window."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def list_present(self, present_since: datetime) -> tuple[PresentAgent, ...]:
        rows = (await self._connection.execute(PRESENT, {"present_since": present_since})).all()
        teams = await self._teams([row.id for row in rows])
        return tuple(_present(row, teams) for row in rows)

    async def find_longest_waiting(self) -> datetime | None:
        return (await self._connection.execute(LONGEST)).scalar_one_or_none()

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
        reasons = _together(await self._rows(REASONS, since))
        return tuple(ReasonCount(*each) for each in _most(reasons, MAX_REASONS))

    async def read_topics(self, since: datetime) -> BoardTopics:
        handed_over = _together(await self._rows(HANDED_OVER, since, begun_since=since))
        topics = _together(await self._rows(TOPICS, since))
        most = tuple(
            TopicCount(topic, number, handed_over[topic]) for topic, number in _most(topics, MAX_TOPICS)
        )
        return BoardTopics(most, handed_over.total())

    async def read_work(self, since: datetime) -> BoardWork:
        stretches = await self._rows(HANDLING, since)
        handled = _by_agent(stretches, "bucket")
        rated = _by_agent(await self._rows(RATINGS_BY_AGENT, since), "agent_id")
        claims = _by_agent(await self._rows(CLAIMS, since), "agent_id")
        names = {row.id: AgentName(*row) for row in await self._connection.execute(NAMES)} if claims else {}
        figures = [
            AgentFigures(
                names[agent],
                sum(row.claimed for row in rows),
                sum(int(row.resolved) for row in rows),
                percentile(_weigh(handled.get(agent, ())), 50),
                _mean(rated.get(agent, ())),
            )
            for agent, rows in claims.items()
            if agent in names
        ]
        figures.sort(key=lambda each: (-each.claimed, each.agent.name))
        return BoardWork(percentiles(_weigh(stretches)), tuple(figures))

    async def _rows(self, query: sa.Select[Any], since: datetime, **more: datetime) -> Sequence[AnyRow]:
        """Of all spans, one after the other; what has the same key in several is added up by the caller."""
        rows: list[AnyRow] = []
        for begins, ends in self._spans(since):
            values = {"since": begins, "until": ends, **more}
            rows += (await self._connection.execute(query, values)).all()
            await asyncio.sleep(0)  # SQLite counted in the loop's thread: turns come first
        return rows

    def _spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        in_one = self._connection.dialect.name != "sqlite"
        begins = since
        while not in_one and begins + SPAN < self._now:
            yield begins, begins + SPAN
            begins += SPAN
        yield begins, self._now + _AHEAD

    async def _counts(self, query: ByTime, since: datetime, offset: timedelta) -> Counter[int]:
        """How many, by the second of the shop's clock at which their bucket begins."""
        clock = int(offset.total_seconds())
        counts: Counter[int] = Counter()
        for row in await self._rows(query.on(offset), since):
            counts[row.bucket + clock] += row.number
        return counts

    async def _teams(self, agent_ids: list[UUID]) -> dict[UUID, list[UUID]]:
        teams: defaultdict[UUID, list[UUID]] = defaultdict(list)
        if agent_ids:
            for row in await self._connection.execute(MEMBERS, {"wanted": agent_ids}):
                teams[row.agent_id].append(row.team_id)
        return teams


def _present(row: AnyRow, teams: dict[UUID, list[UUID]]) -> PresentAgent:
    agent: Agent = agent_of(row, tuple(teams.get(row.id, ())))
    return PresentAgent(agent, agent.load, row.here_since.astimezone(UTC))


def _together(rows: Iterable[AnyRow]) -> Counter[str]:
    """How many of each bucket, over all spans."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.bucket] += row.number
    return counts


def _most(counts: Counter[str], at_most: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:at_most]


def _by_agent(rows: Iterable[AnyRow], column: str) -> dict[UUID, list[AnyRow]]:
    """Rows of the agents; what nobody did, or the bot, is left out."""
    found: defaultdict[UUID, list[AnyRow]] = defaultdict(list)
    for row in rows:
        agent: UUID | None = getattr(row, column)
        if agent is not None:
            found[agent].append(row)
    return found


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
    """What was said of the shop, unasked, is no answer about either."""
    bots, agents = (
        [row for row in rows if row.about == about.value] for about in (RatedStretch.BOT, RatedStretch.AGENT)
    )
    return Ratings(_mean(bots), _mean(agents), sum(row.number for row in (*bots, *agents)))


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
