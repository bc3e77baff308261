"""SQLite inside the event loop's own thread (docs/decisions/store-sqlite-in-the-loop.md).

The statements of a turn take some 20 µs each; handing one to a thread and back costs several times that.
What could hold the loop up is kept out of it: waiting for another process's transaction is done by sleeping,
and checkpoints, which wait for the disk, run in a thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing, suppress
from dataclasses import dataclass
from typing import Any, Concatenate, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL

from crm_store.sql.connections import Answer, Arguments, Result
from crm_store.sql.prepared import PreparedStatements

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


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection as SQLAlchemy knows it, and SQLite's own behind it."""

    connection: sa.Connection
    driver: sqlite3.Connection


class SqliteConnection:
    """See `crm_store.sql.connections.Connection`."""

    __slots__ = ("_committed", "_connection", "_driver", "_statements")

    def __init__(
        self, opened: Opened, statements: PreparedStatements, committed: Callable[[], None] | None
    ) -> None:
        self._connection = opened.connection
        self._driver = opened.driver
        self._statements = statements
        self._committed = committed

    @property
    def dialect(self) -> sa.Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Result:
        rows = parameters if isinstance(parameters, list) else [parameters or {}]
        prepared = self._statements.find(statement, rows[0], many=len(rows) > 1) if rows else None
        if prepared is None:
            return self._connection.execute(statement, parameters)
        if not self._driver.in_transaction:  # after a commit in the middle
            self._driver.execute("BEGIN").close()
        return prepared.run(self._connection, self._driver, rows)

    async def run_sync(
        self,
        fn: Callable[Concatenate[sa.Connection, Arguments], Answer],
        *arg: Arguments.args,
        **kw: Arguments.kwargs,
    ) -> Answer:
        return fn(self._connection, *arg, **kw)

    async def commit(self) -> None:
        if self._connection.in_transaction():
            self._connection.commit()
        else:  # prepared statements alone: SQLAlchemy knows nothing of them
            self._driver.commit()
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
        self._free: list[Opened] = []
        self.statements = PreparedStatements(self.engine.dialect)
        self._commits = 0
        self._checkpointing: asyncio.Task[None] | None = None

    def connect(self, *, writes: bool) -> AbstractAsyncContextManager[SqliteConnection]:
        return _Transaction(self, writes)

    async def begin(self, *, writes: bool) -> Opened:
        """A connection with a transaction open on it, for `end`."""
        # From here on: who waited behind one that gave up has waited as long, and gives up after a try.
        came = asyncio.get_running_loop().time()
        if writes:
            await self._writer.acquire()
        try:
            opened = self._free.pop() if self._free else _open(self.engine)
            try:
                await _begin(opened.driver, writes, came)
            except BaseException:  # cancelled while it waited, too
                opened.connection.close()
                raise
        except BaseException:
            if writes:
                self._writer.release()
            raise
        return opened

    def end(self, opened: Opened, *, writes: bool) -> None:
        """Roll back what was not committed, and keep the connection for the next."""
        connection = opened.connection
        try:
            try:
                _roll_back(opened)
            except BaseException:
                connection.close()
                raise
            if connection.invalidated or len(self._free) >= KEPT_CONNECTIONS:
                connection.close()
            else:
                self._free.append(opened)
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
            self._free.pop().connection.close()
        self.engine.dispose()


class _Transaction:
    """What `connect` enters and leaves; a class, because every step of a turn goes through it."""

    __slots__ = ("_database", "_opened", "_writes")

    def __init__(self, database: SqliteDatabase, writes: bool) -> None:
        self._database = database
        self._writes = writes

    async def __aenter__(self) -> SqliteConnection:
        database = self._database
        self._opened = await database.begin(writes=self._writes)
        return SqliteConnection(
            self._opened, database.statements, database.count_commit if self._writes else None
        )

    async def __aexit__(self, *_: object) -> None:
        self._database.end(self._opened, writes=self._writes)


def _open(engine: sa.Engine) -> Opened:
    connection = engine.connect()
    return Opened(connection, _driver_of(connection))


def _driver_of(connection: sa.Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


async def _begin(driver: sqlite3.Connection, writes: bool, came: float) -> None:
    """Begin, and take the lock or the snapshot, so that no later statement can find the database locked."""
    # Alone in the loop: SQLAlchemy's own begin comes with the first statement and finds the transaction open.
    pause = FIRST_PAUSE_S
    while True:
        try:
            return _begin_now(driver, writes)
        except sqlite3.OperationalError as error:
            waited = asyncio.get_running_loop().time() - came
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


def _roll_back(opened: Opened) -> None:
    # None where no statement ran, or prepared ones alone. After a commit that failed (a full disk) it is
    # there but not active any more: only a rollback lets SQLAlchemy use the connection again.
    if opened.connection.get_transaction() is not None:
        opened.connection.rollback()
    if opened.driver.in_transaction:
        opened.driver.rollback()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _prepare(engine: sa.Engine, foreign_keys: bool) -> None:
    @event.listens_for(engine, "begin")
    def _begin_again(connection: sa.Connection) -> None:
        """After a commit in the middle; the first begin is `_begin`'s."""
        driver = _driver_of(connection)
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
