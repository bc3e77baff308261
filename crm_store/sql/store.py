"""The store over SQLAlchemy: connections, transactions, and the repositories of a unit of work."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa

from crm_store.sql.connections import Connection, Database
from crm_store.sql.engine import open_database, translated_errors
from crm_store.sql.repositories.commerce import SqlCommerceRepositories
from crm_store.sql.repositories.conversations import SqlConversations
from crm_store.sql.repositories.messages import SqlMessages
from crm_store.sql.repositories.outbox import SqlOutbox
from crm_store.sql.repositories.people import SqlIdentities, SqlSessions
from crm_store.sql.repositories.review import SqlReviewCandidates
from crm_store.sql.repositories.turns import SqlTurns

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC. Tests turn the hands."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class SqlUnitOfWork(SqlCommerceRepositories):
    """One transaction on one connection. Repositories are made when first asked for."""

    def __init__(self, connection: Connection, now: datetime) -> None:
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

    @cached_property
    def review(self) -> SqlReviewCandidates:
        return SqlReviewCandidates(self.connection)


class SqlStore:
    """See `crm_store.use_cases.unit_of_work.Store`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def engine(self) -> sa.Engine:
        """For measurements; use cases go through `begin` and `read`."""
        return self._database.engine

    def begin(self) -> AbstractAsyncContextManager[SqlUnitOfWork]:
        return self._unit_of_work(writes=True)

    def read(self) -> AbstractAsyncContextManager[SqlUnitOfWork]:
        return self._unit_of_work(writes=False)

    @asynccontextmanager
    async def _unit_of_work(self, *, writes: bool) -> AsyncIterator[SqlUnitOfWork]:
        with translated_errors():
            async with self._database.connect(writes=writes) as connection:
                yield SqlUnitOfWork(connection, self._clock())

    async def ping(self) -> None:
        async with self.read() as uow:
            await uow.connection.execute(sa.text("SELECT 1"))

    async def close(self) -> None:
        await self._database.close()


async def open_store(url: str, *, clock: Clock = utc_now) -> SqlStore:
    """Open the store at `url`; it connects when first needed. Close it with `await store.close()`."""
    return SqlStore(open_database(url), clock)
