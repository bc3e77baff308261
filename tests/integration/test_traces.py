"""Where a message's time goes, from its acceptance to its delivery, as a collector is told it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web

from crm_store.domain.received import Place, Received, Sender
from tests.fakes.collector import FAILED, FakeCollector, serve_collector
from tests.fakes.engine import FakeEngine, echo
from tests.fakes.push_channel import FakePushChannel
from tests.integration.conftest import StartGateway, eventually
from tests.integration.web import RawClient

CHANNEL = "carrier"
SECRET_WORDS = "my number is 01712-345678"


@pytest.fixture
def collector() -> FakeCollector:
    return FakeCollector()


@pytest.fixture
async def otlp_endpoint(collector: FakeCollector) -> AsyncIterator[str]:
    async with serve_collector(collector) as base:
        yield base


async def timed(question: dict[str, Any]) -> web.Response:
    """A turn of an engine that says how long its parts took."""
    timings = {"restore_ms": 1.0, "parse_ms": 5.0, "predict_ms": 2.0, "actions_ms": 3.0, "total_ms": 11.0}
    return web.json_response({**echo(question), "timings": timings})


async def test_a_turn_is_one_trace_with_the_messages_id(
    start_gateway: StartGateway,
    http: ClientSession,
    engine: FakeEngine,
    collector: FakeCollector,
    otlp_endpoint: str,
) -> None:
    engine.always = timed
    async with start_gateway(otlp_endpoint=otlp_endpoint) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        _, accepted = await raw.send(session["token"], SECRET_WORDS)
        await eventually(lambda: len(engine.questions) == 1)
    names = ["accept", "queue", "turn", "engine", "restore", "understanding", "policies", "commit", "publish"]
    assert sorted(each.name for each in collector.spans) == sorted(names)
    assert {each.trace for each in collector.spans} == {accepted["id"].replace("-", "")}
    assert {each.service for each in collector.spans} == {"kotha-gateway"}
    span = {each.name: each.span for each in collector.spans}
    assert span["accept"].parent_span_id == b""
    assert span["queue"].parent_span_id == span["turn"].parent_span_id == span["accept"].span_id
    parts = {name: span[name].parent_span_id for name in ("engine", "commit", "publish")}
    assert set(parts.values()) == {span["turn"].span_id}
    assert span["understanding"].parent_span_id == span["engine"].span_id
    understood = span["understanding"]
    assert understood.end_time_unix_nano - understood.start_time_unix_nano == 5_000_000
    assert span["queue"].end_time_unix_nano <= span["turn"].start_time_unix_nano
    turn = collector.named("turn").attributes
    assert (turn["kotha.channel"], turn["kotha.outcome"]) == ("web", "answered")


async def test_a_platforms_message_is_followed_until_it_is_delivered(
    start_gateway: StartGateway, engine: FakeEngine, collector: FakeCollector, otlp_endpoint: str
) -> None:
    channel = FakePushChannel(CHANNEL)
    hello = Received(Sender(CHANNEL, "bot-1", "user:rahima"), Place(address={"chat": 5}), "m1", text="hello")
    async with start_gateway(channels=[channel], otlp_endpoint=otlp_endpoint) as running:
        accepted = await running.gateway.inbox.take(hello)
        await eventually(lambda: channel.texts == ["You said: hello"])
    assert {each.trace for each in collector.spans} == {accepted.id.hex}
    assert collector.named("deliver").attributes["kotha.channel"] == CHANNEL
    assert collector.named("deliver").span.parent_span_id == collector.named("accept").span.span_id


async def test_a_failure_is_told_by_its_kind_and_nothing_of_what_was_written_leaves(
    start_gateway: StartGateway,
    http: ClientSession,
    engine: FakeEngine,
    collector: FakeCollector,
    otlp_endpoint: str,
) -> None:
    async def broken(_question: dict[str, Any]) -> web.Response:
        return web.json_response({"replies": SECRET_WORDS}, status=500)

    engine.script = [broken]
    async with start_gateway(otlp_endpoint=otlp_endpoint) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        await raw.send(session["token"], SECRET_WORDS)
        await eventually(lambda: len(engine.questions) == 2)
    failed = [each.span.status for each in collector.spans if each.span.status.code == FAILED]
    assert [status.message for status in failed] == ["EngineBroke"]
    everything = b"".join(collector.bodies)
    assert b"01712" not in everything
    assert session["token"].encode() not in everything


async def test_the_engine_is_told_of_the_trace_only_when_somebody_collects(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine, otlp_endpoint: str
) -> None:
    for changes in ({}, {"otlp_endpoint": otlp_endpoint}):
        async with start_gateway(**changes) as running:
            raw = RawClient(running.base, http)
            await raw.send((await raw.open_session())["token"], "hello")
            await eventually(lambda: running.gateway.metrics.turns.labels("answered")._value.get() == 1)
    untraced, traced = [headers.get("traceparent") for headers in engine.headers]
    assert untraced is None
    assert traced is not None
    assert traced.split("-")[1] == engine.questions[1]["message_id"].replace("-", "")


async def test_a_collector_that_is_away_costs_no_answer(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway(otlp_endpoint="http://127.0.0.1:9") as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        await raw.send(session["token"], "hello")
        await eventually(lambda: running.gateway.metrics.turns.labels("answered")._value.get() == 1)
