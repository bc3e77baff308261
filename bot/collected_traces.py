"""Spans of the gateway, by OpenTelemetry.

A message's trace has the message's own id, so that whichever process works at it, today or tomorrow, adds to
the same trace, and nothing has to be stored. Errors are told by their type: their words may be a customer's.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.traces import Traces
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.turns import TurnClaim

NS_PER_MS: Final = 1_000_000
# As the engine does them. Actions are not among them: the action server tells of its own.
ENGINE_PARTS: Final = {"restore_ms": "restore", "parse_ms": "understanding", "predict_ms": "policies"}


class MessageIds(RandomIdGenerator):
    """Random ids, but for the first span of a message, whose place is known to all processes."""

    def __init__(self) -> None:
        self.next: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        """See IdGenerator."""
        return self.next[0] if self.next else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """See IdGenerator."""
        return self.next[1] if self.next else super().generate_span_id()


class CollectedTraces(Traces):
    """See Traces."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._ids = MessageIds()
        resource = Resource({SERVICE_NAME: "kotha-gateway"}).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, id_generator=self._ids, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("kotha")

    def accepted(self, message_id: UUID, channel: str, began_ns: int) -> None:
        """See Traces."""
        self._ids.next = place_of(message_id)
        try:
            span = self._tracer.start_span("accept", Context(), start_time=began_ns)
        finally:
            self._ids.next = None
        span.set_attribute("kotha.channel", channel)
        span.end()

    @contextmanager
    def turn(self, claim: TurnClaim) -> Iterator[None]:
        """See Traces."""
        context = below(claim.message.id)
        if claim.message.attempts == 0:
            waited = self._tracer.start_span("queue", context, start_time=accepted_ns(claim.message.id))
            waited.end()
        with self._span("turn", context):
            self.note("kotha.channel", claim.channel)
            self.note("kotha.conversation", str(claim.conversation_id))
            self.note("kotha.attempt", str(claim.message.attempts))
            yield

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """See Traces."""
        with self._span(name, None):
            yield

    def engine_parts(self, timings_ms: Mapping[str, float]) -> None:
        """See Traces. The engine says how long, not when: its parts are drawn one after the other."""
        at = time.time_ns() - int(timings_ms.get("total_ms", 0.0) * NS_PER_MS)
        for key, name in ENGINE_PARTS.items():
            took = int(timings_ms.get(key, 0.0) * NS_PER_MS)
            span = self._tracer.start_span(name, start_time=at)
            at += took
            span.end(at)

    def note(self, name: str, value: str) -> None:
        """See Traces."""
        trace.get_current_span().set_attribute(name, value)

    @contextmanager
    def delivery(self, item: OutboxItem) -> Iterator[None]:
        """See Traces. What answers no message, an agent's own words say, belongs to no trace."""
        if item.in_reply_to is None:
            yield
            return
        with self._span("deliver", below(item.in_reply_to)):
            self.note("kotha.channel", item.channel)
            self.note("kotha.attempt", str(item.attempts))
            yield

    def headers(self) -> dict[str, str]:
        """See Traces."""
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        return carrier

    def close(self) -> None:
        """See Traces."""
        self._provider.shutdown()

    @contextmanager
    def _span(self, name: str, context: Context | None) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name, context, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise


def exporter_to(endpoint: str) -> SpanExporter:
    """Sends spans to a collector by OTLP over HTTP."""
    return OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")


def place_of(message_id: UUID) -> tuple[int, int]:
    """The ids of a message's trace and of its first span."""
    return message_id.int, message_id.int & (1 << 64) - 1


def below(message_id: UUID) -> Context:
    """The context of everything that happens to a message after it was accepted."""
    trace_id, span_id = place_of(message_id)
    first = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return trace.set_span_in_context(NonRecordingSpan(first), Context())


def accepted_ns(message_id: UUID) -> int:
    """When a message was stored: its id begins with the milliseconds (UUID version 7)."""
    return (message_id.int >> 80) * NS_PER_MS
