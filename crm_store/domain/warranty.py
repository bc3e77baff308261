"""How long the shop answers for what it sold."""

import calendar
from datetime import date
from typing import Final

MONTHS_PER_YEAR: Final = 12


def warranty_ends(delivered_on: date, months: int | None) -> date | None:
    """The last day of a warranty of so many months from delivery; None when there is none."""
    if months is None:
        return None
    years, month = divmod(delivered_on.month - 1 + months, MONTHS_PER_YEAR)
    year, month = delivered_on.year + years, month + 1
    # 31 August and six months end on the last day of February.
    return date(year, month, min(delivered_on.day, calendar.monthrange(year, month)[1]))
