"""The store under test and what can go wrong with it."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.faults.wires import Wire

SLOW_HOLD_SECONDS = 0.25
SLOW_GAP_SECONDS = 0.1
BUSY_SECONDS = 30.0


class FaultyStore(Protocol):
    """A database that can be made unavailable, slow or full."""

    faults: tuple[str, ...]
    """What `strike` knows."""

    def opened(self, wires: dict[str, Wire], chance: random.Random) -> AbstractAsyncContextManager[str]:
        """The running database; gives its URL. It may lay a wire of its own."""
        ...

    async def strike(self, what: str, seconds: float) -> None:
        """Let it happen for so long."""
        ...


@dataclass
class SqliteStore:
    """A file: `lock` is another program's long transaction, `slow` many short ones."""

    path: Path
    faults: tuple[str, ...] = ("lock", "slow")

    @asynccontextmanager
    async def opened(self, _wires: Mapping[str, Wire], _chance: random.Random) -> AsyncIterator[str]:
        """See FaultyStore."""
        yield f"sqlite:///{self.path}"

    async def strike(self, what: str, seconds: float) -> None:
        """See FaultyStore."""
        if what == "lock":
            await asyncio.to_thread(self._hold, seconds)
            return
        ends = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < ends:
            await asyncio.to_thread(self._hold, SLOW_HOLD_SECONDS)
            await asyncio.sleep(SLOW_GAP_SECONDS)

    def _hold(self, seconds: float) -> None:
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
