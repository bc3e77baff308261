"""The supervisors' board: the shape of docs/contracts/console.md, field by field. Durations in seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crm_store.domain.agents import Agent, AgentName

DEFAULT_DAYS: Final = 7
# Beyond a quarter the shop's own reports answer better.
MAX_DAYS: Final = 92
MAX_REASONS: Final = 10
MAX_TOPICS: Final = 10


@dataclass(frozen=True, slots=True)
class Percentiles:
    """None while nothing was measured."""

    p50: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Means of 1 to 5 for the bot's and the agents' stretches; `answers` counts both."""

    bot: float | None
    agent: float | None
    answers: int


@dataclass(frozen=True, slots=True)
class PresentAgent:
    agent: Agent
    claimed: int
    since: datetime


@dataclass(frozen=True, slots=True)
class BoardNow:
    agents: tuple[PresentAgent, ...]
    queue: int
    longest_wait_s: int
    open: int
    bot: int


@dataclass(frozen=True, slots=True)
class Totals:
    """`answered_by_bot_share` is of the conversations that customers began; None when there were none."""

    conversations: int
    handed_over: int
    answered_by_bot_share: float | None
    first_answer_s: Percentiles
    handling_s: Percentiles
    rating: Ratings


@dataclass(frozen=True, slots=True)
class BoardDay:
    day: date
    conversations: int
    handed_over: int
    resolved: int
    first_answer_p50_s: int | None
    rating_bot: float | None
    rating_agent: float | None


@dataclass(frozen=True, slots=True)
class BoardHour:
    """An hour of the day on the shop's clock, all days together."""

    hour: int
    conversations: int
    queued: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class TopicCount:
    intent: str
    count: int
    handed_over: int


@dataclass(frozen=True, slots=True)
class AgentFigures:
    agent: AgentName
    claimed: int
    resolved: int
    handling_p50_s: int | None
    rating: float | None


@dataclass(frozen=True, slots=True)
class Board:
    now: BoardNow
    totals: Totals
    series: tuple[BoardDay, ...]
    by_hour: tuple[BoardHour, ...]
    reasons: tuple[ReasonCount, ...]
    top_topics: tuple[TopicCount, ...]
    agents: tuple[AgentFigures, ...]


@dataclass(frozen=True, slots=True)
class BoardTraffic:
    """What a window had; days without anything are left out."""

    days: dict[date, BoardDay]
    hours: tuple[BoardHour, ...]
    first_answer: Percentiles
    rating: Ratings


@dataclass(frozen=True, slots=True)
class BoardWork:
    """What agents did in it: how long they had conversations, all together and each."""

    handling: Percentiles
    agents: tuple[AgentFigures, ...]


@dataclass(frozen=True, slots=True)
class BoardTopics:
    """What most conversations of it were about, and how many of all were handed over."""

    most: tuple[TopicCount, ...]
    handed_over: int


def percentile(durations: Mapping[int, int], percent: int) -> int | None:
    """The duration so many percent do not exceed; `durations` says how often each was."""
    place = (sum(durations.values()) * percent + 99) // 100
    for seconds in sorted(durations):
        place -= durations[seconds]
        if place <= 0:
            return seconds
    return None


def percentiles(durations: Mapping[int, int]) -> Percentiles:
    """The median and the ninth decile."""
    return Percentiles(percentile(durations, 50), percentile(durations, 90))


def share_answered_by_bot(conversations: int, handed_over: int) -> float | None:
    """Of the conversations begun, those that no person was asked for."""
    if not conversations:
        return None
    return round(max(0, conversations - handed_over) / conversations, 3)


def mean(total: float | None, count: int) -> float | None:
    return round(total / count, 2) if count and total is not None else None


def every_day(days: Sequence[date], found: dict[date, BoardDay]) -> tuple[BoardDay, ...]:
    """One entry a day, also of days without anything."""
    return tuple(found.get(day, BoardDay(day, 0, 0, 0, None, None, None)) for day in days)
