"""Several engines: turns go to those that are well, at once, and to the others again when they are back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from bot import engine_client
from bot.engine_client import EngineClient
from bot.errors import EngineTimedOut, EngineUnreachable
from bot.messages import Question
from tests.fakes.engine import FakeEngine, serve_engine, slow, waiting_for
from tests.fixtures.service import free_port
from tests.integration.conftest import ENGINE_SECRET

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def other() -> FakeEngine:
    return FakeEngine(secret=ENGINE_SECRET)


@pytest.fixture
async def other_url(other: FakeEngine) -> AsyncIterator[str]:
    async with serve_engine(other) as url:
        yield url


def client_of(http: ClientSession, *urls: str, timeout: float = 5.0) -> EngineClient:
    return EngineClient(http, urls, secret=ENGINE_SECRET, timeout=timeout)


async def ask(client: EngineClient, times: int = 1, conversation: str = "c") -> None:
    for _ in range(times):
        await client.ask(Question(conversation, "m", "hello", None, None, {}))


async def test_turns_go_to_each_in_turn(
    http: ClientSession, engine: FakeEngine, engine_url: str, other: FakeEngine, other_url: str
) -> None:
    await ask(client_of(http, engine_url, other_url), 6)
    assert (len(engine.questions), len(other.questions)) == (3, 3)


async def test_the_less_busy_engine_is_asked(
    http: ClientSession, engine: FakeEngine, engine_url: str, other: FakeEngine, other_url: str
) -> None:
    go_on = asyncio.Event()
    other.always = waiting_for(go_on)
    client = client_of(http, engine_url, other_url)
    stuck = asyncio.create_task(ask(client, conversation="long"))
    await asyncio.sleep(0.05)
    await ask(client, 4)
    go_on.set()
    await stuck
    assert (len(engine.questions), len(other.questions)) == (4, 1)


async def test_an_engine_that_is_gone_costs_no_turn(
    http: ClientSession, engine: FakeEngine, engine_url: str
) -> None:
    client = client_of(http, engine_url, NOBODY)
    await ask(client, 10)
    assert len(engine.questions) == 10


async def test_an_engine_that_loads_its_model_is_passed_over_until_it_is_well(
    http: ClientSession,
    engine: FakeEngine,
    engine_url: str,
    other: FakeEngine,
    other_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_client, "DOWN_SECONDS", 0.05)
    other.model_loaded = False
    other.always = _loading
    client = client_of(http, engine_url, other_url)
    for _ in range(5):
        await ask(client)
        await asyncio.sleep(0.06)
    assert len(other.questions) == 1
    other.model_loaded, other.always = True, None
    for _ in range(5):
        await ask(client)
        await asyncio.sleep(0.06)
    assert len(other.questions) > 1


async def _loading(_question: dict[str, Any]) -> Any:
    from aiohttp import web

    return web.json_response({"error": "loading"}, status=503)


async def test_an_engine_that_hangs_costs_one_turn(
    http: ClientSession, engine: FakeEngine, engine_url: str, other: FakeEngine, other_url: str
) -> None:
    other.always = slow(60)
    client = client_of(http, engine_url, other_url, timeout=0.2)
    with pytest.raises(EngineTimedOut):
        await ask(client)
    await ask(client, 5)
    assert (len(engine.questions), len(other.questions)) == (5, 1)


async def test_an_engine_that_was_restarted_is_asked_again(
    http: ClientSession, engine: FakeEngine, engine_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "DOWN_SECONDS", 0.05)
    port, restarted = free_port(), FakeEngine(secret=ENGINE_SECRET)
    client = client_of(http, engine_url, f"http://127.0.0.1:{port}")
    await ask(client, 2)
    async with serve_engine(restarted, port):
        for _ in range(6):
            await asyncio.sleep(0.06)
            await ask(client)
    assert restarted.questions


async def test_without_any_engine_the_turn_waits(http: ClientSession) -> None:
    with pytest.raises(EngineUnreachable):
        await ask(client_of(http, NOBODY, NOBODY))
