"""The connections to an engine, against servers that behave and servers that do not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.engine_wire import AnswerTooLarge, ConnectTimedOut, Disconnected, EngineWire
from tests.fixtures.service import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
MOST_BYTES = 1000


@dataclass
class Server:
    """Answers every request with the same bytes, and remembers what it was sent."""

    answers: tuple[bytes, ...]
    then_close: bool
    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                await self._answer(writer)
                if self.then_close:
                    break
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        for part in self.answers:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.001)


@asynccontextmanager
async def server(*answers: bytes, then_close: bool = False) -> AsyncIterator[Server]:
    """A server on a free port; both ends are closed before the loop is."""
    served = Server(answers, then_close)
    listening = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/turn"
    try:
        yield served
    finally:
        for writer in served.writers:
            writer.close()
        listening.close()
        await asyncio.sleep(0.01)


def wire_to(url: str, *, seconds: float = 5.0) -> EngineWire:
    return EngineWire(
        url, {"Authorization": "Bearer x"}, seconds=seconds, connect_seconds=1.0, most_bytes=MOST_BYTES
    )


async def test_one_connection_serves_one_request_after_the_other() -> None:
    async with server(OK) as there:
        wire = wire_to(there.url)
        assert [await wire.post(b"{}", {}) for _ in range(3)] == [(200, b"hi")] * 3
        assert there.connections == 1
        wire.close()


async def test_requests_at_once_have_connections_of_their_own() -> None:
    async with server(OK) as there:
        wire = wire_to(there.url)
        await asyncio.gather(*(wire.post(b"{}", {}) for _ in range(3)))
        assert there.connections == 3
        wire.close()


async def test_what_is_sent_is_http() -> None:
    async with server(OK) as there:
        wire = wire_to(there.url)
        await wire.post("কথা".encode(), {"traceparent": "00-1"})
        head, _, body = there.requests[0].partition(b"\r\n\r\n")
        assert head.splitlines()[0] == b"POST /turn HTTP/1.1"
        assert {b"Authorization: Bearer x", b"traceparent: 00-1", b"Content-Length: 9"} < {*head.splitlines()}
        assert body.decode() == "কথা"
        wire.close()


async def test_an_answer_in_pieces_is_put_together() -> None:
    chunked = (
        b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chu",
        b"nked\r\n\r\n2\r\nhi\r\n",
        b"1\r\n!\r\n0\r\n\r\n",
    )
    async with server(*chunked) as there:
        wire = wire_to(there.url)
        assert await wire.post(b"{}", {}) == (500, b"hi!")
        wire.close()


async def test_a_kept_connection_that_was_closed_says_so_and_a_new_one_works() -> None:
    async with server(OK, then_close=True) as there:
        wire = wire_to(there.url)
        await wire.post(b"{}", {})
        await asyncio.sleep(0.02)  # the server's close arrives
        with pytest.raises(Disconnected):
            await wire.post(b"{}", {})
        assert await wire.post(b"{}", {}, anew=True) == (200, b"hi")
        wire.close()


async def test_a_connection_that_is_asked_to_end_is_not_kept() -> None:
    async with server(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi") as there:
        wire = wire_to(there.url)
        for _ in range(2):
            assert await wire.post(b"{}", {}) == (200, b"hi")
        assert there.connections == 2


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000, AnswerTooLarge),
        (b"SSH-2.0-OpenSSH\r\n", ConnectionError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi", Disconnected),
    ],
)
async def test_rubbish_is_an_error_and_ends_the_connection(answer: bytes, raised: type[Exception]) -> None:
    async with server(answer, then_close=True) as there:
        wire = wire_to(there.url)
        with pytest.raises(raised):
            await wire.post(b"{}", {})
        assert not wire._free


async def test_an_answer_that_does_not_come_is_given_up() -> None:
    async with server() as there:
        wire = wire_to(there.url, seconds=0.05)
        with pytest.raises(TimeoutError):
            await wire.post(b"{}", {})
        assert not wire._free


async def test_a_cancelled_request_leaves_no_connection_behind() -> None:
    async with server() as there:
        wire = wire_to(there.url)
        asking = asyncio.create_task(wire.post(b"{}", {}))
        await asyncio.sleep(0.02)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not wire._free


async def test_nobody_there_is_an_error_at_once() -> None:
    with pytest.raises(ConnectionRefusedError):
        await wire_to(f"http://127.0.0.1:{free_port()}/turn").post(b"{}", {})


async def test_a_host_that_takes_no_connection_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
    wire = EngineWire("http://127.0.0.1/turn", {}, seconds=5.0, connect_seconds=0.01, most_bytes=MOST_BYTES)
    with pytest.raises(ConnectTimedOut):
        await wire.post(b"{}", {})
