"""The bot says honestly whether people are there."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_store.domain.opening_hours import SUPPORT_HOURS, Hours, OpeningHours, shop_date


def dhaka(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on Dhaka's clock (UTC+6); the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=6)


def test_at_noon_people_are_there_until_nine() -> None:
    now = SUPPORT_HOURS.availability(dhaka(19, 12))

    assert (now.open_now, now.opens_at, now.closes_at) == (True, None, dhaka(19, 21))


@pytest.mark.parametrize(
    ("asked_at", "opens_at"),
    [
        (dhaka(19, 8, 59), dhaka(19, 9)),
        (dhaka(19, 21), dhaka(20, 15)),
        (dhaka(20, 10), dhaka(20, 15)),
        (dhaka(20, 23), dhaka(21, 9)),
    ],
)
def test_outside_hours_it_says_when_somebody_is_back(asked_at: datetime, opens_at: datetime) -> None:
    closed = SUPPORT_HOURS.availability(asked_at)

    assert (closed.open_now, closed.opens_at, closed.closes_at) == (False, opens_at, None)


def test_a_shop_open_one_day_a_week_is_open_next_week() -> None:
    thursdays = OpeningHours({3: Hours(time(9), time(17))}, "Asia/Dhaka")

    assert thursdays.availability(dhaka(19, 18)).opens_at == dhaka(26, 9)


def test_a_shop_without_hours_never_promises_any() -> None:
    assert OpeningHours({}, "Asia/Dhaka").availability(dhaka(19, 12)).opens_at is None


@given(st.integers(0, 60 * 24 * 365))
def test_the_next_change_lies_ahead(minutes: int) -> None:
    moment = dhaka(1, 0) + timedelta(minutes=minutes)
    availability = SUPPORT_HOURS.availability(moment)
    change = availability.closes_at if availability.open_now else availability.opens_at

    assert change is not None
    assert change > moment


def test_the_shops_day_begins_at_dhakas_midnight() -> None:
    assert shop_date(datetime(2026, 11, 19, 18, 0, tzinfo=UTC)).day == 20
