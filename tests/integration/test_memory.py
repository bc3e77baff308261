"""What a visitor leaves behind when they are gone: nothing that waits for Python's collector."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from aiohttp import ClientConnectionResetError
from aiohttp.http_websocket import WebSocketWriter

from bot.channels.web.socket import Connection, Pump
from bot.garbage import collected_regularly
from tests.integration.conftest import eventually
from tests.integration.web import RawClient, next_of_type


@pytest.fixture
def _without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def kept_connections() -> int:
    return sum(isinstance(each, Connection | Pump) for each in gc.get_objects())


@pytest.mark.usefixtures("_without_collector")
async def test_a_connection_that_is_over_is_freed_at_once(raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]):
        assert kept_connections() == 2
    await eventually(lambda: kept_connections() == 0)


@pytest.mark.usefixtures("_without_collector")
async def test_a_connection_that_was_gone_before_we_could_say_goodbye_is_freed_at_once(
    raw: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot(*_: object) -> None:
        raise ClientConnectionResetError("Cannot write to closing transport")

    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket._writer.close()
        monkeypatch.setattr(WebSocketWriter, "close", cannot)
        await eventually(lambda: kept_connections() == 0)


@pytest.mark.usefixtures("_without_collector")
async def test_a_connection_that_was_refused_is_freed_at_once(raw: RawClient) -> None:
    async with raw.socket() as socket:
        await socket.send_json({"type": "ping"})
        await next_of_type(socket, "error")
    await eventually(lambda: kept_connections() == 0)


class Circle:
    """Nothing but the collector frees it."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Circle.alive += 1

    def __del__(self) -> None:
        Circle.alive -= 1


@pytest.mark.usefixtures("_without_collector")
async def test_circles_are_freed_at_even_distances() -> None:
    Circle()
    await asyncio.sleep(0.02)
    assert Circle.alive == 1
    async with collected_regularly(0.01):
        await eventually(lambda: Circle.alive == 0)


async def test_without_glibc_there_is_nothing_to_give_back(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Event()

    def library(_name: object) -> object:
        asked.set()
        return object()

    monkeypatch.setattr("bot.garbage.ctypes.CDLL", library)
    async with collected_regularly(0.01):
        await asyncio.wait_for(asked.wait(), 5)
        asked.clear()
        await asyncio.wait_for(asked.wait(), 5)
