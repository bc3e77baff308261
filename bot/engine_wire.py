"""POSTs to an engine over kept connections, one request at a time on each.

A quarter of what a general HTTP client costs: no redirects, cookies, proxies or header objects, one write a
request. The engine's own side has its like (`bot/engine/loopback.py`); the wall between the interpreters
keeps them apart. httptools, which reads the answers, is uvicorn's parser.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

import httptools

Answer = tuple[int, bytes]
"""Status and body."""


class Disconnected(ConnectionError):
    """The engine closed the connection before its answer was complete; a kept one may just have grown old."""


class AnswerTooLarge(Exception):
    """The engine sends more than is taken; the rest was not read."""


class ConnectTimedOut(ConnectionError):
    """Nobody took the connection in time."""


class _Exchange(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._body = b""
        self.reusable = True

    def post(self, request: bytes) -> asyncio.Future[Answer]:
        """Send; the future has the answer, or why there is none."""
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._fail(Disconnected("the kept connection was closed"))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Drop the connection, whatever is under way."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    # ---- the event loop's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit from it

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            self.close()  # nobody asked anything
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"not HTTP ({type(error).__name__})"))
            self.close()

    def connection_lost(self, _error: Exception | None) -> None:
        self.reusable = False
        self._fail(Disconnected("the connection was closed before the answer"))

    # ---- the parser's side

    def on_body(self, body: bytes) -> None:
        """A part of the body; mostly it comes in one."""
        self._body += body
        if len(self._body) > self._most_bytes:
            self._fail(AnswerTooLarge())
            self.close()

    def on_message_complete(self) -> None:
        """The answer is there; a second one to the same request ends the connection."""
        parser, self._parser = self._parser, None
        if parser is None:
            self.close()
            return
        self.reusable = self.reusable and parser.should_keep_alive()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((parser.get_status_code(), self._body))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class EngineWire:
    """The connections to one engine. Safe to use from many tasks: each request has one to itself."""

    def __init__(
        self, url: str, headers: Mapping[str, str], *, seconds: float, connect_seconds: float, most_bytes: int
    ) -> None:
        parts = urlsplit(url)
        self._secure = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if self._secure else 80)
        lines = [f"POST {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}", *_lines(headers)]
        self._head = ("\r\n".join(lines) + "\r\n").encode("ascii")
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        self._most_bytes = most_bytes
        self._free: list[_Exchange] = []

    async def post(self, body: bytes, headers: Mapping[str, str], *, anew: bool = False) -> Answer:
        """One request; `anew`: on a connection of its own, not a kept one.

        Raises Disconnected, ConnectTimedOut, other OSErrors, AnswerTooLarge; TimeoutError after `seconds`.
        """
        exchange = await self._connect() if anew or not self._free else self._free.pop()
        try:
            return await self._exchange(exchange, body, headers)
        finally:
            if exchange.reusable:
                self._free.append(exchange)
            else:
                exchange.close()

    def close(self) -> None:
        """Close the kept connections; the next request opens new ones."""
        while self._free:
            self._free.pop().close()

    async def _connect(self) -> _Exchange:
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, exchange = await asyncio.get_running_loop().create_connection(
                    lambda: _Exchange(self._most_bytes), self._host, self._port, ssl=self._secure
                )
        except TimeoutError:
            raise ConnectTimedOut from None
        return exchange

    async def _exchange(self, exchange: _Exchange, body: bytes, headers: Mapping[str, str]) -> Answer:
        more = "".join(f"{line}\r\n" for line in _lines(headers)).encode("ascii")
        answer = exchange.post(b"%s%sContent-Length: %d\r\n\r\n%s" % (self._head, more, len(body), body))
        late = asyncio.get_running_loop().call_later(self._seconds, _give_up, answer)
        try:
            return await answer
        except BaseException:  # cancelled, too: what comes later on this connection belongs to nobody
            exchange.close()
            raise
        finally:
            late.cancel()


def _lines(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _give_up(answer: asyncio.Future[Answer]) -> None:
    if not answer.done():
        answer.set_exception(TimeoutError())
