"""Arithmetic of days: pure functions over dates."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable
from datetime import date, timedelta

DAYS_OF = {
    "hour": 1 / 24,
    "day": 1.0,
    "working_day": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 30.0,
    "year": 365.0,
}
_MONTHS_OF = {"month": 1, "year": 12}
_MONTHS_A_YEAR = 12
_SUNDAY = 6


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moved(day: date, count: float, unit: str, direction: int) -> date:
    """`count` units before (-1) or after (1) `day`; months and years by the calendar."""
    if unit in _MONTHS_OF and float(count).is_integer():
        return _moved_months(day, direction * int(count) * _MONTHS_OF[unit])
    return day + timedelta(days=direction * math.ceil(round(count * DAYS_OF[unit], 6)))


def weekday_before(day: date, weekday: int) -> date:
    """The last such weekday before `day`."""
    return day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)


def weekday_from(day: date, weekday: int) -> date:
    """The first such weekday from `day` on, `day` included."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def weekday_after(day: date, weekday: int) -> date:
    """The first such weekday after `day`."""
    return weekday_from(day + timedelta(days=1), weekday)


def span_of(day: date, unit: str, shift: int) -> tuple[date, date]:
    """The calendar week (from Sunday), month or year `shift` after the one of `day`."""
    if unit == "month":
        return month_of(_moved_months(day.replace(day=1), shift))
    if unit == "year":
        return date(day.year + shift, 1, 1), date(day.year + shift, 12, 31)
    length = round(DAYS_OF[unit])
    begin = day - timedelta(days=(day.weekday() - _SUNDAY) % 7) + timedelta(days=length * shift)
    return begin, begin + timedelta(days=length - 1)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month of `day`."""
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)


def in_nearest_year(today: date, month: int, day: int, direction: int = 0) -> date | None:
    """That day of the year nearest to `today`; before it with -1, from it on with 1."""
    years = (day_of(today.year + shift, month, day) for shift in (-1, 0, 1))
    return _choose(today, (one for one in years if one), direction)


def in_nearest_month(today: date, day: int, direction: int = 0) -> date | None:
    """That day of the month nearest to `today`; before it with -1, from it on with 1."""
    months = (_moved_months(today.replace(day=1), shift) for shift in (-2, -1, 0, 1, 2))
    days = (day_of(one.year, one.month, day) for one in months)
    return _choose(today, (one for one in days if one), direction)


def _choose(today: date, days: Iterable[date], direction: int) -> date | None:
    fitting = [day for day in days if not direction or (day >= today if direction > 0 else day <= today)]
    return min(fitting, key=lambda day: abs((day - today).days), default=None)


def _moved_months(day: date, months: int) -> date:
    at = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(at, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
