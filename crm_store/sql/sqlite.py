"""SQLite inside the event loop's own thread (docs/decisions/store-sqlite-in-the-loop.md).

The statements of a turn take some 20 µs each; handing one to a thread and back costs several times that.
What could hold the loop up is kept out of it: waiting for another process's transaction is done by sleeping,
and checkpoints, which wait for the disk, run in a thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing, suppress
from typing import Any, Concatenate, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL

from crm_store.sql.connections import Answer, Arguments, Result

# How long a unit of work waits for another process's transaction. Ours take milliseconds; a backup or a long
# check may take seconds. Beyond this the caller is told and may try again.
BUSY_TIMEOUT_S: Final = 10.0
# How long it sleeps between tries: about as long as a transaction of ours takes. SQLite has no queue, so
# whoever sleeps longer than the others finds it taken again and again, while both cores have nothing to do.
# Only behind something long (a backup) it tries less eagerly.
FIRST_PAUSE_S: Final = 0.001
LONGEST_PAUSE_S: Final = 0.004
SOMETHING_LONG_S: Final = 1.0
PAUSE_BEHIND_SOMETHING_LONG_S: Final = 0.05
# Kept for the next transactions. When more are needed at once more are opened: waiting would stop the loop.
KEPT_CONNECTIONS: Final = 4
# Commits between checkpoints, some four pages each: the log stays near SQLite's own limit of 1,000 pages.
CHECKPOINT_EVERY: Final = 250
# SQLite checkpoints in the middle of a commit when the log has grown to this many pages (40 MB) all the same.
LAST_RESORT_PAGES: Final = 10_000

_BEGIN: Final = {True: ("BEGIN IMMEDIATE",), False: ("BEGIN", "SELECT 1 FROM sqlite_schema LIMIT 1")}


class SqliteConnection:
    """See `crm_store.sql.connections.Connection`."""

    __slots__ = ("_committed", "_connection")

    def __init__(self, connection: sa.Connection, committed: Callable[[], None] | None) -> None:
        self._connection = connection
        self._committed = committed

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Result:
        return self._connection.execute(statement, parameters)

    async def run_sync(
        self,
        fn: Callable[Concatenate[sa.Connection, Arguments], Answer],
        *arg: Arguments.args,
        **kw: Arguments.kwargs,
    ) -> Answer:
        return fn(self._connection, *arg, **kw)

    async def commit(self) -> None:
        self._connection.commit()
        if self._committed is not None:
            self._committed()


class SqliteDatabase:
    """See `crm_store.sql.connections.Database`. `foreign_keys`: only migrations do without."""

    def __init__(self, path: str, *, foreign_keys: bool, **options: Any) -> None:
        self._path = path
        url = URL.create("sqlite+pysqlite", database=path)
        connect = {"isolation_level": None, "timeout": 0.0}  # we say BEGIN, and we wait, ourselves
        self.engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=connect, **options)
        _prepare(self.engine, foreign_keys)
        # SQLite has one writer. Within this process writers queue here, first come first served.
        self._writer = asyncio.Lock()
        self._free: list[sa.Connection] = []
        self._commits = 0
        self._checkpointing: asyncio.Task[None] | None = None

    def connect(self, *, writes: bool) -> AbstractAsyncContextManager[SqliteConnection]:
        return _Transaction(self, writes)

    async def begin(self, *, writes: bool) -> sa.Connection:
        """A connection with a transaction open on it, for `end`."""
        if writes:
            await self._writer.acquire()
        try:
            connection = self._free.pop() if self._free else self.engine.connect()
            try:
                await _begin(connection, writes)
            except BaseException:  # cancelled while it waited, too
                connection.close()
                raise
        except BaseException:
            if writes:
                self._writer.release()
            raise
        return connection

    def end(self, connection: sa.Connection, *, writes: bool) -> None:
        """Roll back what was not committed, and keep the connection for the next."""
        try:
            try:
                _roll_back(connection)
            except BaseException:
                connection.close()
                raise
            if connection.invalidated or len(self._free) >= KEPT_CONNECTIONS:
                connection.close()
            else:
                self._free.append(connection)
        finally:
            if writes:
                self._writer.release()

    def count_commit(self) -> None:
        """Checkpoint now and then."""
        self._commits += 1
        if self._commits >= CHECKPOINT_EVERY and self._checkpointing is None:
            self._commits = 0
            self._checkpointing = asyncio.create_task(self._checkpoint())

    async def _checkpoint(self) -> None:
        try:
            await asyncio.to_thread(_checkpoint, self._path)
        finally:
            self._checkpointing = None

    def hints(self) -> None:
        """Nobody tells: what another process wrote is found by looking."""

    async def close(self) -> None:
        if self._checkpointing is not None:
            await self._checkpointing
        while self._free:
            self._free.pop().close()
        self.engine.dispose()


class _Transaction:
    """What `connect` enters and leaves; a class, because every step of a turn goes through it."""

    __slots__ = ("_connection", "_database", "_writes")

    def __init__(self, database: SqliteDatabase, writes: bool) -> None:
        self._database = database
        self._writes = writes

    async def __aenter__(self) -> SqliteConnection:
        self._connection = await self._database.begin(writes=self._writes)
        return SqliteConnection(self._connection, self._database.count_commit if self._writes else None)

    async def __aexit__(self, *_: object) -> None:
        self._database.end(self._connection, writes=self._writes)


async def _begin(connection: sa.Connection, writes: bool) -> None:
    """Begin, and take the lock or the snapshot, so that no later statement can find the database locked."""
    # Alone in the loop: SQLAlchemy's own begin comes with the first statement and finds the transaction open.
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    began = asyncio.get_running_loop().time()
    pause = FIRST_PAUSE_S
    while True:
        try:
            return _begin_now(driver, writes)
        except sqlite3.OperationalError as error:
            waited = asyncio.get_running_loop().time() - began
            if not _is_busy(error) or waited >= BUSY_TIMEOUT_S:
                raise
        await asyncio.sleep(pause)
        longest = LONGEST_PAUSE_S if waited < SOMETHING_LONG_S else PAUSE_BEHIND_SOMETHING_LONG_S
        pause = min(2 * pause, longest)


def _begin_now(driver: sqlite3.Connection, writes: bool) -> None:
    try:
        for statement in _BEGIN[writes]:
            driver.execute(statement).close()
    except sqlite3.OperationalError:
        if driver.in_transaction:
            driver.rollback()
        raise


def _roll_back(connection: sa.Connection) -> None:
    connection.rollback()  # does nothing when no statement ran, but the transaction was begun
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    if driver.in_transaction:
        driver.rollback()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _prepare(engine: sa.Engine, foreign_keys: bool) -> None:
    @event.listens_for(engine, "begin")
    def _begin_again(connection: sa.Connection) -> None:
        """After a commit in the middle; the first begin is `_begin`'s."""
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        if not driver.in_transaction:
            driver.execute("BEGIN").close()

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 1000")  # switching to WAL, once in a file's life, may wait
        connection.execute("PRAGMA journal_mode = WAL").close()
        connection.execute("PRAGMA busy_timeout = 0")
        # A commit survives kill -9 of the process; only power loss can cost the last few.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LAST_RESORT_PAGES}").close()


def _checkpoint(path: str) -> None:
    """Copy the log into the file as far as nobody reads the old pages; in a thread of its own."""
    # Busy or gone is no harm: the next one copies more. SQLite keeps this process's locks when this closes.
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
