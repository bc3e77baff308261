"""PostgreSQL over asyncpg."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from crm_store.sql.connections import Connection
from crm_store.sql.hints import PostgresHints

# Per process. PostgreSQL allows 100 connections by default: gateway, actions and two more fit.
POOL_SIZE: Final = 12
COMMAND_TIMEOUT_S: Final = 30.0
CONNECT_TIMEOUT_S: Final = 5.0
# Waiting longer for a free connection means the database is not keeping up.
POOL_TIMEOUT_S: Final = 10.0
# A host that lost its power says no goodbye: the rows its transactions locked stay locked until the server
# notices. Ours take milliseconds and are never idle for long; TCP's own two hours would hold up customers.
LOST_HOSTS: Final = {
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


class PostgresDatabase:
    """See `crm_store.sql.connections.Database`."""

    def __init__(self, url: URL, **options: Any) -> None:
        # Hints say who committed: what a process did itself it has told its own sockets already.
        self._name = f"kotha-{uuid4().hex[:16]}"
        connecting = {
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": COMMAND_TIMEOUT_S,
            "server_settings": {"application_name": self._name, **LOST_HOSTS},
        }
        self._listening = create_async_engine(url, poolclass=sa.NullPool, connect_args=connecting, **options)
        self._engine = create_async_engine(
            url,
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
            pool_pre_ping=True,  # replaces connections that died with a PostgreSQL before they fail a turn
            connect_args=connecting,
            **options,
        )

    @property
    def engine(self) -> sa.Engine:
        return self._engine.sync_engine

    @asynccontextmanager
    async def connect(self, *, writes: bool) -> AsyncIterator[Connection]:
        async with self._engine.connect() as connection:
            yield connection

    def hints(self) -> PostgresHints:
        return PostgresHints(self._listening, self._name)

    async def close(self) -> None:
        await self._listening.dispose()
        await self._engine.dispose()
