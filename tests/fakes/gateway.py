"""A bot's own web server: takes what a platform delivers and answers as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    body: bytes
    headers: dict[str, str]


@dataclass
class Gateway:
    """`answers` are the next responses; after them everything is taken."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[Callable[[], web.Response]] = field(default_factory=list)
    slow: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        """POST anything."""
        self.received.append(Received(await request.read(), dict(request.headers)))
        self._news.set()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.slow)
            return self.answers.pop(0)() if self.answers else web.Response()
        finally:
            self.at_once -= 1

    async def arrived(self, count: int, within: float = 30.0) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(within):
            while len(self.received) < count:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def serve_gateway() -> AsyncIterator[Gateway]:
    """Serve on loopback."""
    gateway = Gateway()
    app = web.Application()
    app.router.add_post("/{path:.*}", gateway.take)
    server = TestServer(app)
    await server.start_server()
    gateway.url = str(server.make_url("/"))
    try:
        yield gateway
    finally:
        await server.close()


def status(code: int, body: str = "", **headers: str) -> Callable[[], web.Response]:
    """An answer with this status; `Retry_After="30"` becomes a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: web.Response(status=code, text=body, headers=named)
