"""Whoever follows PostgreSQL's hints follows them for as long as the process lives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any, cast

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from crm_store.sql import hints
from crm_store.sql.hints import PostgresHints


class DyingDriver:
    """A connection that ends while it is asked whether it is still there."""

    def __init__(self, death: Exception) -> None:
        self._death = death

    def add_termination_listener(self, _listener: Callable[..., None]) -> None:
        """It dies without saying so."""

    async def add_listener(self, _channel: str, _heard: Callable[..., None]) -> None:
        """It listens well."""

    async def execute(self, _statement: str, *, timeout: float) -> None:  # noqa: ASYNC109  as asyncpg says it
        assert timeout > 0
        raise self._death


class Server:
    """Takes every connection and lets it die."""

    def __init__(self, death: Exception) -> None:
        self._death = death
        self.connections = 0

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Any]:
        self.connections += 1

        async def get_raw_connection() -> Any:
            return SimpleNamespace(driver_connection=DyingDriver(self._death))

        yield SimpleNamespace(get_raw_connection=get_raw_connection)


# What asyncpg raises from a connection that is used directly; these have no base but Exception in common.
@pytest.mark.parametrize(
    "death",
    [
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        asyncpg.InternalClientError("got result for unknown protocol state"),
        TimeoutError(),
    ],
    ids=lambda death: type(death).__name__,
)
async def test_a_connection_that_dies_at_a_question_is_made_again(
    death: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "PING_EVERY_S", 0.0)
    monkeypatch.setattr(hints, "FIRST_PAUSE_S", 0.0)
    server, heard = Server(death), list[bool]()
    source = PostgresHints(cast(AsyncEngine, server), "me")
    following = asyncio.create_task(source.follow(lambda _hint: None, heard.append))
    for _ in range(100):
        await asyncio.sleep(0.001)
        if server.connections > 2:
            break
    assert not following.done()
    assert server.connections > 2
    assert heard[:4] == [True, False, True, False]
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
