"""The lean HTTP client, against servers that behave and servers that do not."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from bot.engine import trace_parent
from bot.engine.loopback import Answer, AnswerTooLarge, Disconnected, LoopbackClient

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Server:
    """Counts connections and keeps what it was sent."""

    def __init__(self, *answers: bytes, then_close: bool = False) -> None:
        self._answers = answers
        self._then_close = then_close
        self.connections = 0
        self.requests: list[bytes] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/webhook"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close both ends before the loop does."""
        for writer in self._writers:
            writer.close()
        self._server.close()
        await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                for part in self._answers:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.001)
                if self._then_close:
                    break
        writer.close()


def client_of(server: Server, **changes: Any) -> LoopbackClient:
    limits: dict[str, Any] = {
        "seconds": 5.0,
        "connect_seconds": 1.0,
        "most_bytes": 1000,
        "most_connections": 8,
        **changes,
    }
    return LoopbackClient(server.url, {"Authorization": "Bearer x"}, **limits)


def test_requests_in_a_row_share_a_connection() -> None:
    async def work() -> None:
        async with Server(OK) as server:
            client = client_of(server)
            answers = [await client.post(b"{}") for _ in range(3)]
            client.close()
        assert [(answer.status, answer.body) for answer in answers] == [(200, b"hi")] * 3
        assert server.connections == 1
        assert server.requests[0].startswith(b"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1:")
        assert server.requests[0].endswith(b"\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n\r\n{}")

    asyncio.run(work())


def test_an_answer_may_come_in_pieces_and_in_chunks() -> None:
    chunked = [
        b"HTTP/1.1 200 OK\r\nTransfer-",
        b"Encoding: chunked\r\n\r\n3\r\nabc",
        b"\r\n2\r\nde\r\n0\r\n\r\n",
    ]
    assert asyncio.run(_ask(Server(*chunked))).body == b"abcde"


def test_a_connection_the_server_closes_is_not_kept() -> None:
    async def work() -> int:
        async with Server(OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), then_close=True) as server:
            client = client_of(server)
            await client.post(b"{}")
            await client.post(b"{}")
            client.close()
            return server.connections

    assert asyncio.run(work()) == 2


@pytest.mark.parametrize(
    ("server", "error"),
    [
        (Server(then_close=True), Disconnected),
        (Server(OK[:-1], then_close=True), Disconnected),
        (Server(b"SSH-2.0-OpenSSH\r\n"), ConnectionError),
        (Server(OK[:-6] + b"2000\r\n\r\n" + b"x" * 2000), AnswerTooLarge),
        (Server(), asyncio.TimeoutError),
    ],
    ids=["nothing", "half", "rubbish", "too much", "silence"],
)
def test_what_is_no_answer_is_an_error(server: Server, error: type[Exception]) -> None:
    with pytest.raises(error):
        asyncio.run(_ask(server, seconds=0.2))


def test_requests_at_once_have_connections_of_their_own_up_to_a_limit() -> None:
    async def work() -> tuple[int, int]:
        async with Server(OK) as server:
            client = client_of(server, most_connections=3)
            answers = await asyncio.gather(*(client.post(b"{}") for _ in range(10)))
            client.close()
            return len(answers), server.connections

    assert asyncio.run(work()) == (10, 3)


def test_what_was_given_up_leaves_nothing_for_the_next() -> None:
    async def work() -> Answer:
        async with Server(OK) as server:
            client = client_of(server)
            given_up = asyncio.ensure_future(client.post(b"{}"))
            await asyncio.sleep(0.01)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
            answer = await client.post(b"{}")
            client.close()
            return answer

    assert asyncio.run(work()).body == b"hi"


async def _ask(server: Server, **changes: Any) -> Answer:
    async with server:
        client = client_of(server, **changes)
        try:
            return await client.post(b"{}")
        finally:
            client.close()


@pytest.mark.parametrize(
    ("header", "handed_on"),
    [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", True),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Evil: 1", False),
        ("anything", False),
        ("", False),
        (None, False),
    ],
)
def test_the_place_in_the_trace_is_handed_on_and_nothing_else(header: str | None, handed_on: bool) -> None:
    async def ask() -> bytes:
        trace_parent.take(header)
        async with Server(OK) as server:
            client = client_of(server)
            await client.post(b"{}")
            client.close()
            return server.requests[0]

    request = asyncio.run(ask())
    assert (b"traceparent" in request) == handed_on
    assert b"Evil" not in request
    if handed_on and header is not None:
        assert f"\r\ntraceparent: {header}\r\n".encode() in request
