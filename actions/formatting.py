"""Dates, times, money and numbers as each language writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from actions.labels import label

# Romanised Bengali borrows the English words for months and weekdays, as its writers do.
_LOCALES: Final = {"en": "en_IN", "bn": "bn_BD", "bn-Latn": "en_IN"}
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_MINOR_UNITS: Final = 100

# First hour of each part of the day, as Bengali names them.
_PARTS_OF_THE_DAY: Final = (
    (20, "late"),
    (18, "evening"),
    (15, "afternoon"),
    (12, "noon"),
    (5, "morning"),
    (0, "night"),
)


def has_bengali_digits(text: str) -> bool:
    """Whether it was written with Bengali digits, whatever its recognised parts came back in."""
    return any("০" <= sign <= "৯" for sign in text)


def bullets(lines: Iterable[str]) -> str:
    """One below the other, each begun by a point: on a phone many of them take two lines."""
    return "\n".join(f"• {line}" for line in lines)


@dataclass(frozen=True)
class Formatter:
    """Writes values in one language ("en", "bn" or "bn-Latn")."""

    language: str

    def digits(self, text: str) -> str:
        """`text` with the language's own digits."""
        return text.translate(_BENGALI_DIGITS) if self.language == "bn" else text

    def number(self, value: int) -> str:
        return self.digits(str(format_decimal(value, locale=_LOCALES[self.language])))

    def money(self, amount: int) -> str:
        """`amount` in minor units: 125000 is "Tk 1,250" or "১,২৫০ টাকা"; poisha only when there are any."""
        pattern = "#,##,##0" if amount % _MINOR_UNITS == 0 else "#,##,##0.00"
        written = format_decimal(amount / _MINOR_UNITS, format=pattern, locale="en_IN")
        return label(self.language, "money", amount=self.digits(str(written)))

    def day(self, day: date) -> str:
        """Day and month, "19 November" or "১৯ নভেম্বর"."""
        return self.digits(str(format_date(day, "d MMMM", locale=_LOCALES[self.language])))

    def full_day(self, day: date) -> str:
        """A day that need not be near: "19 November 2026"."""
        return self.digits(str(format_date(day, "d MMMM y", locale=_LOCALES[self.language])))

    def weekday_and_day(self, day: date) -> str:
        """ "Friday, 27 November"."""
        return self.digits(str(format_date(day, "EEEE, d MMMM", locale=_LOCALES[self.language])))

    def weekday(self, day: date) -> str:
        return str(format_date(day, "EEEE", locale=_LOCALES[self.language]))

    def clock(self, at: datetime, timezone: str) -> str:
        """The time of day where `timezone` is: "9 pm", "রাত ৯টা"."""
        local = at.astimezone(ZoneInfo(timezone))
        part = next(name for hour, name in _PARTS_OF_THE_DAY if local.hour >= hour)
        return label(
            self.language,
            "time.clock" if local.minute else "time.clock_full_hour",
            hour12=self.digits(str(local.hour % 12 or 12)),
            minute=self.digits(f"{local.minute:02}"),
            part=label(self.language, f"time.parts.{part}"),
        )

    def moment(self, at: datetime, timezone: str, *, now: datetime) -> str:
        """A time within the next days, seen from `now`: "tomorrow at 9 am", "শুক্রবার বিকেল ৩টা"."""
        zone = ZoneInfo(timezone)
        day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
        known = {today: "time.today", today + timedelta(days=1): "time.tomorrow"}
        clock = self.clock(at, timezone)
        return label(self.language, known.get(day, "time.weekday"), clock=clock, day=self.weekday(day))

    def range(self, first: int, last: int) -> str:
        """ "2–3", or "2" when both are the same."""
        if first == last:
            return self.number(first)
        return label(self.language, "line.range", first=self.number(first), last=self.number(last))

    def name(self, name: str, name_bn: str | None) -> str:
        """The spelling of a name that fits the script."""
        return name_bn or name if self.language == "bn" else name
