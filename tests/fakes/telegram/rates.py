"""How often the bot may write (TG7), counted for real."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.clock import Clock
from tests.fakes.telegram.errors import too_many


@dataclass
class Limits:
    """What a bot may do; `enforced=False` turns the counters off."""

    enforced: bool = True
    per_chat_per_second: float = 1.0
    chat_burst: int = 3
    """Short bursts go through, as with the real one: an answer of three messages at once is no crime."""
    overall_per_second: int = 30
    per_group_per_minute: int = 20


@dataclass
class _Bucket:
    tokens: float
    at: float

    def take(self, now: float, rate: float, most: float) -> float:
        """Seconds to wait; 0 when a token was there and is taken."""
        self.tokens = min(most, self.tokens + (now - self.at) * rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / rate


@dataclass
class Rates:
    """The counters of one bot."""

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    _chats: dict[int, _Bucket] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)

    def count(self, chat: int, *, group: bool) -> None:
        """Count one message of the bot, or refuse it with 429."""
        if not self.limits.enforced:
            return
        now = self.clock.now()
        waits = [_full(self._all, now, 1.0, self.limits.overall_per_second)]
        history = self._groups.setdefault(chat, deque())
        if group:
            waits.append(_full(history, now, 60.0, self.limits.per_group_per_minute))
        if not any(waits):
            bucket = self._chats.setdefault(chat, _Bucket(self.limits.chat_burst, now))
            waits.append(bucket.take(now, self.limits.per_chat_per_second, self.limits.chat_burst))
        if any(waits):
            raise too_many(max(1, math.ceil(max(waits))))
        self._all.append(now)
        history.append(now)


def _full(history: deque[float], now: float, window: float, most: int) -> float:
    """Seconds until there is room in a sliding window; 0 when there is."""
    while history and history[0] <= now - window:
        history.popleft()
    return 0.0 if len(history) < most else history[0] + window - now
