"""When a team is there, over its week, its holidays and its clock."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from crm_store.domain.errors import UnusableDetail
from crm_store.domain.opening_hours import SUPPORT_HOURS
from crm_store.domain.teams import (
    Team,
    TeamHours,
    check_holidays,
    check_hours,
    hours_as_written,
    support_hours,
)

DHAKA = ZoneInfo("Asia/Dhaka")
VICTORY_DAY = {"day": "2026-12-16", "name": "Victory Day", "name_bn": "বিজয় দিবস"}


def dhaka(day: int, hour: int, minute: int = 0, *, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=DHAKA).astimezone(UTC)


def make_hours(**week: list[list[str]]) -> TeamHours:
    return check_hours({name.removeprefix("d"): shifts for name, shifts in week.items()}, "Asia/Dhaka")


def test_two_shifts_a_day_leave_a_break() -> None:
    hours = make_hours(d0=[["09:00", "13:00"], ["14:00", "18:00"]])
    monday = 14
    assert hours.availability(dhaka(monday, 10)).closes_at == dhaka(monday, 13)
    at_lunch = hours.availability(dhaka(monday, 13, 30))
    assert (at_lunch.open_now, at_lunch.opens_at) == (False, dhaka(monday, 14))
    assert hours.availability(dhaka(monday, 18)).opens_at == dhaka(monday + 7, 9)


def test_on_a_holiday_nobody_is_there() -> None:
    hours = TeamHours(support_hours().week, "Asia/Dhaka", check_holidays([VICTORY_DAY]))
    on_the_day = hours.availability(dhaka(16, 10))
    assert (on_the_day.open_now, on_the_day.opens_at) == (False, dhaka(17, 9))
    holiday = hours.holiday_at(dhaka(16, 10))
    assert holiday is not None
    assert holiday.day == date(2026, 12, 16)


def test_a_shift_may_end_at_midnight() -> None:
    hours = make_hours(d0=[["20:00", "24:00"]])
    assert hours.availability(dhaka(14, 23, 59)).closes_at == dhaka(15, 0)
    assert not hours.availability(dhaka(15, 0)).open_now


def test_a_team_without_hours_is_never_there() -> None:
    never = check_hours({}, "Asia/Dhaka").availability(dhaka(14, 10))
    assert (never.open_now, never.opens_at) == (False, None)


@pytest.mark.parametrize("hour", [0, 8, 9, 12, 20, 21, 23])
@pytest.mark.parametrize("day", range(14, 21))
def test_until_somebody_changes_them_the_hours_are_the_shops(day: int, hour: int) -> None:
    assert support_hours().availability(dhaka(day, hour)) == SUPPORT_HOURS.availability(dhaka(day, hour))


def test_summer_time_moves_the_clock_not_the_shift() -> None:
    hours = check_hours({"6": [["09:00", "17:00"]]}, "Europe/London")
    before, after = datetime(2026, 3, 22, 9, 30, tzinfo=UTC), datetime(2026, 3, 29, 8, 30, tzinfo=UTC)
    assert hours.availability(before).closes_at == datetime(2026, 3, 22, 17, tzinfo=UTC)
    assert hours.availability(after).closes_at == datetime(2026, 3, 29, 16, tzinfo=UTC)


def test_who_asks_at_night_is_due_in_the_morning() -> None:
    team = Team(UUID(int=1), "support", "Support", "সহায়তা", support_hours(), first_answer_minutes=5)
    assert team.first_answer_due(dhaka(14, 12)) == dhaka(14, 12, 5)
    assert team.first_answer_due(dhaka(14, 23)) == dhaka(15, 9, 5)


def test_what_is_written_reads_the_same() -> None:
    written = {"0": [["09:00", "13:00"], ["14:00", "24:00"]], "4": [["15:00", "21:00"]]}
    assert hours_as_written(check_hours(written, "Asia/Dhaka")) == written


@pytest.mark.parametrize(
    ("week", "timezone"),
    [
        ({"7": [["09:00", "17:00"]]}, "Asia/Dhaka"),
        ({"0": [["17:00", "09:00"]]}, "Asia/Dhaka"),
        ({"0": [["09:00"]]}, "Asia/Dhaka"),
        ({"0": [["nine", "five"]]}, "Asia/Dhaka"),
        ({"0": [["09:00", "13:00"], ["12:00", "18:00"]]}, "Asia/Dhaka"),
        ({}, "Asia/Nowhere"),
        ({}, "../etc/passwd"),
    ],
)
def test_hours_that_cannot_be_are_refused(week: dict[str, list[list[str]]], timezone: str) -> None:
    with pytest.raises(UnusableDetail):
        check_hours(week, timezone)


@pytest.mark.parametrize("holiday", [{"day": "16 December"}, {"day": "2026-12-16", "name": "x"}])
def test_holidays_that_cannot_be_are_refused(holiday: dict[str, str]) -> None:
    with pytest.raises(UnusableDetail):
        check_holidays([holiday])
