"""Opening a database: the settings each kind needs, and what its errors mean to a use case."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from crm_store.domain.errors import ConflictingWrite, StoreNotMigrated, StoreUnavailable
from crm_store.sql import sqlite_driver

# How long a writer waits for another process's transaction. Ours take milliseconds; a checkpoint or a
# backup may take seconds. Beyond this the caller is told and may try again.
SQLITE_BUSY_TIMEOUT_MS: Final = 10_000
# Personal data is nothing for the machine's other accounts.
OWNER_ONLY: Final = 0o600
# One writer at a time anyway; the others are readers.
SQLITE_POOL_SIZE: Final = 8
# Per process. PostgreSQL allows 100 connections by default: gateway, actions and two more fit.
POSTGRES_POOL_SIZE: Final = 12
POSTGRES_COMMAND_TIMEOUT_S: Final = 30.0
POSTGRES_CONNECT_TIMEOUT_S: Final = 5.0
# Waiting longer for a free connection means the database is not keeping up.
POOL_TIMEOUT_S: Final = 10.0

# PostgreSQL's SQLSTATE classes that mean "not now": connection lost, log-in refused, no such database,
# out of resources, shutting down.
_UNAVAILABLE_CLASSES: Final = ("08", "28", "3D", "53", "57")
# SQLite has no codes here, only these words.
_SQLITE_UNAVAILABLE: Final = (
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "file is not a database",
)
_DRIVERS: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")
_BAD_URL: Final = (
    "this is no database URL; write sqlite+aiosqlite:///path or postgresql+asyncpg://user@host/name"
)
_UNDEFINED_TABLE: Final = "42P01"
# serialization_failure, deadlock_detected
_CONFLICTS: Final = ("40001", "40P01")


def create_engine(url: str, *, foreign_keys: bool = True) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///path` (a file) or `postgresql+asyncpg://...`.

    Only migrations switch SQLite's `foreign_keys` off: rebuilding a table, its one way to change it, would
    delete the rows that refer to it. Raises StoreUnavailable when `url` names no database of these kinds, or
    an SQLite file has no folder to be in.
    """
    parsed = _parse(url)
    _check_folder(parsed)
    if parsed.get_backend_name() == "sqlite":
        _create_private(parsed.database or "")
    options = _options(parsed)
    engine = create_async_engine(
        parsed,
        hide_parameters=True,  # they are personal, and errors end up in logs (CH7)
        json_serializer=_dump_json,
        json_deserializer=orjson.loads,
        pool_timeout=POOL_TIMEOUT_S,
        **options,
    )
    if parsed.get_backend_name() == "sqlite":
        _prepare_sqlite(engine.sync_engine, foreign_keys)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose words repeat the URL, and with it the password
        raise StoreUnavailable(_BAD_URL) from None
    if parsed.drivername not in _DRIVERS:
        raise StoreUnavailable(_BAD_URL)
    return parsed


def _check_folder(url: URL) -> None:
    # SQLite itself only says "unable to open database file".
    path = Path(url.database or ":memory:")
    if url.get_backend_name() == "sqlite" and not path.parent.is_dir():
        raise StoreUnavailable(f"the folder {path.parent} does not exist; create it first")


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"pool_size": SQLITE_POOL_SIZE, "max_overflow": 0, "async_creator": lambda: _open_sqlite(url)}
    connect = {"timeout": POSTGRES_CONNECT_TIMEOUT_S, "command_timeout": POSTGRES_COMMAND_TIMEOUT_S}
    # pre_ping heals connections that died while PostgreSQL restarted, before they fail a turn.
    return {
        "pool_size": POSTGRES_POOL_SIZE,
        "max_overflow": 0,
        "pool_pre_ping": True,
        "connect_args": connect,
    }


async def _open_sqlite(url: URL) -> sqlite_driver.Connection:
    # No isolation level: we say BEGIN ourselves (`BEGIN IMMEDIATE` for writers), the driver must not guess.
    path = url.database or ""
    return await sqlite_driver.connect(path, timeout=SQLITE_BUSY_TIMEOUT_MS / 1000, isolation_level=None)


def _create_private(path: str) -> None:
    """Make the file for its owner alone before SQLite makes it for everybody; -wal and -shm take after it.

    Only a file that is not there yet, and before any connection: closing a descriptor of a database drops
    every lock this process holds on it (a trait of POSIX locks), and another process then overwrites commits.
    """
    with suppress(OSError):  # it is there already, or SQLite says better what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def _dump_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _prepare_sqlite(engine: Engine, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        # A commit survives kill -9 of the process; only power loss can cost the last few.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("kotha_writes", False)
        # A reader that turns writer can fail with SQLITE_BUSY at once, whatever the timeout: say so up front.
        driver: sqlite_driver.Connection = connection.connection.driver_connection
        driver.begin_with_next("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the drivers' errors into the store's: callers know no SQLAlchemy."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictingWrite(_first_line(error)) from error
    except DBAPIError as error:
        translated = _translate(error)
        if translated is None:
            raise
        raise translated from error
    except (PoolTimeout, OSError) as error:
        raise StoreUnavailable(str(error) or type(error).__name__) from error


def _translate(error: DBAPIError) -> Exception | None:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    text = _first_line(error)
    if state == _UNDEFINED_TABLE or "no such table" in text:
        return StoreNotMigrated(text)
    if state in _CONFLICTS:
        return ConflictingWrite(text)
    unreachable = error.connection_invalidated or state[:2] in _UNAVAILABLE_CLASSES
    if unreachable or text.startswith(_SQLITE_UNAVAILABLE):
        return StoreUnavailable(text)
    return None  # a mistake of ours: let it be seen


def _first_line(error: DBAPIError) -> str:
    """The driver's own words, without the statement's parameters: those are personal (CH7)."""
    return str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
