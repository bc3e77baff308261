"""Where an action's time goes, told to a collector when one is named (docs/traces.md); otherwise nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext


class Traces:
    """Nobody collects."""

    def action(self, _name: str, _headers: Mapping[str, str]) -> AbstractContextManager[None]:
        """Around one action; the headers of its request say which turn it belongs to (W3C Trace Context)."""
        return nullcontext()

    def close(self) -> None:
        """Send what is collected. Takes a while: not for the event loop."""


def open_traces(endpoint: str | None) -> Traces:
    """Traces that go to the collector at this address; without one, none."""
    if endpoint is None:
        return Traces()
    from actions.collected_traces import CollectedTraces, exporter_to

    return CollectedTraces(exporter_to(endpoint))
