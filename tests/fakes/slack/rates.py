"""How often the app may call (SL8), counted for real."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.clock import Clock
from tests.fakes.slack.errors import TooFast

# The tiers of the documents, in calls a minute and workspace.
TIERS = {
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "reactions.add": 50,
    "reactions.remove": 20,
    "users.info": 100,
    "views.open": 100,
    "views.update": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}


@dataclass
class Limits:
    """What an app may do; `enforced=False` turns the counters off."""

    enforced: bool = True
    posts_per_channel_per_second: float = 1.0
    burst: int = 3
    """Short bursts into one channel go through."""


@dataclass
class Rates:
    """The counters of one app."""

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    _tokens: dict[str, tuple[float, float]] = field(default_factory=dict)
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def count(self, method: str, team: str, channel: str) -> None:
        """Count one call, or refuse it."""
        if not self.limits.enforced:
            return
        wait = self._post(f"{team}/{channel}") if method == "chat.postMessage" else self._tier(method, team)
        if wait > 0:
            raise TooFast(max(1, math.ceil(wait)))

    def _post(self, place: str) -> float:
        now, rate = self.clock.now(), self.limits.posts_per_channel_per_second
        tokens, at = self._tokens.get(place, (float(self.limits.burst), now))
        tokens = min(self.limits.burst, tokens + (now - at) * rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / rate
        self._tokens[place] = (tokens if wait else tokens - 1, now)
        return wait

    def _tier(self, method: str, team: str) -> float:
        most = TIERS.get(method)
        if most is None:
            return 0.0
        now, calls = self.clock.now(), self._calls.setdefault((method, team), deque())
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= most:
            return calls[0] + 60 - now
        calls.append(now)
        return 0.0
