"""How fast a bot may write: TG7's limits, and silence after "too many requests"."""

from dataclasses import dataclass, field
from typing import Final

from bot.channels.pacing import Allowance, Pacer

# One message a second in a chat on average; Telegram lets an answer of a few messages through at once. Each a
# little slower than Telegram counts, for messages do not take equally long to get there.
CHAT: Final = Allowance(3, 3.1)
GROUP: Final = Allowance(20, 61.0)
OVERALL: Final = Allowance(30, 1.05)


@dataclass(frozen=True)
class TelegramPace:
    """The pace of every bot of this process."""

    pacer: Pacer = field(default_factory=Pacer)

    def check(self, account: str, chat: int) -> None:
        """Count a message that may leave now; DeliveryHeldBack says how long it has to wait."""
        allowances = {_key(account, chat): CHAT, account: OVERALL}
        if chat < 0:  # groups have negative ids
            allowances[_group_key(account, chat)] = GROUP
        self.pacer.check(allowances)

    def arrived(self, account: str, chat: int) -> None:
        """A message is there: its chat's limits count from now."""
        self.pacer.arrived(_key(account, chat))
        self.pacer.arrived(_group_key(account, chat))

    def hold(self, account: str, chat: int, seconds: float) -> None:
        """After a 429: the chat is left alone for so long."""
        self.pacer.hold(_key(account, chat), seconds)


def _key(account: str, chat: int) -> str:
    return f"{account}:{chat}"


def _group_key(account: str, chat: int) -> str:
    return f"{_key(account, chat)}:group"
