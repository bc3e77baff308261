"""A fake push channel: records what it is sent, refuses or breaks on request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.channels.port import Capabilities, ChannelHealth
from crm_store.domain.outbox import OutboxItem

Behaviour = Callable[[OutboxItem], str | None]


@dataclass
class FakePushChannel:
    """`script` holds the behaviours of the next sends; after them everything arrives."""

    name: str = "telegram"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(reconcile=True, typing=True))
    part_count: int = 1
    sent: list[OutboxItem] = field(default_factory=list)
    sent_parts: list[tuple[str | None, int]] = field(default_factory=list)
    tried: list[OutboxItem] = field(default_factory=list)
    script: list[Behaviour] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    typed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    running: bool = False
    breaks_at_start: bool = False

    def add_to(self, app: web.Application) -> None:
        """See Channel."""

    async def start(self) -> None:
        """See Channel."""
        if self.breaks_at_start:
            raise RuntimeError("it was asked to break")
        self.running = True

    async def stop(self) -> None:
        """See Channel."""
        self.running = False

    def parts(self, item: OutboxItem) -> tuple[dict[str, Any], ...]:
        """See Channel."""
        return tuple({"text": item.text, "part": number} for number in range(self.part_count))

    async def send_part(self, item: OutboxItem, index: int, part: dict[str, Any]) -> str | None:
        """See Channel."""
        self.tried.append(item)
        answer = self.script.pop(0)(item) if self.script else f"platform-{len(self.sent)}"
        self.sent.append(item)
        self.sent_parts.append((item.text, part["part"]))
        return answer

    async def find_sent(self, item: OutboxItem, index: int) -> str | None:
        """See Channel."""
        return self.found.get(str(item.message_id))

    async def show_typing(self, address: dict[str, Any], *, account: str) -> None:
        """See Channel."""
        self.typed.append((account, address))

    def health(self) -> ChannelHealth:
        """See Channel."""
        return ChannelHealth(ok=self.running)

    @property
    def texts(self) -> list[str | None]:
        """What arrived, in order."""
        return [item.text for item in self.sent]


def failing(error: Exception) -> Behaviour:
    """A send that raises."""

    def behave(_item: OutboxItem) -> str | None:
        raise error

    return behave
