"""PostgreSQL under test: reached through a wire, stopped as a power cut would and started again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg  # type: ignore[import-untyped]

from tests.contracts.postgres import SUPERUSER, PrivateServer, private_server
from tests.faults.wires import LOOPBACK, Wire
from tests.fixtures.service import free_port

DATABASE = "kotha_faults"
# What was committed must survive the server's own death; the machine's is not played.
SETTINGS = ("fsync=off", "synchronous_commit=on", "full_page_writes=off", "max_connections=200")


@dataclass
class PostgresStore:
    """A server of its own: `down` ends it in the middle of everything."""

    faults: tuple[str, ...] = ("down",)
    _server: PrivateServer | None = None

    @asynccontextmanager
    async def opened(self, wires: dict[str, Wire], chance: random.Random) -> AsyncIterator[str]:
        """See FaultyStore; the connections can be cut and delayed as well."""
        port = free_port()
        with private_server(SETTINGS, port=port) as self._server:
            connection = await asyncpg.connect(host=LOOPBACK, port=port, user=SUPERUSER, database="postgres")
            await connection.execute(f"CREATE DATABASE {DATABASE}")
            await connection.close()
            wire = wires["store"] = Wire("store", port, chance)
            await wire.start()
            try:
                yield f"postgresql+asyncpg://{SUPERUSER}@{LOOPBACK}:{wire.port}/{DATABASE}"
            finally:
                await wire.close()

    async def strike(self, _what: str, seconds: float) -> None:
        """See FaultyStore."""
        assert self._server is not None
        await asyncio.to_thread(self._server.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._server.start)
