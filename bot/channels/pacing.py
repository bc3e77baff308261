"""How fast a platform lets us speak, and silence after "too many requests".

Nobody waits in here. A message that may not leave yet is postponed with the exact wait, so that the sender
serves another conversation meanwhile.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.errors import DeliveryHeldBack

MAX_WINDOWS: Final = 10_000  # chats spoken to within their stretch; those that are over are forgotten
CLOCK_ERROR: Final = 1e-6  # of adding up fractions of seconds; without it one might wait for nothing for ever


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages in any stretch of so many seconds; all at once when nothing was said before."""

    messages: int
    seconds: float


@dataclass(slots=True)
class _Window:
    """When the last messages left: exactly what a platform counts, whatever stretch it looks at."""

    allowance: Allowance
    left_at: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.left_at and now - self.left_at[0] >= self.allowance.seconds - CLOCK_ERROR:
            self.left_at.popleft()
        if len(self.left_at) < self.allowance.messages:
            return 0.0
        return self.left_at[0] + self.allowance.seconds - now


class Pacer:
    """Keeps to several allowances at once: of a chat, of a group, of everything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._held: dict[str, float] = {}

    def take(self, allowances: Mapping[str, Allowance]) -> float:
        """0.0 when a message may leave now, and counts it; else how many seconds it has to wait."""
        now = self._clock()
        windows = [self._window(key, allowance, now) for key, allowance in allowances.items()]
        held = [self._held.get(key, now) - now for key in allowances]
        wait = max([0.0, *held, *(window.wait(now) for window in windows)])
        if wait > CLOCK_ERROR:
            return wait
        for window in windows:
            window.left_at.append(now)
        return 0.0

    def check(self, allowances: Mapping[str, Allowance]) -> None:
        """Count a message that may leave now, or raise DeliveryHeldBack with the wait."""
        wait = self.take(allowances)
        if wait > 0.0:
            raise DeliveryHeldBack(f"paced: {wait:.2f} s", retry_after=wait)

    def arrived(self, key: str) -> None:
        """The last message that left is there by now: what a platform counts from, later than it left."""
        window = self._windows.get(key)
        if window is not None and window.left_at:
            window.left_at[-1] = self._clock()

    def hold(self, key: str, seconds: float) -> None:
        """After a 429: nothing that names this key leaves for so long."""
        until = self._clock() + max(0.0, seconds)
        self._held[key] = max(until, self._held.get(key, until))

    def _window(self, key: str, allowance: Allowance, now: float) -> _Window:
        window = self._windows.get(key)
        if window is None or window.allowance != allowance:
            self._forget_idle(now)
            window = self._windows[key] = _Window(allowance)
        return window

    def _forget_idle(self, now: float) -> None:
        if len(self._windows) < MAX_WINDOWS:
            return
        for window in self._windows.values():
            window.wait(now)  # drops what is over
        self._windows = {key: window for key, window in self._windows.items() if window.left_at}
        self._held = {key: until for key, until in self._held.items() if until > now}
