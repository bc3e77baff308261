"""The store over SQLAlchemy: connections, transactions, and the repositories of a unit of work."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import cached_property
from types import TracebackType

import sqlalchemy as sa

from crm_store.sql.connections import Connection, Database
from crm_store.sql.engine import TRANSLATED, open_database, translated_errors
from crm_store.sql.queries.console import SqlConsoleReads
from crm_store.sql.repositories.agent_messages import SqlAgentMessages
from crm_store.sql.repositories.agents import SqlAgents
from crm_store.sql.repositories.attachments import SqlAttachments
from crm_store.sql.repositories.commerce import SqlCommerceRepositories
from crm_store.sql.repositories.conversations import SqlConversations
from crm_store.sql.repositories.desk_repositories import SqlDeskRepositories
from crm_store.sql.repositories.handling import SqlHandlings
from crm_store.sql.repositories.linking import SqlLinks
from crm_store.sql.repositories.merging import SqlMerges
from crm_store.sql.repositories.messages import SqlMessages
from crm_store.sql.repositories.notes import SqlLabels, SqlNotes
from crm_store.sql.repositories.outbox import SqlOutbox
from crm_store.sql.repositories.people import SqlIdentities, SqlSessions
from crm_store.sql.repositories.platforms import SqlPlatforms
from crm_store.sql.repositories.received import SqlReceivedMessages
from crm_store.sql.repositories.review import SqlReviewCandidates
from crm_store.sql.repositories.surveys import SqlSurveys
from crm_store.sql.repositories.teams import SqlTeams
from crm_store.sql.repositories.turns import SqlTurns
from crm_store.sql.repositories.waiting import SqlWaitingRoom
from crm_store.use_cases.ports.hints import HintSource

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC. Tests turn the hands."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class SqlUnitOfWork(SqlCommerceRepositories, SqlConsoleReads, SqlDeskRepositories):
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
    def agents(self) -> SqlAgents:
        return SqlAgents(self.connection)

    @cached_property
    def agent_messages(self) -> SqlAgentMessages:
        return SqlAgentMessages(self.connection)

    @cached_property
    def attachments(self) -> SqlAttachments:
        return SqlAttachments(self.connection)

    @cached_property
    def teams(self) -> SqlTeams:
        return SqlTeams(self.connection)

    @cached_property
    def notes(self) -> SqlNotes:
        return SqlNotes(self.connection)

    @cached_property
    def labels(self) -> SqlLabels:
        return SqlLabels(self.connection)

    @cached_property
    def handling(self) -> SqlHandlings:
        return SqlHandlings(self.connection)

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
    def links(self) -> SqlLinks:
        return SqlLinks(self.connection)

    @cached_property
    def merges(self) -> SqlMerges:
        return SqlMerges(self.connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    @cached_property
    def surveys(self) -> SqlSurveys:
        return SqlSurveys(self.connection)

    @cached_property
    def waiting_room(self) -> SqlWaitingRoom:
        return SqlWaitingRoom(self.connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self.connection)

    @cached_property
    def platforms(self) -> SqlPlatforms:
        return SqlPlatforms(self.connection)

    @cached_property
    def received(self) -> SqlReceivedMessages:
        return SqlReceivedMessages(self.connection)

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
        return _Opening(self._database, self._clock, writes=True)

    def read(self) -> AbstractAsyncContextManager[SqlUnitOfWork]:
        return _Opening(self._database, self._clock, writes=False)

    def hints(self) -> HintSource | None:
        return self._database.hints()

    async def ping(self) -> None:
        async with self.read() as uow:
            await uow.connection.execute(sa.text("SELECT 1"))

    async def close(self) -> None:
        await self._database.close()


class _Opening:
    """A unit of work that is entered and left; a class, because every step of a turn goes through it."""

    __slots__ = ("_clock", "_connecting")

    def __init__(self, database: Database, clock: Clock, *, writes: bool) -> None:
        self._connecting = database.connect(writes=writes)
        self._clock = clock

    async def __aenter__(self) -> SqlUnitOfWork:
        with translated_errors():
            return SqlUnitOfWork(await self._connecting.__aenter__(), self._clock())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            with translated_errors():
                await self._connecting.__aexit__(None, None, None)
            return
        await self._connecting.__aexit__(kind, error, trace)
        if isinstance(error, TRANSLATED):
            with translated_errors():
                raise error


async def open_store(url: str, *, clock: Clock = utc_now) -> SqlStore:
    """Open the store at `url`; it connects when first needed. Close it with `await store.close()`."""
    return SqlStore(open_database(url), clock)
