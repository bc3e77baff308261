"""Whoever sends nothing, or a byte now and then, does not keep a connection for long."""

import asyncio
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot.app import make_runner
from tests.integration.conftest import Running

LET_GO_SECONDS = 30.0


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: kotha\r\nX-Slow: "])
async def test_a_connection_without_a_request_is_let_go(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("bot.app.IDLE_SECONDS", 0.2)
    runner = make_runner(web.Application())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        writer.write(begun)
        async with asyncio.timeout(LET_GO_SECONDS):
            assert await reader.read() == b""
        writer.close()
    finally:
        await runner.cleanup()


async def test_a_body_that_never_ends_is_refused(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.routes.BODY_SECONDS", 0.2)
    answer = await _send_half(running.base, "/api/web/demo/sessions")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"bad_frame"' in answer


async def _send_half(base: str, path: str) -> bytes:
    place = urlsplit(base)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"POST {path} HTTP/1.1\r\nHost: kotha\r\nConnection: close\r\nContent-Length: 100\r\n\r\n"
    writer.write(head.encode() + b'{"a": ')
    try:
        async with asyncio.timeout(LET_GO_SECONDS):
            return await reader.read(4096)
    finally:
        writer.close()
