"""A TCP proxy between two parts of the service: passes everything on until the plan wants trouble."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK_BYTES = 65_536
LOOPBACK = "127.0.0.1"
RUBBISH = b"<html>Bad \xff gateway"
_RUBBISH_ANSWERS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (len(RUBBISH), RUBBISH),
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
    b"\x00\x01not http at all\r\n\r\n",
)

Change = Callable[[bytes], bytes]


@dataclass
class Wire:
    """Connections from `port` to `target`."""

    name: str
    target: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    port: int = 0
    _server: asyncio.Server | None = None
    _refusing: int = 0
    _delay: float = 0.0
    _garbling: int = 0
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def base(self) -> str:
        """Its address over HTTP."""
        return f"http://{LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """Listen on a free port."""
        self._flowing.set()
        self._server = await asyncio.start_server(self._take, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cut everything and listen no more."""
        self._flowing.set()
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def cut(self) -> None:
        """Every connection breaks; new ones are welcome."""
        for writer in list(self._open):
            writer.transport.abort()

    async def refuse(self, seconds: float) -> None:
        """Nobody gets through for so long."""
        self._refusing += 1
        self.cut()
        await asyncio.sleep(seconds)
        self._refusing -= 1

    async def delay(self, seconds: float) -> None:
        """Everything arrives late for so long."""
        self._delay = self.chance.uniform(0.1, 0.8)
        await asyncio.sleep(seconds)
        self._delay = 0.0

    async def hang(self, seconds: float) -> None:
        """Connections are taken and nothing passes for so long."""
        self._flowing.clear()
        await asyncio.sleep(seconds)
        self._flowing.set()

    async def garble(self, seconds: float) -> None:
        """Answers become rubbish, or break off in the middle, for so long."""
        self._garbling += 1
        await asyncio.sleep(seconds)
        self._garbling -= 1

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        self._open.add(writer)
        try:
            if not self._refusing:
                await self._join(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()  # what was written still arrives, unless the connection was cut

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            return
        self._open.add(back)
        try:
            pumps = [
                asyncio.create_task(self._pump(reader, back, _same)),
                asyncio.create_task(self._pump(there, writer, self._answer)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            self._open.discard(back)
            back.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Change) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                await self._flowing.wait()
                if self._delay:
                    await asyncio.sleep(self._delay)
                changed = change(chunk)
                writer.write(changed)
                await writer.drain()
                if changed != chunk:
                    return

    def _answer(self, chunk: bytes) -> bytes:
        if not self._garbling:
            return chunk
        if self.chance.random() < 0.25:
            return chunk[: len(chunk) // 2]
        return self.chance.choice(_RUBBISH_ANSWERS)


def _same(chunk: bytes) -> bytes:
    return chunk
