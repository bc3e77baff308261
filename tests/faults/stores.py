"""The store under test and what can go wrong with it."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.faults.wires import Wire

SLOW_HOLD_SECONDS = 0.25
SLOW_GAP_SECONDS = 0.1
BUSY_SECONDS = 30.0
SMALL_DISK_MB = 512
NAME = "kotha.sqlite3"


class FaultyStore(Protocol):
    """A database that can be made unavailable, slow or full."""

    faults: tuple[str, ...]
    """What `strike` knows, once it is open."""

    def opened(self, wires: dict[str, Wire], chance: random.Random) -> AbstractAsyncContextManager[str]:
        """The running database; gives its URL. It may lay a wire of its own."""
        ...

    async def strike(self, what: str, seconds: float) -> None:
        """Let it happen for so long."""
        ...


@dataclass
class SqliteStore:
    """A file: `lock` is another program's long transaction, `slow` many short ones, `full` its disk."""

    folder: Path
    faults: tuple[str, ...] = ("lock", "slow")

    @asynccontextmanager
    async def opened(self, _wires: dict[str, Wire], _chance: random.Random) -> AsyncIterator[str]:
        """See FaultyStore. On a disk of its own where one may be mounted; else it is never full."""
        disk = self.folder / "disk"
        disk.mkdir()
        with small_disk(disk) as mounted:
            if mounted:
                self.faults += ("full",)
            yield f"sqlite:///{disk / NAME}"
            if mounted:  # the disk goes; what it held may be looked at
                for file in disk.iterdir():
                    shutil.copy(file, self.folder)

    async def strike(self, what: str, seconds: float) -> None:
        """See FaultyStore."""
        if what == "lock":
            await asyncio.to_thread(self._hold, seconds)
        elif what == "full":
            await self._fill(seconds)
        else:
            await self._slow(seconds)

    async def _slow(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await asyncio.to_thread(self._hold, SLOW_HOLD_SECONDS)
            await asyncio.sleep(SLOW_GAP_SECONDS)

    def _hold(self, seconds: float) -> None:
        path = self.folder / "disk" / NAME
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    async def _fill(self, seconds: float) -> None:
        """Leave no byte on the disk; whoever frees some has some."""
        ballast = self.folder / "disk" / f"ballast-{time.monotonic_ns()}"
        ends = time.monotonic() + seconds
        try:
            while time.monotonic() < ends:
                _take_what_is_left(ballast)
                await asyncio.sleep(SLOW_GAP_SECONDS)
        finally:
            ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk in memory at `folder`; False where this account may not mount any."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m,mode=700", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _take_what_is_left(ballast: Path) -> None:
    there = os.statvfs(ballast.parent)
    left = there.f_bavail * there.f_frsize
    if left <= 0:
        return
    with suppress(OSError), ballast.open("ab") as file:  # somebody else took it meanwhile
        os.posix_fallocate(file.fileno(), file.tell(), left)
