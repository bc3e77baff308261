"""Column types mean the same in both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from crm_store.sql.tables.base import AnyText, UtcDateTime

POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
SQLITE = sqlite.dialect()
DHAKA = timezone(timedelta(hours=6))


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\x00\ufdd00")), max_size=20))
def test_any_text_comes_back_as_it_went_in_and_holds_no_nul_in_between(text: str) -> None:
    kept = AnyText().process_bind_param(text, POSTGRES)
    assert kept is not None
    assert "\x00" not in kept
    assert AnyText().process_result_value(kept, POSTGRES) == text


def test_ordinary_text_is_kept_as_it_is() -> None:
    assert AnyText().process_bind_param("আমার অর্ডার", SQLITE) == "আমার অর্ডার"


def test_nothing_stays_nothing() -> None:
    for column in (AnyText(), UtcDateTime()):
        assert column.process_bind_param(None, SQLITE) is None
        assert column.process_result_value(None, SQLITE) is None


def test_times_are_kept_in_utc() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=DHAKA)
    kept = UtcDateTime().process_bind_param(noon, SQLITE)
    assert kept == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert kept is not None
    assert kept.tzinfo is UTC


def test_sqlite_times_without_a_zone_are_utc() -> None:
    read = UtcDateTime().process_result_value(datetime(2026, 11, 21, 6), SQLITE)  # noqa: DTZ001  as SQLite gives it
    assert read == datetime(2026, 11, 21, 6, tzinfo=UTC)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 21, 6), SQLITE)  # noqa: DTZ001  the mistake meant
