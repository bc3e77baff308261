"""The wire between two parts: passes everything on, until it is told not to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.faults.wires import LOOPBACK, Wire


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A wire to a server that sends everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1024):
            writer.write(chunk)
        writer.close()

    server = await asyncio.start_server(echo, LOOPBACK, 0)
    wire = Wire("echo", server.sockets[0].getsockname()[1])
    await wire.start()
    yield wire
    await wire.close()
    server.close()


async def ask(wire: Wire, words: bytes = b"hello") -> bytes:
    """What comes back over a new connection."""
    reader, writer = await asyncio.open_connection(LOOPBACK, wire.port)
    try:
        writer.write(words)
        return await reader.read(1024)
    except OSError:
        return b""
    finally:
        writer.close()


async def test_everything_passes_when_nothing_is_wrong(wire: Wire) -> None:
    assert await ask(wire) == b"hello"


async def test_a_cut_breaks_connections_and_lets_new_ones_through(wire: Wire) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, wire.port)
    writer.write(b"first")
    assert await reader.read(1024) == b"first"
    wire.cut()
    with suppress(ConnectionResetError):
        assert await reader.read(1024) == b""
    assert await ask(wire) == b"hello"
    writer.close()


async def test_nobody_gets_through_while_it_refuses(wire: Wire) -> None:
    refusing = asyncio.create_task(wire.refuse(0.2))
    await asyncio.sleep(0.01)
    assert await ask(wire) == b""
    await refusing
    assert await ask(wire) == b"hello"


async def test_nothing_passes_while_it_hangs(wire: Wire) -> None:
    hanging = asyncio.create_task(wire.hang(0.3))
    await asyncio.sleep(0.01)
    answer = asyncio.create_task(ask(wire))
    await asyncio.sleep(0.1)
    assert not answer.done()
    await hanging
    assert await answer == b"hello"


async def test_answers_become_rubbish_for_a_while(wire: Wire) -> None:
    garbling = asyncio.create_task(wire.garble(0.2))
    await asyncio.sleep(0.01)
    assert await ask(wire) != b"hello"
    await garbling
    assert await ask(wire) == b"hello"
