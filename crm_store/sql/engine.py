"""Opening a database by its URL, and what its errors mean to a use case."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crm_store.domain.errors import ConflictingWrite, StoreNotMigrated, StoreUnavailable
from crm_store.sql.connections import Database
from crm_store.sql.postgres import PostgresDatabase
from crm_store.sql.sqlite import SqliteDatabase

# Personal data is nothing for the machine's other accounts.
OWNER_ONLY: Final = 0o600

# PostgreSQL's SQLSTATE classes that mean "not now": connection lost, log-in refused, no such database,
# out of resources, shutting down, its disk fails.
_UNAVAILABLE_CLASSES: Final = ("08", "28", "3D", "53", "57", "58")
# read_only_sql_transaction: what was the primary is a standby now.
_UNAVAILABLE_STATES: Final = ("25006",)
# SQLite has no codes here, only these words.
_SQLITE_UNAVAILABLE: Final = (
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "file is not a database",
)
# The second is how SQLite was written when it had a thread of its own.
_SQLITE: Final = ("sqlite", "sqlite+aiosqlite")
_POSTGRES: Final = "postgresql+asyncpg"
_BAD_URL: Final = "this is no database URL; write sqlite:///path or postgresql+asyncpg://user@host/name"
_UNDEFINED_TABLE: Final = "42P01"
# serialization_failure, deadlock_detected
_CONFLICTS: Final = ("40001", "40P01")


def open_database(url: str, *, foreign_keys: bool = True) -> Database:
    """The database at `sqlite:///path` (a file) or `postgresql+asyncpg://...`; it connects when first needed.

    Only migrations switch SQLite's `foreign_keys` off: rebuilding a table, its one way to change it, would
    delete the rows that refer to it. Raises StoreUnavailable when `url` names no database of these kinds, or
    an SQLite file has no folder to be in.
    """
    parsed = parse_url(url)
    # Parameters are personal, and errors end up in logs (CH7).
    options: dict[str, Any] = {
        "hide_parameters": True,
        "json_serializer": _dump_json,
        "json_deserializer": orjson.loads,
    }
    if parsed.drivername == _POSTGRES:
        return PostgresDatabase(parsed, **options)
    path = parsed.database or ""
    _check_folder(path)
    _create_private(path)
    return SqliteDatabase(path, foreign_keys=foreign_keys, **options)


def parse_url(url: str) -> URL:
    """The URL's parts; StoreUnavailable when it names no database of the two kinds."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose words repeat the URL, and with it the password
        raise StoreUnavailable(_BAD_URL) from None
    if parsed.drivername not in (*_SQLITE, _POSTGRES):
        raise StoreUnavailable(_BAD_URL)
    return parsed


def _check_folder(path: str) -> None:
    # SQLite itself only says "unable to open database file".
    folder = Path(path or ":memory:").parent
    if not folder.is_dir():
        raise StoreUnavailable(f"the folder {folder} does not exist; create it first")


def _create_private(path: str) -> None:
    """Make the file for its owner alone before SQLite makes it for everybody; -wal and -shm take after it.

    Only a file that is not there yet, and before any connection: closing a descriptor of a database drops
    every lock this process holds on it (a trait of POSIX locks), and another process then overwrites commits.
    """
    with suppress(OSError):  # it is there already, or SQLite says better what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def _dump_json(value: object) -> str:
    return orjson.dumps(value).decode()


# What `translated_errors` looks at; everything else passes through it unchanged.
TRANSLATED: Final = (DBAPIError, sqlite3.Error, PoolTimeout, OSError)


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
    except sqlite3.Error as error:  # from begin and commit, which go to the driver itself
        if isinstance(error, sqlite3.OperationalError) or str(error).startswith(_SQLITE_UNAVAILABLE):
            raise StoreUnavailable(str(error)) from error
        raise
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
    if unreachable or state in _UNAVAILABLE_STATES or text.startswith(_SQLITE_UNAVAILABLE):
        return StoreUnavailable(text)
    return None  # a mistake of ours: let it be seen


def _first_line(error: DBAPIError) -> str:
    """The driver's own words, without the statement's parameters: those are personal (CH7)."""
    return str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
