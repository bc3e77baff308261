"""A client of the socket that speaks bytes: every frame as RFC 6455 draws it, right or wrong."""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

FIN: Final = 0x80
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
ANSWER_SECONDS: Final = 5.0


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, length: int | None = None
) -> bytes:
    """One masked frame. `length` is what it claims to be long; `rsv` are the three reserved bits."""
    said = len(payload) if length is None else length
    head = bytes([(FIN if fin else 0) | rsv << 4 | opcode])
    if said < 126:
        head += bytes([0x80 | said])
    elif said < 1 << 16:
        head += bytes([0x80 | 126]) + struct.pack("!H", said)
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", said)
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def text(value: object) -> bytes:
    """A whole JSON text frame."""
    return frame(TEXT, json.dumps(value).encode())


def closing(code: int, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(CLOSE, struct.pack("!H", code) + reason)


@dataclass
class Socket:
    """An open connection after its handshake."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload. The gateway fragments and masks nothing."""
        async with asyncio.timeout(ANSWER_SECONDS):
            first, second = await self.reader.readexactly(2)
            length = second
            if second == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif second == 127:
                (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
            assert first & 0xF0 == FIN
            return first & 0x0F, await self.reader.readexactly(length)

    async def receive_json(self, kind: str) -> dict[str, Any]:
        """The next text of this type; others are passed over."""
        while True:
            opcode, payload = await self.receive()
            assert opcode == TEXT, (opcode, payload)
            said: dict[str, Any] = json.loads(payload)
            if said["type"] == kind:
                return said

    async def close_code(self) -> int | None:
        """Read on until the gateway closes: the code it says, None when it says none."""
        try:
            while True:
                opcode, payload = await self.receive()
                if opcode == CLOSE:
                    return int(struct.unpack("!H", payload[:2])[0]) if payload else None
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def ended(self) -> bool:
        """Whether the gateway closed the connection itself."""
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self.reader.read() == b""


@asynccontextmanager
async def connected(base: str, path: str = "/api/web/demo/socket", **headers: str) -> AsyncIterator[Socket]:
    """A connection after a handshake that was accepted."""
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        status, answer = await shake_hands(reader, writer, host, path, headers)
        assert status == 101, (status, answer)
        yield Socket(reader, writer)
    finally:
        writer.transport.abort()


async def shake_hands(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str, headers: dict[str, str]
) -> tuple[int, str]:
    """Ask for the upgrade; status and head of the answer."""
    wanted = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items() if value), "", ""]
    writer.write("\r\n".join(lines).encode())
    async with asyncio.timeout(ANSWER_SECONDS):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    return int(head.split(" ", 2)[1]), head
