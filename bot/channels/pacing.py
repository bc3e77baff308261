"""How fast a platform lets us speak: token buckets, and silence after "too many requests".

Nobody waits in here. A message that may not leave yet is postponed with the exact wait, so that the sender
serves another conversation meanwhile.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import DeliveryHeldBack

MAX_BUCKETS: Final = 10_000  # chats spoken to within their period; the full ones are forgotten first


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages in so many seconds; as many at once when nothing was said before."""

    messages: int
    seconds: float

    @property
    def refill(self) -> float:
        """Messages that become possible in each second."""
        return self.messages / self.seconds


@dataclass(slots=True)
class _Bucket:
    allowance: Allowance
    left: float
    at: float

    def fill(self, now: float) -> None:
        gained = (now - self.at) * self.allowance.refill
        self.left = min(float(self.allowance.messages), self.left + gained)
        self.at = now

    def wait(self) -> float:
        return max(0.0, (1.0 - self.left) / self.allowance.refill)

    @property
    def is_full(self) -> bool:
        return self.left >= self.allowance.messages


class Pacer:
    """Keeps to several allowances at once: of a chat, of a group, of everything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._held: dict[str, float] = {}

    def take(self, allowances: Mapping[str, Allowance]) -> float:
        """0.0 when a message may leave now, and counts it; else how many seconds it has to wait."""
        now = self._clock()
        buckets = [self._bucket(key, allowance, now) for key, allowance in allowances.items()]
        held = [self._held.get(key, now) - now for key in allowances]
        wait = max([0.0, *held, *(bucket.wait() for bucket in buckets)])
        if wait > 0.0:
            return wait
        for bucket in buckets:
            bucket.left -= 1.0
        return 0.0

    def check(self, allowances: Mapping[str, Allowance]) -> None:
        """Count a message that may leave now, or raise DeliveryHeldBack with the wait."""
        wait = self.take(allowances)
        if wait > 0.0:
            raise DeliveryHeldBack(f"paced: {wait:.2f} s", retry_after=wait)

    def hold(self, key: str, seconds: float) -> None:
        """After a 429: nothing that names this key leaves for so long."""
        until = self._clock() + max(0.0, seconds)
        self._held[key] = max(until, self._held.get(key, until))

    def _bucket(self, key: str, allowance: Allowance, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None or bucket.allowance != allowance:
            self._forget_idle(now)
            bucket = self._buckets[key] = _Bucket(allowance, float(allowance.messages), now)
        bucket.fill(now)
        return bucket

    def _forget_idle(self, now: float) -> None:
        if len(self._buckets) < MAX_BUCKETS:
            return
        for bucket in self._buckets.values():
            bucket.fill(now)
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full}
        self._held = {key: until for key, until in self._held.items() if until > now}
