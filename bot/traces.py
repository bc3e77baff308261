"""Where a message's time goes, told to a collector when one is named (docs/traces.md).

Here is what the rooms of the gateway call, and it does nothing: `bot.collected_traces` replaces it, and only
then is the library behind it loaded.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from crm_store.domain.outbox import OutboxItem
from crm_store.domain.turns import TurnClaim

_NOTHING: AbstractContextManager[None] = nullcontext()


class Traces:
    """Nobody collects."""

    def accepted(self, message_id: UUID, channel: str, began_ns: int) -> None:
        """A message was stored just now; `began_ns` is when it was taken in hand."""

    def turn(self, _claim: TurnClaim) -> AbstractContextManager[None]:
        """Around a claimed turn."""
        return _NOTHING

    def part(self, _name: str) -> AbstractContextManager[None]:
        """Around a part of it."""
        return _NOTHING

    def engine_parts(self, timings_ms: Mapping[str, float]) -> None:
        """What the engine said of its own parts; within `part("engine")`, when its answer has come."""

    def note(self, name: str, value: str) -> None:
        """Something about the part under way. Never what people wrote, or who they are."""

    def delivery(self, _item: OutboxItem) -> AbstractContextManager[None]:
        """Around one attempt to send a message to a platform."""
        return _NOTHING

    def headers(self) -> dict[str, str]:
        """What carries the trace to the process that is asked next (W3C Trace Context)."""
        return {}

    def close(self) -> None:
        """Send what is collected. Takes a while: not for the event loop."""


NOT_TRACED = Traces()


def open_traces(endpoint: str | None) -> Traces:
    """Traces that go to the collector at this address; without one, none."""
    if endpoint is None:
        return NOT_TRACED
    from bot.collected_traces import CollectedTraces, exporter_to

    return CollectedTraces(exporter_to(endpoint))
