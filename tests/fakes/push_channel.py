"""A fake push channel: records what it is sent, refuses or breaks on request."""

from collections.abc import Callable
from dataclasses import dataclass, field

from crm_store.domain.outbox import OutboxItem

Behaviour = Callable[[OutboxItem], str | None]


@dataclass
class FakePushChannel:
    """`script` holds the behaviours of the next sends; after them everything arrives."""

    name: str = "telegram"
    sent: list[OutboxItem] = field(default_factory=list)
    tried: list[OutboxItem] = field(default_factory=list)
    script: list[Behaviour] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)

    async def send(self, item: OutboxItem) -> str | None:
        """See PushChannel."""
        self.tried.append(item)
        answer = self.script.pop(0)(item) if self.script else f"platform-{len(self.sent)}"
        self.sent.append(item)
        return answer

    async def find_sent(self, item: OutboxItem) -> str | None:
        """See PushChannel."""
        return self.found.get(str(item.message_id))

    @property
    def texts(self) -> list[str | None]:
        """What arrived, in order."""
        return [item.text for item in self.sent]


def failing(error: Exception) -> Behaviour:
    """A send that raises."""

    def behave(_item: OutboxItem) -> str | None:
        raise error

    return behave
