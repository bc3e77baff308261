"""What the fake platforms write down: every call of the bot, every delivery to it, every broken rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One API call of the bot and what it was told."""

    at: float
    method: str
    place: str | None
    """The chat or channel it was about."""
    arguments: Json
    status: int
    answer: Json | None
    executed: bool
    """Whether the platform did what was asked, heard or not."""

    @property
    def ok(self) -> bool:
        """Whether the platform said yes."""
        return bool(self.answer and self.answer.get("ok"))


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand an event to the bot."""

    at: float
    event: str
    url: str
    attempt: int
    status: int | None
    """None when no answer came."""
    seconds: float
    error: str | None = None
    retry_after: float | None = None
    """How long the bot asked to be left alone."""

    @property
    def accepted(self) -> bool:
        """Whether the bot took it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Breach:
    """A rule of the platform that the bot broke without being refused for it."""

    at: float
    rule: str
    what: str


@dataclass
class Ledger:
    """Everything, in order."""

    calls: list[Call] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)

    def calls_of(self, method: str, place: str | int | None = None) -> list[Call]:
        """The calls of one method, in one chat or channel when `place` is given."""
        wanted = None if place is None else str(place)
        return [
            call
            for call in self.calls
            if call.method.lower() == method.lower() and (wanted is None or call.place == wanted)
        ]

    def deliveries_of(self, event: str | int) -> list[Delivery]:
        """Every attempt for one event."""
        return [delivery for delivery in self.deliveries if delivery.event == str(event)]

    def breaches_of(self, rule: str) -> list[Breach]:
        """What was done against one rule."""
        return [breach for breach in self.breaches if breach.rule == rule]

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.deliveries.clear()
        self.breaches.clear()
