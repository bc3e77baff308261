"""A fake collector of traces: takes OTLP over HTTP, as the real one does, and keeps the spans."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

FAILED = 2  # StatusCode.ERROR of the protocol


@dataclass(frozen=True)
class Collected:
    """A span with the name of the process that told of it."""

    service: str
    span: Span

    @property
    def name(self) -> str:
        return self.span.name

    @property
    def trace(self) -> str:
        return self.span.trace_id.hex()

    @property
    def attributes(self) -> dict[str, str]:
        return {each.key: each.value.string_value for each in self.span.attributes}


@dataclass
class FakeCollector:
    """What was collected, and every byte of it."""

    spans: list[Collected] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """POST /v1/traces."""
        body = await request.read()  # uncompressed by now, if it was
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {each.key: each.value.string_value for each in resource.resource.attributes}
            spans = [span for scope in resource.scope_spans for span in scope.spans]
            self.spans += [Collected(named["service.name"], span) for span in spans]
        return web.Response(content_type="application/x-protobuf")

    def named(self, name: str) -> Collected:
        """The one span of this name."""
        [found] = [each for each in self.spans if each.name == name]
        return found


@asynccontextmanager
async def serve_collector(collector: FakeCollector) -> AsyncIterator[str]:
    """Serve on loopback; gives the base address."""
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_post("/v1/traces", collector.take)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()
