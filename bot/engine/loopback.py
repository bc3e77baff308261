"""POSTs over kept-alive connections to a server on this machine.

A tenth of what a general HTTP client costs: no redirects, cookies, proxies or name look-ups, one write a
request. httptools (the parser of uvicorn and sanic) reads the answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import cast
from urllib.parse import urlsplit

import httptools

from bot.engine import trace_parent


class Disconnected(ConnectionError):
    """The server closed the connection before its answer was complete; a kept one may just have grown old."""


class AnswerTooLarge(Exception):
    """The server sends more than the caller takes."""


class Answer:
    """Status and body of one response."""

    __slots__ = ("body", "status")

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body


class _Exchange(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self.reusable = True

    def post(self, request: bytes) -> asyncio.Future[Answer]:
        """Send; the future has the answer or why there is none."""
        self._parser = httptools.HttpResponseParser(self)
        self._parts, self._size = [], 0
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answer = answer
        if self._transport is None or self._transport.is_closing():
            self._fail(Disconnected("the kept connection was closed"))
        else:
            self._transport.write(request)
        return answer

    def close(self) -> None:
        """Drop the connection, whatever is under way."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio's side ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit from it

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the methods below."""
        if self._parser is None:
            self.close()  # nobody asked anything
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"not HTTP ({type(error).__name__})"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer that was expected will not come."""
        self.reusable = False
        self._fail(Disconnected("the connection was closed before the answer"))

    # --- the parser's side ---

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._size += len(body)
        if self._size > self._most_bytes:
            self._fail(AnswerTooLarge(f"more than {self._most_bytes} bytes"))
            self.close()
            return
        self._parts.append(body)

    def on_message_complete(self) -> None:
        """The answer is there."""
        parser, answer = self._parser, self._answer
        self._parser = None
        if parser is None:  # a second answer to one request
            self.close()
            return
        self.reusable = self.reusable and parser.should_keep_alive()
        if answer is not None and not answer.done():
            answer.set_result(Answer(parser.get_status_code(), b"".join(self._parts)))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class LoopbackClient:
    """Safe to use from many tasks at once: each request has a connection to itself."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        *,
        seconds: float,
        connect_seconds: float,
        most_bytes: int,
        most_connections: int,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        lines = [f"POST {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._head = ("\r\n".join(lines) + "\r\nContent-Length: ").encode("ascii")
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        self._most_bytes = most_bytes
        self._most_connections = most_connections
        self._free: list[_Exchange] = []
        self._slots: asyncio.Semaphore | None = None

    async def post(self, body: bytes, *, anew: bool = False) -> Answer:
        """One request; `anew`: on a connection of its own, not a kept one.

        Raises Disconnected, other OSErrors, asyncio.TimeoutError (after `seconds` in all) or AnswerTooLarge.
        """
        if self._slots is None:  # made in the loop that uses it
            self._slots = asyncio.Semaphore(self._most_connections)
        async with self._slots:
            exchange = await self._connect() if anew or not self._free else self._free.pop()
            try:
                return await self._exchange(exchange, body)
            finally:
                self._keep(exchange)

    def close(self) -> None:
        """Close the kept connections."""
        while self._free:
            self._free.pop().close()
        self._slots = None

    async def _connect(self) -> _Exchange:
        connecting = asyncio.get_running_loop().create_connection(
            lambda: _Exchange(self._most_bytes), self._host, self._port
        )
        _, exchange = await asyncio.wait_for(connecting, self._connect_seconds)
        return exchange

    async def _exchange(self, exchange: _Exchange, body: bytes) -> Answer:
        answer = exchange.post(b"%s%d\r\n%s\r\n%s" % (self._head, len(body), trace_parent.line(), body))
        late = asyncio.get_running_loop().call_later(self._seconds, _give_up, answer)
        try:
            return await answer
        except BaseException:  # cancelled, too: what comes later on this connection belongs to nobody
            exchange.close()
            raise
        finally:
            late.cancel()

    def _keep(self, exchange: _Exchange) -> None:
        if exchange.reusable:
            self._free.append(exchange)
        else:
            with contextlib.suppress(RuntimeError):  # the loop is closing
                exchange.close()


def _give_up(answer: asyncio.Future[Answer]) -> None:
    if not answer.done():
        answer.set_exception(asyncio.TimeoutError())
