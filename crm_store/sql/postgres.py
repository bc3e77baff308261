"""PostgreSQL over asyncpg."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from crm_store.sql.connections import Connection

# Per process. PostgreSQL allows 100 connections by default: gateway, actions and two more fit.
POOL_SIZE: Final = 12
COMMAND_TIMEOUT_S: Final = 30.0
CONNECT_TIMEOUT_S: Final = 5.0
# Waiting longer for a free connection means the database is not keeping up.
POOL_TIMEOUT_S: Final = 10.0


class PostgresDatabase:
    """See `crm_store.sql.connections.Database`."""

    def __init__(self, url: URL, **options: Any) -> None:
        self._engine = create_async_engine(
            url,
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
            pool_pre_ping=True,  # replaces connections that died with a PostgreSQL before they fail a turn
            connect_args={"timeout": CONNECT_TIMEOUT_S, "command_timeout": COMMAND_TIMEOUT_S},
            **options,
        )

    @property
    def engine(self) -> sa.Engine:
        return self._engine.sync_engine

    @asynccontextmanager
    async def connect(self, *, writes: bool) -> AsyncIterator[Connection]:
        async with self._engine.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self._engine.dispose()
