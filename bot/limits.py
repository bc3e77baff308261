"""Rate limits: token buckets by key, bounded in memory; and what counts as one address."""

import contextlib
import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

# Buckets kept; the longest unused one is forgotten first. 50,000 x ~200 bytes = 10 MB.
MAX_BUCKETS = 50_000
HOME_BITS = 64  # of an IPv6 address: what a provider gives one home or one server, addresses without end
FORGOTTEN_AT_ONCE = 2  # for each that may be new, so that they become fewer and no call takes long


def network_of(address: str) -> str:
    """What is counted as one sender: an IPv4 address, the /64 of an IPv6 one; anything else is itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if (inside := found.ipv4_mapped) is not None:
        return str(inside)
    return str(ipaddress.IPv6Network((int(found), HOME_BITS), strict=False))


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_minute` on average, up to `burst` at once."""

    per_minute: float
    burst: int


class RateLimiter:
    """One token bucket for each key (an identity, an address)."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = rate.per_minute / 60
        self._burst = float(rate.burst)
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait_for(self, key: Hashable) -> float:
        """Take one token: 0.0 when there was one, else the seconds until the next (nothing is taken)."""
        now = self._clock()
        tokens, at = self._buckets.get(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._remember(key, (tokens if wait else tokens - 1, now))
        return wait

    def has_token(self, key: Hashable) -> bool:
        """Whether `wait_for` would find one now; nothing is taken."""
        tokens, at = self._buckets.get(key, (self._burst, 0.0))
        return tokens + (self._clock() - at) * self._per_second >= 1

    def _remember(self, key: Hashable, bucket: tuple[float, float]) -> None:
        self._buckets[key] = bucket
        self._buckets.move_to_end(key)
        self._forget_full(bucket[1])
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)

    def _forget_full(self, now: float) -> None:
        """A bucket that is full again says no more than none; those used longest ago stand first."""
        for _ in range(FORGOTTEN_AT_ONCE):
            key, (tokens, at) = next(iter(self._buckets.items()))
            if tokens + (now - at) * self._per_second < self._burst:
                return
            del self._buckets[key]


class Places:
    """So many at the same time for each key (the open sockets of an address)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[Hashable] = Counter()

    @contextlib.contextmanager
    def one_for(self, key: Hashable) -> Iterator[bool]:
        """Whether there was one; if so it is taken meanwhile."""
        if self._taken[key] >= self._most:
            yield False
            return
        self._taken[key] += 1
        try:
            yield True
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]
