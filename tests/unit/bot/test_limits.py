import pytest

from bot.limits import MAX_BUCKETS, Rate, RateLimiter, network_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_waits_for_a_token() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_minute=60, burst=3), clock=clock)
    assert [limiter.wait_for("a") for _ in range(4)] == [0, 0, 0, 1.0]
    clock.now += 0.5
    assert limiter.wait_for("a") == 0.5
    clock.now += 0.5
    assert limiter.wait_for("a") == 0.0


def test_a_refused_try_costs_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_minute=60, burst=1), clock=clock)
    limiter.wait_for("a")
    for _ in range(10):
        limiter.wait_for("a")
    clock.now += 1.0
    assert limiter.wait_for("a") == 0.0


def test_keys_do_not_share_a_bucket() -> None:
    limiter = RateLimiter(Rate(per_minute=1, burst=1), clock=Clock())
    assert limiter.wait_for("a") == 0
    assert limiter.wait_for("b") == 0
    assert limiter.wait_for("a") > 0


def test_tokens_never_exceed_the_burst() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_minute=60, burst=2), clock=clock)
    limiter.wait_for("a")
    clock.now += 3600
    assert [limiter.wait_for("a") > 0 for _ in range(3)] == [False, False, True]


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(Rate(per_minute=1, burst=1), clock=Clock())
    for key in range(MAX_BUCKETS + 10):
        limiter.wait_for(key)
    assert len(limiter._buckets) == MAX_BUCKETS


def test_those_who_wrote_nothing_for_long_are_forgotten() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_minute=60, burst=2), clock=clock)
    for visitor in range(500):
        limiter.wait_for(visitor)
        clock.now += 0.5
    assert len(limiter._buckets) <= 4


def test_somebody_who_wrote_a_moment_ago_is_not_forgotten() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_minute=1, burst=1), clock=clock)
    limiter.wait_for("a")
    for visitor in range(50):
        limiter.wait_for(visitor)
        clock.now += 1.0
    assert limiter.wait_for("a") > 0


def test_looking_for_a_token_takes_none() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_minute=60, burst=1), clock=clock)
    assert [limiter.has_token("a") for _ in range(3)] == [True] * 3
    assert limiter.wait_for("a") == 0.0
    assert not limiter.has_token("a")
    clock.now += 1.0
    assert limiter.has_token("a")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),  # how a socket for both calls an IPv4 peer
        ("unknown", "unknown"),
        ("203.0.113.9:4711", "203.0.113.9:4711"),
    ],
)
def test_all_addresses_of_one_home_are_one(address: str, counted: str) -> None:
    assert network_of(address) == counted
