"""The socket against RFC 6455, byte by byte: wrong frames are closed with their code, right ones understood.

Whatever one peer does, the gateway stays well and keeps what it acknowledged.
"""

import asyncio
import json
import socket as sockets
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from bot.channels.web.frames import MAX_FRAME_BYTES
from bot.channels.web.socket import HARD_FRAME_BYTES
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import Running, eventually
from tests.integration.console import browser_of, own_origin
from tests.integration.raw_socket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Socket,
    closing,
    connected,
    frame,
    shake_hands,
    text,
)
from tests.integration.web import RawClient, text_body

pytestmark = pytest.mark.rules("W3")

PROTOCOL_ERROR, INVALID_DATA, TOO_BIG = 1002, 1007, 1009
HELLO_THERE = "hello, কথা"


@asynccontextmanager
async def welcomed(running: Running, raw: RawClient, token: str = "") -> AsyncIterator[Socket]:
    """A socket that has been welcomed."""
    token = token or (await raw.open_session())["token"]
    async with connected(running.base) as socket:
        await socket.send(text({"type": "hello", "token": token}))
        await socket.receive_json("welcome")
        yield socket


async def is_well(running: Running, raw: RawClient) -> bool:
    """Another customer's socket is served."""
    async with welcomed(running, raw) as other:
        await other.send(text({"type": "ping"}))
        return bool(await other.receive_json("pong"))


def sending(words: str = HELLO_THERE) -> dict[str, Any]:
    return {"type": "send", **text_body(words)}


WRONG: dict[str, tuple[bytes, int]] = {
    "reserved_bit_1_without_an_extension": (frame(TEXT, b"{}", rsv=0b100), PROTOCOL_ERROR),
    "reserved_bit_2": (frame(TEXT, b"{}", rsv=0b010), PROTOCOL_ERROR),
    "reserved_bit_3": (frame(TEXT, b"{}", rsv=0b001), PROTOCOL_ERROR),
    "reserved_bit_in_a_ping": (frame(PING, rsv=0b010), PROTOCOL_ERROR),
    **{
        f"reserved_opcode_{opcode:x}": (frame(opcode, b"{}"), PROTOCOL_ERROR)
        for opcode in (0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF)
    },
    "ping_in_fragments": (frame(PING, b"a", fin=False), PROTOCOL_ERROR),
    "close_in_fragments": (frame(CLOSE, struct.pack("!H", 1000), fin=False), PROTOCOL_ERROR),
    "ping_too_long": (frame(PING, b"x" * 126), PROTOCOL_ERROR),
    "close_too_long": (frame(CLOSE, struct.pack("!H", 1000) + b"x" * 124), PROTOCOL_ERROR),
    "continuation_of_nothing": (frame(CONTINUATION, b"{}"), PROTOCOL_ERROR),
    "continuation_of_nothing_in_fragments": (frame(CONTINUATION, b"{}", fin=False), PROTOCOL_ERROR),
    "text_within_a_text": (frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"), PROTOCOL_ERROR),
    "binary_within_a_text": (frame(TEXT, b"{", fin=False) + frame(BINARY, b"}"), PROTOCOL_ERROR),
    "close_with_half_a_code": (frame(CLOSE, b"\x03"), PROTOCOL_ERROR),
    **{
        f"close_code_{code}": (closing(code), PROTOCOL_ERROR)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    },
    "close_reason_that_is_not_utf8": (closing(1000, b"\xce\xba\xff"), INVALID_DATA),
    "text_that_is_not_utf8": (frame(TEXT, b'{"type": "ping", "x": "\xff"}'), INVALID_DATA),
    "text_with_half_a_surrogate": (frame(TEXT, b'"\xed\xa0\x80"'), INVALID_DATA),
    "text_that_ends_within_a_letter": (frame(TEXT, "ক".encode()[:2]), INVALID_DATA),
    "text_in_fragments_that_is_not_utf8": (
        frame(TEXT, b'{"type": "p', fin=False) + frame(CONTINUATION, b'\xff"}'),
        INVALID_DATA,
    ),
    "larger_than_allowed": (frame(TEXT, b"x" * (MAX_FRAME_BYTES + 1)), TOO_BIG),
    "much_larger_than_allowed": (frame(TEXT, b"x" * (HARD_FRAME_BYTES + 1)), TOO_BIG),
    "claims_a_gigabyte": (frame(TEXT, b"x", length=1 << 30), TOO_BIG),
    "claims_more_than_there_is": (frame(TEXT, b"x", length=1 << 63), TOO_BIG),
    "larger_than_allowed_in_fragments": (
        frame(TEXT, b"x" * 9000, fin=False) + frame(CONTINUATION, b"x" * 9000),
        TOO_BIG,
    ),
}


@pytest.mark.parametrize(("data", "code"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_wrong_is_closed_with_its_code(
    running: Running, raw: RawClient, data: bytes, code: int
) -> None:
    session = await raw.open_session()
    async with welcomed(running, raw, session["token"]) as socket:
        kept = sending("kept")
        await socket.send(text(kept) + data)
        assert (await socket.receive_json("ack"))["client_msg_id"] == kept["client_msg_id"]
        assert await socket.close_code() == code
        assert await socket.ended()
    assert (await raw.events(session["token"]))[0]["text"] == "kept"
    assert await is_well(running, raw)


async def test_the_consoles_socket_is_as_strict(running: Running, http: ClientSession) -> None:
    agent = await browser_of(running.base, http, running.store)
    headers = {"Cookie": f"kotha_agent={agent.cookie}", "Origin": own_origin()}
    codes = {}
    for name, (data, _) in WRONG.items():
        async with connected(running.base, "/api/console/socket", **headers) as socket:
            await socket.send(text({"type": "hello", "tab": str(uuid4())}))
            await socket.receive_json("welcome")
            await socket.send(data)
            codes[name] = await socket.close_code()
    assert codes == {name: code for name, (_, code) in WRONG.items()}


async def test_endless_fragments_are_too_big(running: Running, raw: RawClient) -> None:
    async with welcomed(running, raw) as socket:
        await socket.send(frame(TEXT, b"x" * 1000, fin=False))
        for _ in range(HARD_FRAME_BYTES // 1000 + 1):
            await socket.send(frame(CONTINUATION, b"x" * 1000, fin=False))
        assert await socket.close_code() == TOO_BIG
    assert await is_well(running, raw)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[begin : begin + size] for begin in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 7, 50])
async def test_fragments_with_pings_between_are_one_message(
    running: Running, raw: RawClient, engine: FakeEngine, size: int
) -> None:
    async with welcomed(running, raw) as socket:
        message = sending()
        first, *others = pieces(json.dumps(message, ensure_ascii=False).encode(), size)
        await socket.send(frame(TEXT, first, fin=False))
        for number, piece in enumerate(others):
            await socket.send(frame(PING, str(number).encode()) + frame(CONTINUATION, piece, fin=False))
            assert await socket.receive() == (PONG, str(number).encode())
        await socket.send(frame(CONTINUATION))
        assert (await socket.receive_json("ack"))["client_msg_id"] == message["client_msg_id"]
    await eventually(lambda: engine.asked == [HELLO_THERE])


async def test_bytes_that_come_one_by_one_are_a_frame(running: Running, raw: RawClient) -> None:
    async with welcomed(running, raw) as socket:
        for byte in pieces(text({"type": "ping"}), 1):
            await socket.send(byte)
            await asyncio.sleep(0)
        assert await socket.receive_json("pong")


@pytest.mark.parametrize("payload", [b"", b"\x00\xff", b"x" * 125], ids=["empty", "binary", "longest"])
async def test_a_ping_comes_back_as_it_was(running: Running, raw: RawClient, payload: bytes) -> None:
    async with welcomed(running, raw) as socket:
        await socket.send(frame(PING, payload))
        assert await socket.receive() == (PONG, payload)


async def test_pongs_nobody_asked_for_are_ignored(running: Running, raw: RawClient) -> None:
    async with welcomed(running, raw) as socket:
        await socket.send(frame(PONG) + frame(PONG, b"unasked") + text({"type": "ping"}))
        assert await socket.receive_json("pong")


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 3000, 3999, 4000, 4999])
async def test_a_close_is_answered_and_what_comes_after_it_is_not_read(
    running: Running, raw: RawClient, engine: FakeEngine, code: int
) -> None:
    session = await raw.open_session()
    async with welcomed(running, raw, session["token"]) as socket:
        await socket.send(closing(code, "বিদায়".encode()) + text(sending("too late")))
        assert await socket.close_code() in (code, 1000)
        assert await socket.ended()
    assert await raw.events(session["token"]) == []
    assert await is_well(running, raw)


async def test_a_close_without_a_code_is_answered(running: Running, raw: RawClient) -> None:
    async with welcomed(running, raw) as socket:
        await socket.send(frame(CLOSE))
        assert (await socket.receive())[0] == CLOSE
        assert await socket.ended()


async def test_a_connection_closed_by_half_loses_nothing(
    running: Running, raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    async with welcomed(running, raw, session["token"]) as socket:
        await socket.send(text(sending("the last words")))
        socket.writer.write_eof()
        await eventually(lambda: engine.asked == ["the last words"])
    assert (await raw.events(session["token"]))[0]["text"] == "the last words"
    assert await is_well(running, raw)


async def test_a_connection_reset_within_a_frame_loses_nothing(
    running: Running, raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    async with welcomed(running, raw, session["token"]) as socket:
        await socket.send(text(sending("acknowledged")))
        await socket.receive_json("ack")
        await socket.send(text(sending("never whole"))[:-3])
        underlying = socket.writer.get_extra_info("socket")
        underlying.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    await eventually(lambda: running.gateway.metrics.registry.get_sample_value("kotha_sockets") == 0)
    assert engine.asked == ["acknowledged"]
    assert await is_well(running, raw)


async def test_compression_is_not_taken_up_so_nothing_can_burst(running: Running, raw: RawClient) -> None:
    offered = {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}
    host, _, port = running.base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        status, head = await shake_hands(reader, writer, host, "/api/web/demo/socket", offered)
        assert status == 101
        assert "sec-websocket-extensions" not in head.lower()
        await (socket := Socket(reader, writer)).send(frame(TEXT, b"\x4b\x4c" * 100, rsv=0b100))
        assert await socket.close_code() == PROTOCOL_ERROR
    finally:
        writer.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"Sec_WebSocket_Version": "12"},
        {"Sec_WebSocket_Key": ""},
        {"Sec_WebSocket_Key": "short"},
        {"Upgrade": "h2c"},
        {"Connection": "close"},
    ],
    ids=["old_version", "no_key", "half_a_key", "another_upgrade", "no_upgrade"],
)
async def test_a_wrong_handshake_is_told_so(running: Running, wrong: dict[str, str]) -> None:
    host, _, port = running.base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        status, _ = await shake_hands(reader, writer, host, "/api/web/demo/socket", wrong)
        assert status == 400
    finally:
        writer.close()
