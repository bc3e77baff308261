"""The store over SQLAlchemy: connections, transactions, and the repositories of a unit of work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm_store.sql.engine import create_engine, translated_errors
from crm_store.sql.repositories.commerce import SqlCommerceRepositories
from crm_store.sql.repositories.conversations import SqlConversations
from crm_store.sql.repositories.messages import SqlMessages
from crm_store.sql.repositories.outbox import SqlOutbox
from crm_store.sql.repositories.people import SqlIdentities, SqlSessions
from crm_store.sql.repositories.turns import SqlTurns

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC. Tests turn the hands."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class SqlUnitOfWork(SqlCommerceRepositories):
    """One transaction on one connection. Repositories are made when first asked for."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self.connection = connection
        self.now = now

    async def commit(self) -> None:
        await self.connection.commit()

    @cached_property
    def conversations(self) -> SqlConversations:
        return SqlConversations(self.connection)

    @cached_property
    def messages(self) -> SqlMessages:
        return SqlMessages(self.connection)

    @cached_property
    def turns(self) -> SqlTurns:
        return SqlTurns(self.connection)

    @cached_property
    def identities(self) -> SqlIdentities:
        return SqlIdentities(self.connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self.connection)


class SqlStore:
    """See `crm_store.use_cases.unit_of_work.Store`."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        # The same connections, but their transactions begin as a writer's.
        self._writing_engine = engine.execution_options(kotha_writes=True)
        self._clock = clock
        # SQLite has one writer. Within this process writers queue here, first come first served; left to
        # SQLite they would poll with growing pauses, and somebody would wait for long.
        self._writers = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @property
    def engine(self) -> AsyncEngine:
        """For bulk loading (the seed) and measurements; use cases go through `begin` and `read`."""
        return self._engine

    def begin(self) -> AbstractAsyncContextManager[SqlUnitOfWork]:
        return self._unit_of_work(writes=True)

    def read(self) -> AbstractAsyncContextManager[SqlUnitOfWork]:
        return self._unit_of_work(writes=False)

    @asynccontextmanager
    async def _unit_of_work(self, *, writes: bool) -> AsyncIterator[SqlUnitOfWork]:
        async with AsyncExitStack() as stack:
            if writes and self._writers is not None:
                await stack.enter_async_context(self._writers)
            stack.enter_context(translated_errors())
            engine = self._writing_engine if writes else self._engine
            connection = await stack.enter_async_context(engine.connect())
            # Closing the connection rolls back whatever was not committed.
            yield SqlUnitOfWork(connection, self._clock())

    async def ping(self) -> None:
        async with self.read() as uow:
            await uow.connection.execute(sa.text("SELECT 1"))

    async def close(self) -> None:
        await self._engine.dispose()


async def open_store(url: str, *, clock: Clock = utc_now) -> SqlStore:
    """Open the store at `url`; it connects when first needed. Close it with `await store.close()`."""
    return SqlStore(create_engine(url), clock)
