"""Two gateways on one PostgreSQL: what one commits the other shows at once, without waiting for a poll."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, DummyCookieJar

from crm_store.sql import SqlStore, open_store
from tests.fakes.engine import FakeEngine
from tests.fixtures.service import free_port
from tests.integration.conftest import Running, StartGateway, eventually
from tests.integration.console import browser_of
from tests.integration.web import RawClient, events_until, next_of_type, text_body

pytestmark = pytest.mark.postgres
# Far longer than any test waits: what arrives arrived by a hint.
NEVER = {"poll_seconds": 600.0, "socket_poll_seconds": 600.0}
SOON_SECONDS = 30.0  # a busy machine's


@pytest.fixture
def store_url(postgres_url: str) -> str:
    return postgres_url


@asynccontextmanager
async def two_gateways(
    start_gateway: StartGateway, url: str, **changes: Any
) -> AsyncIterator[tuple[Running, Running]]:
    other = await open_store(url)
    try:
        async with (
            start_gateway(**{**NEVER, **changes}) as one,
            start_gateway(with_store=other, **{**NEVER, **changes}) as two,
        ):
            await eventually(lambda: _listens(one) and _listens(two))
            yield one, two
    finally:
        await other.close()


def _listens(running: Running) -> bool:
    return running.gateway.metrics.registry.get_sample_value("kotha_hints_listening") == 1


async def test_a_socket_at_one_gateway_shows_what_another_took_in_and_answered(
    start_gateway: StartGateway, http: ClientSession, store_url: str
) -> None:
    async with two_gateways(start_gateway, store_url) as (one, two):
        session = await RawClient(one.base, http).open_session()
        async with RawClient(two.base, http).welcomed(session["token"]) as (socket, _):
            await RawClient(one.base, http).post("messages", text_body("hello"), token=session["token"])
            async with asyncio.timeout(SOON_SECONDS):
                events = await events_until(socket, 2)
    assert [event["author"] for event in events] == ["customer", "bot"]


@pytest.mark.rules("G1", "G4")
async def test_what_a_gateway_that_is_busy_took_in_another_answers_once(
    start_gateway: StartGateway, http: ClientSession, store_url: str, engine: FakeEngine
) -> None:
    async with two_gateways(start_gateway, store_url) as (one, two):
        await one.gateway.workers.drain(0)  # takes in and answers nothing
        session = await RawClient(one.base, http).open_session()
        async with RawClient(two.base, http).welcomed(session["token"]) as (socket, _):
            await RawClient(one.base, http).post("messages", text_body("hello"), token=session["token"])
            async with asyncio.timeout(SOON_SECONDS):
                await events_until(socket, 2)
    assert engine.asked == ["hello"]


@pytest.mark.rules("G6")
async def test_a_gateway_without_an_engine_lets_another_answer_and_nobody_hears_of_trouble(
    start_gateway: StartGateway, http: ClientSession, store_url: str
) -> None:
    other = await open_store(store_url)
    dead = [f"http://127.0.0.1:{free_port()}"]
    async with (
        start_gateway(**NEVER, engine_urls=dead) as one,
        start_gateway(with_store=other, **NEVER) as two,
    ):
        await eventually(lambda: _listens(one) and _listens(two))
        one.gateway.health._engine._endpoints[0].down_since = time.monotonic()  # a turn has met that before
        raw = RawClient(one.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("hello")})
            async with asyncio.timeout(SOON_SECONDS):
                events = await events_until(socket, 2)
    await other.close()
    assert events[1]["text"] == "You said: hello"


async def test_without_a_listener_the_polls_find_everything(
    start_gateway: StartGateway, http: ClientSession, store_url: str
) -> None:
    polls = {"poll_seconds": 0.2, "socket_poll_seconds": 0.3}
    async with two_gateways(start_gateway, store_url, **polls) as (one, two):
        await two.gateway.hints.stop()
        session = await RawClient(one.base, http).open_session()
        async with RawClient(two.base, http).welcomed(session["token"]) as (socket, _):
            await RawClient(one.base, http).post("messages", text_body("hello"), token=session["token"])
            events = await events_until(socket, 2)
    assert [event["author"] for event in events] == ["customer", "bot"]


async def test_hints_of_others_are_counted(
    start_gateway: StartGateway, http: ClientSession, store_url: str
) -> None:
    async with two_gateways(start_gateway, store_url) as (one, two):
        raw = RawClient(one.base, http)
        session = await raw.open_session()
        await raw.post("messages", text_body("hello"), token=session["token"])
        registry = two.gateway.metrics.registry
        kind = {"kind": "conversation"}
        await eventually(lambda: registry.get_sample_value("kotha_hints_total", kind) == 2)
        own = one.gateway.metrics.registry.get_sample_value("kotha_hints_total", kind)
    assert own is None


async def test_agents_and_customers_at_different_gateways_see_one_another_at_once(
    start_gateway: StartGateway, store_url: str, store: SqlStore
) -> None:
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as http,
        two_gateways(start_gateway, store_url) as (one, two),
        asyncio.timeout(2 * SOON_SECONDS),
    ):
        customer, agent = RawClient(one.base, http), await browser_of(two.base, http, store)
        session = await customer.open_session()
        async with customer.welcomed(session["token"]) as (widget, _), agent.welcomed() as console:
            watch = {"type": "watch", "conversation": session["conversation"], "after_seq": 0}
            await console.send_json(watch)
            await widget.send_json({"type": "send", **text_body("hello")})
            assert [(await next_of_type(console, "event"))["event"]["seq"] for _ in range(2)] == [1, 2]
            at_two = f"/conversations/{session['conversation']}"
            await agent.do("POST", f"{at_two}/claim")
            body = {"client_msg_id": str(uuid4()), "text": "আমি দেখছি"}
            await agent.do("POST", f"{at_two}/messages", body, status=201)
            assert (await next_where(widget, author="agent"))["text"] == "আমি দেখছি"
            await widget.send_json({"type": "seen", "seq": 4})
            assert (await next_of_type(console, "seen"))["seq"] == 4


async def test_a_note_written_at_another_gateway_reaches_who_looks(
    start_gateway: StartGateway, store_url: str, store: SqlStore
) -> None:
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as http,
        two_gateways(start_gateway, store_url) as (one, two),
        asyncio.timeout(2 * SOON_SECONDS),
    ):
        session = await RawClient(one.base, http).open_session()
        writer, reader = await browser_of(one.base, http, store), await browser_of(two.base, http, store)
        async with reader.welcomed() as console:
            watch = {"type": "watch", "conversation": session["conversation"], "after_seq": 0}
            await console.send_json(watch)
            await next_of_type(console, "viewers")
            at_one = f"/conversations/{session['conversation']}/notes"
            await writer.do("POST", at_one, {"text": "VIP"}, status=201)
            assert (await next_of_type(console, "note"))["note"]["text"] == "VIP"


async def next_where(socket: ClientWebSocketResponse, *, author: str) -> dict[str, Any]:
    """The next event of this author."""
    while True:
        event = await next_of_type(socket, "event")
        if event["author"] == author:
            return event
