"""When people are there: the shop's weekly hours, and the banks' working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

SHOP_TIMEZONE: Final = "Asia/Dhaka"
DAYS_PER_WEEK: Final = 7

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(DAYS_PER_WEEK)
BANK_HOLIDAYS_OF_THE_WEEK: Final = frozenset({FRIDAY, SATURDAY})


@dataclass(frozen=True)
class Hours:
    """From `opens` until, not including, `closes`, on the shop's clock."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Availability:
    """Whether people are there at one moment, and when that changes next. Times are UTC."""

    open_now: bool
    opens_at: datetime | None
    """When somebody is there again; None while open."""
    closes_at: datetime | None
    """When the day ends; None while closed."""
    timezone: str
    """The zone to show the times in."""


@dataclass(frozen=True)
class OpeningHours:
    """The hours of a week, by weekday (Monday is 0). A weekday that is absent is a day off."""

    week: Mapping[int, Hours]
    timezone: str

    def availability(self, at: datetime) -> Availability:
        """What to tell a customer who asks for a person at `at` (any aware datetime)."""
        local = at.astimezone(ZoneInfo(self.timezone))
        today = self._bounds(local.date())
        if today is not None and today[0] <= local < today[1]:
            return Availability(True, None, today[1].astimezone(UTC), self.timezone)
        return Availability(False, self._next_opening(local), None, self.timezone)

    def _next_opening(self, local: datetime) -> datetime | None:
        for days_ahead in range(DAYS_PER_WEEK + 1):
            bounds = self._bounds(local.date() + timedelta(days=days_ahead))
            if bounds is not None and bounds[0] > local:
                return bounds[0].astimezone(UTC)
        return None

    def _bounds(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.week.get(day.weekday())
        if hours is None:
            return None
        zone: tzinfo = ZoneInfo(self.timezone)
        return datetime.combine(day, hours.opens, zone), datetime.combine(day, hours.closes, zone)


_WORKING_DAY: Final = Hours(time(9), time(21))
_FRIDAY_AFTERNOON: Final = Hours(time(15), time(21))

SUPPORT_HOURS: Final = OpeningHours(
    week={day: _FRIDAY_AFTERNOON if day == FRIDAY else _WORKING_DAY for day in range(DAYS_PER_WEEK)},
    timezone=SHOP_TIMEZONE,
)


def shop_date(at: datetime) -> date:
    """The calendar day it is in the shop at `at`."""
    return at.astimezone(ZoneInfo(SHOP_TIMEZONE)).date()


def add_bank_days(start: date, days: int) -> date:
    """The date `days` banking days after `start`; Friday and Saturday do not count."""
    current = start
    remaining = days
    while remaining > 0:
        current += timedelta(days=1)
        if current.weekday() not in BANK_HOLIDAYS_OF_THE_WEEK:
            remaining -= 1
    return current
