"""Months of warranty are counted on the calendar."""

from datetime import date

import pytest

from crm_store.domain.warranty import warranty_ends


@pytest.mark.parametrize(
    ("delivered", "months", "ends"),
    [
        (date(2026, 3, 10), 6, date(2026, 9, 10)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
    ],
)
def test_it_ends_on_the_same_day_of_a_later_month(delivered: date, months: int, ends: date) -> None:
    assert warranty_ends(delivered, months) == ends


def test_without_a_warranty_there_is_no_end() -> None:
    assert warranty_ends(date(2026, 1, 1), None) is None
