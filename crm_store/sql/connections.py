"""What repositories and migrations need of a database, whichever it is."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

from crm_store.use_cases.ports.hints import HintSource

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")
Result = sa.CursorResult[*tuple[Any, ...]]


class Connection(Protocol):
    """The part of SQLAlchemy's AsyncConnection that is used here."""

    @property
    def dialect(self) -> sa.Dialect: ...

    async def execute(self, statement: Any, parameters: Any = None) -> Result:
        """Run one statement; with a list of parameters, once for each."""
        ...

    async def run_sync(
        self,
        fn: Callable[Concatenate[sa.Connection, Arguments], Answer],
        *arg: Arguments.args,
        **kw: Arguments.kwargs,
    ) -> Answer:
        """Run code written for a synchronous connection (Alembic's)."""
        ...

    async def commit(self) -> None: ...


class Database(Protocol):
    """A database that is open: its connections come from a pool."""

    @property
    def engine(self) -> sa.Engine:
        """For listening to what is sent to the database; its connections are made by `connect` alone."""
        ...

    def connect(self, *, writes: bool) -> AbstractAsyncContextManager[Connection]:
        """One transaction's connection; leaving it without `commit` rolls back. Say when it `writes`."""
        ...

    def hints(self) -> HintSource | None:
        """Where other processes' commits are told of; None where nobody tells."""
        ...

    async def close(self) -> None:
        """Give back all connections."""
        ...
