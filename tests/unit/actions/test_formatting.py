"""Dates, times, money and numbers in three ways of writing."""

from datetime import UTC, date, datetime

import pytest

from actions.formatting import Formatter

DHAKA = "Asia/Dhaka"
NINE_AT_NIGHT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "Tk 1,250"), ("bn", "১,২৫০ টাকা"), ("bn-Latn", "1,250 taka")],
)
def test_money_is_written_as_the_language_does(language: str, written: str) -> None:
    assert Formatter(language).money(125000) == written


def test_large_amounts_are_grouped_in_lakhs() -> None:
    assert Formatter("en").money(12345678_00) == "Tk 1,23,45,678"


def test_poisha_are_shown_only_when_there_are_any() -> None:
    assert Formatter("en").money(125050) == "Tk 1,250.50"


@pytest.mark.parametrize(
    ("language", "written"), [("en", "19 November"), ("bn", "১৯ নভেম্বর"), ("bn-Latn", "19 November")]
)
def test_days_have_the_languages_digits_and_months(language: str, written: str) -> None:
    assert Formatter(language).day(date(2026, 11, 19)) == written


@pytest.mark.parametrize(("language", "written"), [("en", "9 pm"), ("bn", "রাত ৯টা"), ("bn-Latn", "rat 9ta")])
def test_clock_names_the_part_of_the_day(language: str, written: str) -> None:
    assert Formatter(language).clock(NINE_AT_NIGHT, DHAKA) == written


def test_clock_shows_minutes_when_there_are_any() -> None:
    assert Formatter("en").clock(datetime(2026, 11, 21, 3, 5, tzinfo=UTC), DHAKA) == "9:05 am"


@pytest.mark.parametrize(
    ("day", "written"), [(21, "today at 3 pm"), (22, "tomorrow at 3 pm"), (24, "on Tuesday at 3 pm")]
)
def test_moments_are_said_relative_to_now(day: int, written: str) -> None:
    at = datetime(2026, 11, day, 9, 0, tzinfo=UTC)
    assert Formatter("en").moment(at, DHAKA, now=datetime(2026, 11, 21, 3, 0, tzinfo=UTC)) == written


def test_a_range_of_one_is_one_number() -> None:
    assert Formatter("bn").range(2, 2) == "২"
    assert Formatter("bn").range(2, 3) == "২–৩"


def test_bengali_names_are_for_bengali_script_only() -> None:
    assert Formatter("bn").name("Rahima", "রহিমা") == "রহিমা"
    assert Formatter("bn-Latn").name("Rahima", "রহিমা") == "Rahima"
    assert Formatter("bn").name("John", None) == "John"
