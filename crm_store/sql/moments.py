"""What both databases can tell of a stored moment: its second, and the hour or minute it is in."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

SECONDS_PER_MINUTE: Final = 60
SECONDS_PER_HOUR: Final = 3600


class unix_time(sa.sql.functions.GenericFunction[int]):  # noqa: N801  an SQL function is named like one
    """Whole seconds since 1970 of a stored moment."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(unix_time, "sqlite")
def _unix_time_sqlite(element: unix_time, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(unix_time, "postgresql")
def _unix_time_postgres(element: unix_time, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


@lru_cache(maxsize=24 * 92)  # the hours of the longest window; many rows share one
def _second_of(beginning: str) -> int:
    begins = datetime.fromisoformat(beginning if ":" in beginning else f"{beginning}:00")
    return int(begins.replace(tzinfo=UTC).timestamp())


class _Buckets(sa.types.TypeDecorator[int]):
    """What a bucket's name is to its database -> the second it begins at."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> int | None:
        """SQLite names it by the beginning of the moment's text, PostgreSQL by its number."""
        if isinstance(value, str):
            return _second_of(value)
        return None if value is None else int(value)


class utc_hour(sa.sql.functions.GenericFunction[int]):  # noqa: N801  an SQL function is named like one
    """The hour a stored moment is in."""

    type = _Buckets()
    inherit_cache = True


class utc_minute(sa.sql.functions.GenericFunction[int]):  # noqa: N801  an SQL function is named like one
    """The minute: for clocks that are not whole hours from UTC."""

    type = _Buckets()
    inherit_cache = True


@compiles(utc_hour, "sqlite")
def _utc_hour_sqlite(element: utc_hour, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(utc_minute, "sqlite")
def _utc_minute_sqlite(element: utc_minute, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 16)"


@compiles(utc_hour, "postgresql")
def _utc_hour_postgres(element: utc_hour, compiler: SQLCompiler, **options: Any) -> str:
    return _floor_postgres(compiler.process(element.clauses, **options), SECONDS_PER_HOUR)


@compiles(utc_minute, "postgresql")
def _utc_minute_postgres(element: utc_minute, compiler: SQLCompiler, **options: Any) -> str:
    return _floor_postgres(compiler.process(element.clauses, **options), SECONDS_PER_MINUTE)


def _floor_postgres(moment: str, seconds: int) -> str:
    return f"CAST(floor(extract(epoch FROM {moment}) / {seconds}) AS BIGINT) * {seconds}"
