"""Spans of actions, by OpenTelemetry. Errors are told by their type: their words may be the customer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from actions.traces import Traces


class CollectedTraces(Traces):
    """See Traces."""

    def __init__(self, exporter: SpanExporter) -> None:
        resource = Resource({SERVICE_NAME: "kotha-actions"}).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("kotha")

    @contextmanager
    def action(self, name: str, headers: Mapping[str, str]) -> Iterator[None]:
        """See Traces."""
        turn = TraceContextTextMapPropagator().extract({key.lower(): value for key, value in headers.items()})
        with self._tracer.start_as_current_span(
            f"action {name}", turn, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def close(self) -> None:
        """See Traces."""
        self._provider.shutdown()


def exporter_to(endpoint: str) -> SpanExporter:
    """Sends spans to a collector by OTLP over HTTP."""
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
