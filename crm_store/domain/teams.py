"""Teams of agents: when they are there, which requests come to them, how soon they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_store.domain.errors import UnusableDetail
from crm_store.domain.opening_hours import DAYS_PER_WEEK, SUPPORT_HOURS, Availability

# The longest holidays are Eid's: who is closed for longer than this has no hours at all.
LOOK_AHEAD_DAYS: Final = 31
MIDNIGHT: Final = "24:00"
SUPPORT_SLUG: Final = "support"


@dataclass(frozen=True, slots=True)
class Shift:
    """From `opens` until, not including, `closes`, in minutes after midnight of the team's clock."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str
    name_bn: str


@dataclass(frozen=True, slots=True)
class TeamHours:
    """The shifts of a week by weekday (Monday is 0), less the holidays."""

    week: Mapping[int, tuple[Shift, ...]]
    timezone: str
    holidays: tuple[Holiday, ...] = ()

    def availability(self, at: datetime) -> Availability:
        """Whether the team is there at `at`, and when that changes next."""
        zone = ZoneInfo(self.timezone)
        today = at.astimezone(zone).date()
        for ahead in range(LOOK_AHEAD_DAYS):
            for opens, closes in self._bounds(today + timedelta(days=ahead), zone):
                if opens <= at < closes:
                    return Availability(True, None, closes, self.timezone)
                if at < opens:
                    return Availability(False, opens, None, self.timezone)
        return Availability(False, None, None, self.timezone)

    def holiday_at(self, at: datetime) -> Holiday | None:
        """The holiday it is for the team at `at`."""
        today = at.astimezone(ZoneInfo(self.timezone)).date()
        return next((each for each in self.holidays if each.day == today), None)

    def _bounds(self, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        if any(each.day == day for each in self.holidays):
            return []
        shifts = self.week.get(day.weekday(), ())
        return [(_moment(day, shift.opens, zone), _moment(day, shift.closes, zone)) for shift in shifts]


@dataclass(frozen=True, slots=True)
class Team:
    """`reasons` are the requests that come here rather than to the default team."""

    id: UUID
    slug: str
    name: str
    name_bn: str
    hours: TeamHours
    reasons: tuple[str, ...] = ()
    first_answer_minutes: int = 5
    next_answer_minutes: int = 10
    is_default: bool = False

    def first_answer_due(self, at: datetime) -> datetime | None:
        """By when somebody should have answered who asked at `at`; None when nobody will be there."""
        there = self.hours.availability(at)
        begins = at if there.open_now else there.opens_at
        return begins + timedelta(minutes=self.first_answer_minutes) if begins else None

    def named(self, language: str) -> str:
        return self.name_bn if language == "bn" else self.name


def support_hours() -> TeamHours:
    """The default team's hours until somebody changes them: the shop's."""
    week = {
        day: (Shift(_minutes(hours.opens), _minutes(hours.closes)),)
        for day, hours in SUPPORT_HOURS.week.items()
    }
    return TeamHours(week, SUPPORT_HOURS.timezone)


def check_hours(week: Mapping[str, Sequence[Sequence[str]]], timezone: str) -> TeamHours:
    """Hours as the console writes them: {"0": [["09:00", "21:00"]]}. Raises UnusableDetail."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnusableDetail(f"there is no time zone {timezone!r}; write one like Asia/Dhaka") from error
    shifts = {_weekday(day): tuple(_shift(bounds) for bounds in listed) for day, listed in week.items()}
    for day, listed in shifts.items():
        if any(later.opens < earlier.closes for earlier, later in pairwise(listed)):
            raise UnusableDetail(f"the hours of day {day} overlap or are not in order")
    return TeamHours({day: listed for day, listed in shifts.items() if listed}, timezone)


def check_holidays(listed: Sequence[Mapping[str, str]]) -> tuple[Holiday, ...]:
    """Holidays as the console writes them, in order of their days. Raises UnusableDetail."""
    try:
        holidays = [Holiday(date.fromisoformat(one["day"]), one["name"], one["name_bn"]) for one in listed]
    except (KeyError, ValueError, TypeError) as error:
        raise UnusableDetail("a holiday has a day like 2026-12-16, a name and a name_bn") from error
    return tuple(sorted(holidays, key=lambda each: each.day))


def hours_as_written(hours: TeamHours) -> dict[str, Any]:
    """What `check_hours` reads."""
    return {
        str(day): [[_clock(shift.opens), _clock(shift.closes)] for shift in shifts]
        for day, shifts in hours.week.items()
    }


def holidays_as_written(hours: TeamHours) -> list[dict[str, str]]:
    """What `check_holidays` reads."""
    return [
        {"day": each.day.isoformat(), "name": each.name, "name_bn": each.name_bn} for each in hours.holidays
    ]


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minutes, 24 * 60)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return local.astimezone(UTC)


def _weekday(day: str) -> int:
    if day not in {str(each) for each in range(DAYS_PER_WEEK)}:
        raise UnusableDetail(f"{day!r} is no weekday: Monday is 0, Sunday 6")
    return int(day)


def _shift(bounds: Sequence[str]) -> Shift:
    try:
        opens, closes = (24 * 60 if clock == MIDNIGHT else _minutes(_time(clock)) for clock in bounds)
    except ValueError as error:
        raise UnusableDetail("hours are written as two times like 09:00 and 21:00") from error
    if opens >= closes:
        raise UnusableDetail(f"{bounds[0]} does not come before {bounds[1]}; midnight at the end is 24:00")
    return Shift(opens, closes)


def _time(clock: str) -> time:
    return datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007  a time of day of no date


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
