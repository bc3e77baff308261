"""Days and periods in normalised text: "3 din age", গত সোমবার, "within 2 weeks", 12/11/2026."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.engine.components import calendar_days
from bot.engine.components.amounts import Amount
from bot.engine.components.day_words import FUTURE, PAST, DayWords
from bot.engine.components.found import Found
from bot.engine.components.lexemes import Lexeme, spelling

DATE, PERIOD = "date", "period"
_LONGEST = {"hour": 200, "day": 400, "working_day": 90, "week": 60, "fortnight": 26, "month": 36, "year": 10}
_SHORTEST_HOURS = 12  # "24 hours" is a day; "2 hours" is none
_SURE_MONTH = 6  # letters; "may", "march" and "jun" alone are other words too
_YEARS_AROUND = 10  # a year written with two digits further away is no year
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_FIRST_YEAR_OF_BIRTH = 1930
_DIRECTIONS = {"past": PAST, "next": FUTURE}
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?:(?P<year>20\d\d)(?P<s>[-/.])(?P<month>\d{1,2})(?P=s)(?P<day>\d{1,2})"
    r"|(?P<day2>\d{1,2})(?P<s2>[-/.])(?P<month2>\d{1,2})(?P=s2)(?P<year2>20\d\d|\d\d))(?![\d/-])"
)
_WITHOUT_YEAR = re.compile(
    r"(?:(?<=on )|(?<=date )|(?<=dated ))(?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?![\d/-])"
    r"|(?<![\d/.-])(?P<day2>\d{1,2})[/-](?P<month2>\d{1,2})(?= ?(?:tarikh|তারিখ))"
)


@dataclass(frozen=True)
class Message:
    """What a grammar rule looks at."""

    lexemes: Sequence[Lexeme]
    forms: Sequence[str]
    amounts: dict[int, Amount]
    today: date


@dataclass(frozen=True)
class Length:
    """ "3-5 days": from `shortest` to `longest` units."""

    shortest: float
    longest: float
    unit: str
    after: int
    is_vague: bool


Read = tuple[Found, int]


class DateFinder:
    """Finds days and periods and counts them from the day of the message."""

    def __init__(self) -> None:
        """Reads the words."""
        self._words = DayWords()
        self._rules: Sequence[Callable[[Message, int], Read | None]] = (
            self._day_word,
            self._calendar_day,
            self._day_of_month,
            self._length,
            self._weekday,
            self._calendar_span,
            self._month,
        )

    def find(
        self, text: str, lexemes: Sequence[Lexeme], amounts: Sequence[Amount], today: date
    ) -> list[Found]:
        """Every day and period, from left to right."""
        numeric = list(_numeric_dates(text, today))
        message = Message(
            lexemes,
            [spelling(lexeme.text) for lexeme in lexemes],
            {amount.first: amount for amount in amounts},
            today,
        )
        at = 0
        while at < len(lexemes):
            read = self._read(message, at)
            if read:
                numeric.append(read[0])
            at = read[1] if read else at + 1
        return numeric

    def _read(self, message: Message, at: int) -> Read | None:
        for rule in self._rules:
            if read := rule(message, at):
                return read
        return None

    # --- rules: each reads one form at a place, or nothing ---

    def _day_word(self, message: Message, at: int) -> Read | None:
        known = self._words.look_up("days", message.forms, at)
        if known is None or self._words.is_no_day(message.lexemes[at].text):
            return None
        written, after = known
        days = float(written.lstrip("±"))
        if written.startswith("±") and self._is_over(message, at, after):
            days = -days
        return _date(message, at, after, calendar_days.moved(message.today, days, "day", 1)), after

    def _weekday(self, message: Message, at: int) -> Read | None:
        marker, begin = self._marker(message, at)
        table = "weekdays_short" if marker else "weekdays"
        known = self._words.look_up("weekdays", message.forms, begin) or self._words.look_up(
            table, message.forms, begin
        )
        if known is None:
            return None
        weekday, after = int(known[0]), known[1]
        direction = self._direction(message, marker, at, after)
        if direction == PAST:
            day = calendar_days.weekday_before(message.today, weekday)
        elif marker == "next":
            day = calendar_days.weekday_after(message.today, weekday)
        else:
            day = calendar_days.weekday_from(message.today, weekday)
        first = at if marker in ("past", "next", "this") else begin
        return _date(message, first, after, day), after

    def _calendar_span(self, message: Message, at: int) -> Read | None:
        """ "last week", এই মাসে."""
        marker, begin = self._marker(message, at)
        known = self._words.look_up("units", message.forms, begin)
        if marker not in ("past", "next", "this") or known is None:
            return None
        unit, after = known
        if unit in ("hour", "day", "working_day"):
            return None
        shift = _DIRECTIONS.get(marker, 0)
        begins, ends = calendar_days.span_of(message.today, unit, shift)
        return _period(message, at, after, begins, ends), after

    def _month(self, message: Message, at: int) -> Read | None:
        """ "in october", গত অক্টোবরে; a short name only after such a word."""
        marker, begin = self._marker(message, at)
        known = self._words.look_up("months", message.forms, begin)
        if known is None:
            return None
        if marker is None and len(message.lexemes[begin].text) < _SURE_MONTH:
            return None
        direction = self._direction(message, marker, at, known[1])
        day = calendar_days.in_nearest_year(message.today, int(known[0]), 1, direction)
        first = at if marker in ("past", "next", "this") else begin
        if day is None:
            return None
        return _period(message, first, known[1], *calendar_days.month_of(day)), known[1]

    def _calendar_day(self, message: Message, at: int) -> Read | None:
        """ "5 december", "nov 3rd 2026", ১২ই নভেম্বর."""
        marker, begin = self._marker(message, at)
        read = self._day_then_month(message, begin) or self._month_then_day(message, begin)
        if read is None:
            return None
        day, month, after = read
        year = _year_at(message, after)
        found = (
            calendar_days.day_of(year[0], month, day)
            if year
            else calendar_days.in_nearest_year(message.today, month, day, _DIRECTIONS.get(marker or "", 0))
        )
        if found is None:
            return None
        after = year[1] if year else after
        first = at if marker in ("past", "next", "this") else begin
        return _date(message, first, after, found), after

    def _day_of_month(self, message: Message, at: int) -> Read | None:
        """ "15 tarikh", "the 20th"."""
        day = _whole(message, at, 31)
        if day is None:
            return None
        after, has_ordinal = self._after_ordinal(message, at + 1)
        if self._words.is_in("day_of_month", message.forms, after):
            after += 1
        elif not (has_ordinal and message.forms[at - 1 : at] == ["the"] and day > 3):
            return None
        tense = self._tense(message, at, after)
        found = calendar_days.in_nearest_month(message.today, day, PAST if tense == PAST else 0)
        return (_date(message, at, after, found), after) if found else None

    def _length(self, message: Message, at: int) -> Read | None:
        marker, begin = self._marker(message, at)
        length = self._read_length(message, begin)
        if length is None or self._words.is_in("before_age", message.forms, begin - 1):
            return None
        said = self._words.look_up("after_length", message.forms, length.after)
        manner = said[0] if said else None
        if manner == "old" or (not marker and not manner and _is_no_length(message, length)):
            return None
        after = said[1] if said and manner != "so_far" else length.after
        first = at if marker in ("past", "next", "within") else begin
        return _evaluated(
            message, length, first, after, manner or marker
        ), length.after if not said else said[1]

    # --- parts of the rules ---

    def _read_length(self, message: Message, at: int) -> Length | None:
        amount = message.amounts.get(at)
        if amount is None:
            return None
        longest = amount
        after = amount.after
        if self._words.is_in("range_signs", message.forms, after) and after + 1 in message.amounts:
            longest = message.amounts[after + 1]
            after = longest.after
        known = self._words.look_up("units", message.forms, after)
        if known is None or not _is_length(longest.value, known[0]):
            return None
        vague = amount.in_words and longest.value == 1 and known[0] in ("day", "hour")
        is_article = message.lexemes[at].text in ("a", "an")
        shortest = min(amount.value, longest.value)
        return Length(shortest, longest.value, known[0], known[1], vague or is_article)

    def _day_then_month(self, message: Message, at: int) -> tuple[int, int, int] | None:
        day = _whole(message, at, 31)
        if day is None:
            return None
        after, _ = self._after_ordinal(message, at + 1)
        if after < len(message.forms) and message.forms[after] in ("of", ",", "-", "/"):
            after += 1
        known = self._words.look_up("months", message.forms, after)
        return (day, int(known[0]), known[1]) if known else None

    def _month_then_day(self, message: Message, at: int) -> tuple[int, int, int] | None:
        known = self._words.look_up("months", message.forms, at)
        if known is None:
            return None
        day = _whole(message, known[1], 31)
        if day is None:
            return None
        after, has_ordinal = self._after_ordinal(message, known[1] + 1)
        if not has_ordinal and self._counts(message, after):
            return None
        return day, int(known[0]), after

    def _counts(self, message: Message, after: int) -> bool:
        """ "may 5 ta" is no fifth of May."""
        following = message.lexemes[after].text if after < len(message.lexemes) else ""
        return following in ("ta", "টা", "টি", "ti", "tk", "taka", "টাকা", "pcs", "%") or (
            self._words.look_up("units", message.forms, after) is not None
        )

    def _after_ordinal(self, message: Message, at: int) -> tuple[int, bool]:
        is_there = self._words.is_in("ordinals", message.forms, at)
        return (at + 1, True) if is_there else (at, False)

    def _marker(self, message: Message, at: int) -> tuple[str | None, int]:
        known = self._words.look_up("markers", message.forms, at)
        if known is None:
            return None, at
        after = known[1]
        return known[0], after + (message.forms[after : after + 1] == ["the"])

    def _direction(self, message: Message, marker: str | None, first: int, after: int) -> int:
        if marker in _DIRECTIONS:
            return _DIRECTIONS[marker]
        if message.lexemes[first].text == "since":
            return PAST
        return 0 if marker == "this" else self._tense(message, first, after)

    def _is_over(self, message: Message, first: int, after: int) -> bool:
        tense = self._tense(message, first, after)
        return tense == PAST or (tense == 0 and self._words.is_in("starts_of_past", message.forms, after))

    def _tense(self, message: Message, first: int, after: int) -> int:
        return self._words.tense([lexeme.text for lexeme in message.lexemes], first, after)


def _numeric_dates(text: str, today: date) -> Iterator[Found]:
    for match in _NUMERIC.finditer(text):
        year = int(match["year"] or match["year2"])
        year += 0 if year >= _FIRST_YEAR else _FIRST_YEAR
        day, month = int(match["day"] or match["day2"]), int(match["month"] or match["month2"])
        found = calendar_days.day_of(year, month, day) or calendar_days.day_of(year, day, month)
        if found and abs(year - today.year) <= _YEARS_AROUND:
            yield Found(DATE, *match.span(), found.isoformat())
    for match in _WITHOUT_YEAR.finditer(text):
        day, month = int(match["day"] or match["day2"]), int(match["month"] or match["month2"])
        nearest = calendar_days.in_nearest_year(today, month, day) if 1 <= month <= 12 else None
        if nearest:
            yield Found(DATE, *match.span(), nearest.isoformat())


def _whole(message: Message, at: int, most: int) -> int | None:
    number = message.lexemes[at].number if at < len(message.lexemes) else None
    return int(number) if number is not None and number.is_integer() and 1 <= number <= most else None


def _year_at(message: Message, at: int) -> tuple[int, int] | None:
    if message.forms[at : at + 1] == [","]:
        at += 1
    year = _whole(message, at, _LAST_YEAR)
    return (year, at + 1) if year and year >= _FIRST_YEAR_OF_BIRTH else None


def _is_no_length(message: Message, length: Length) -> bool:
    """ "twice a day", "5 bochorer meye": a length alone says little when it is one, or somebody's age."""
    is_age = length.unit == "year" and message.lexemes[length.after - 1].text.endswith(("er", "ের"))
    return length.is_vague or is_age


def _is_length(count: float, unit: str) -> bool:
    return 0 < count <= _LONGEST[unit] and (unit != "hour" or count >= _SHORTEST_HOURS)


def _evaluated(message: Message, length: Length, first: int, after: int, manner: str | None) -> Found:
    """The day or period that a length of time means after "ago", "within" and the like."""
    today = message.today
    if manner in ("ago", "later"):
        direction = PAST if manner == "ago" else FUTURE
        near = calendar_days.moved(today, length.shortest, length.unit, direction)
        far = calendar_days.moved(today, length.longest, length.unit, direction)
        if near == far:
            return _date(message, first, after, far)
        return _period(message, first, after, min(near, far), max(near, far))
    if manner in ("so_far", "length", "past"):
        begins = calendar_days.moved(today, length.longest, length.unit, PAST)
        return _period(message, first, after, begins, today)
    return _period(
        message, first, after, today, calendar_days.moved(today, length.longest, length.unit, FUTURE)
    )


def _date(message: Message, first: int, after: int, day: date) -> Found:
    return Found(DATE, message.lexemes[first].start, message.lexemes[after - 1].end, day.isoformat())


def _period(message: Message, first: int, after: int, begins: date, ends: date) -> Found:
    value = {"from": begins.isoformat(), "to": ends.isoformat()}
    return Found(PERIOD, message.lexemes[first].start, message.lexemes[after - 1].end, value)
