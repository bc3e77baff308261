"""aiosqlite with one hop to its thread per statement.

aiosqlite keeps SQLite off the event loop by giving each connection a thread, and SQLAlchemy's adapter then
hops there for every call: cursor, execute, fetchall, close. The statements of a turn take some 30 µs each,
a hop about as long, so a turn spent most of its time hopping (43 times; with this module 11). Here a cursor
runs its statement and fetches all rows in one hop, and BEGIN travels with the first statement.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import aiosqlite

Rows = list[Any]


class Connection(aiosqlite.Connection):
    """What SQLAlchemy's adapter sees as an aiosqlite connection."""

    _begin: str | None = None
    # Whether a call was given up (cancelled) while the thread was, or may be, still at it.
    _uncertain = False

    def begin_with_next(self, begin: str) -> None:
        """Begin the transaction together with its first statement."""
        self._begin = begin

    def cursor(self) -> "Cursor":  # type: ignore[override]  # the adapter only wants it to enter
        return Cursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], Rows]) -> Rows:
        """Begin if that is due and run `work`, both in the connection's thread."""
        begin, self._begin = self._begin, None

        def in_thread() -> Rows:
            if begin is not None:
                self._conn.execute(begin)
            return work(self._conn)

        self._uncertain = True
        try:
            rows = cast("Rows", await self._execute(in_thread))  # type: ignore[no-untyped-call]
        except Exception:
            self._uncertain = False
            raise
        self._uncertain = False
        return rows

    async def commit(self) -> None:
        """Commit; when nothing was done since `begin_with_next` there is nothing to commit."""
        if self._begin is None:
            await super().commit()
        self._begin = None

    async def rollback(self) -> None:
        """Roll back; every connection is, on its way back into the pool, so do not hop for nothing."""
        self._begin = None
        if self._uncertain or self.in_transaction:
            await super().rollback()
        self._uncertain = False


class Cursor:
    """A statement and all its rows."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Rows = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "Cursor":
        self._rows = await self._connection.run(
            lambda connection: self._keep(connection.execute(sql, parameters))
        )
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> "Cursor":
        self._rows = await self._connection.run(
            lambda connection: self._keep(connection.executemany(sql, parameters))
        )
        return self

    def _keep(self, cursor: sqlite3.Cursor) -> Rows:
        rows = cursor.fetchall() if cursor.description else []
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()
        return rows

    async def fetchall(self) -> Rows:
        return self._rows

    async def close(self) -> None:
        """Closed already, in the hop that ran it."""


async def connect(path: str, **options: Any) -> Connection:
    """Like `aiosqlite.connect`, for SQLAlchemy's `async_creator`; `options` as for `sqlite3.connect`."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(path, **options)
        return opened

    connection = Connection(connector, iter_chunk_size=64)
    # A program that ends without closing its store must not hang.
    connection._thread.daemon = True
    await connection  # starts the thread and connects in it
    return connection
