"""An action is a span of the turn that asked for it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from actions.collected_traces import CollectedTraces
from actions.server import build_app
from actions.traces import Traces, open_traces
from tests.unit.actions.acting import Acting
from tests.unit.actions.conftest import Clock

SECRET = "a-secret-of-the-test"
PRIVATE = "my phone is 01711000000"
TRACE, TURN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def ask(acting: Acting, clock: Clock, traces: Traces, action: str, **headers: str) -> int:
    message: dict[str, Any] = {"text": PRIVATE, "intent": {"name": "delivery_period"}}
    tracker = {
        "sender_id": str(uuid4()),
        "slots": {"language": "en"},
        "latest_message": message,
        "events": [],
    }
    app = build_app(acting.store, SECRET, clock=clock, traces=traces)
    async with TestClient(TestServer(app)) as client:
        answer = await client.post(
            "/webhook",
            json={"next_action": action, "tracker": tracker, "domain": {}},
            headers={"Authorization": f"Bearer {SECRET}", **headers},
        )
        return answer.status


async def test_an_action_is_below_the_turn_that_asked_for_it(acting: Acting, clock: Clock) -> None:
    exporter = InMemorySpanExporter()
    traces = CollectedTraces(exporter)
    parent = {"traceparent": f"00-{TRACE}-{TURN}-01"}
    assert await ask(acting, clock, traces, "action_delivery_period", **parent) == 200
    traces.close()
    [span] = exporter.get_finished_spans()
    assert span.name == "action action_delivery_period"
    assert span.parent is not None
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, TURN)
    assert PRIVATE not in span.to_json()


async def test_an_action_that_fails_tells_only_its_kind(acting: Acting, clock: Clock) -> None:
    exporter = InMemorySpanExporter()
    traces = CollectedTraces(exporter)
    assert await ask(acting, clock, traces, "action_nobody_knows") == 404
    traces.close()
    [span] = exporter.get_finished_spans()
    assert (span.status.description, span.events) == ("ActionNotFoundException", ())


async def test_without_a_collector_nothing_is_collected(acting: Acting, clock: Clock) -> None:
    traces = open_traces(None)
    assert type(traces) is Traces
    assert await ask(acting, clock, traces, "action_delivery_period") == 200
