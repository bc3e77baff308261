"""Nobody is spoken to faster than a platform allows, and nobody waits inside."""

import pytest

from bot.channels.pacing import MAX_WINDOWS, Allowance, Pacer
from bot.errors import DeliveryHeldBack

PER_CHAT = Allowance(1, 1.0)
OVERALL = Allowance(30, 1.0)


class Hands:
    """A clock's."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def pacer(clock: Hands) -> Pacer:
    return Pacer(clock)


@pytest.mark.rules("TG7", "SL8")
def test_a_chat_gets_one_message_a_second(pacer: Pacer, clock: Hands) -> None:
    assert pacer.take({"chat 1": PER_CHAT}) == 0.0
    assert pacer.take({"chat 1": PER_CHAT}) == pytest.approx(1.0)
    clock.time += 0.4
    assert pacer.take({"chat 1": PER_CHAT}) == pytest.approx(0.6)
    clock.time += 0.6
    assert pacer.take({"chat 1": PER_CHAT}) == 0.0


@pytest.mark.rules("SL8")
def test_the_next_second_begins_when_a_message_is_there(pacer: Pacer, clock: Hands) -> None:
    pacer.arrived("chat 1")
    pacer.take({"chat 1": PER_CHAT})
    clock.time += 0.7
    pacer.arrived("chat 1")
    clock.time += 0.6
    assert pacer.take({"chat 1": PER_CHAT}) == pytest.approx(0.4)


@pytest.mark.rules("TG7")
def test_what_one_limit_refuses_costs_nothing_of_the_others(pacer: Pacer) -> None:
    group = Allowance(2, 60.0)
    assert pacer.take({"chat": Allowance(10, 1.0), "group": group}) == 0.0
    assert pacer.take({"chat": Allowance(10, 1.0), "group": group}) == 0.0
    assert pacer.take({"all": Allowance(1, 9.0), "group": group}) == pytest.approx(60.0)
    assert pacer.take({"all": Allowance(1, 9.0)}) == 0.0


@pytest.mark.rules("TG7")
def test_thirty_chats_a_second_and_not_one_more(pacer: Pacer) -> None:
    waits = [pacer.take({f"chat {n}": PER_CHAT, "all": OVERALL}) for n in range(31)]
    assert waits[:30] == [0.0] * 30
    assert waits[30] == pytest.approx(1.0)


@pytest.mark.rules("TG7", "SL8")
def test_after_too_many_requests_it_is_quiet_for_as_long_as_they_say(pacer: Pacer, clock: Hands) -> None:
    pacer.hold("all", 7.0)
    pacer.hold("all", 3.0)
    assert pacer.take({"chat": PER_CHAT, "all": OVERALL}) == pytest.approx(7.0)
    clock.time += 7.0
    assert pacer.take({"chat": PER_CHAT, "all": OVERALL}) == 0.0


def test_a_message_that_has_to_wait_is_held_back_with_the_wait(pacer: Pacer) -> None:
    pacer.check({"chat": PER_CHAT})
    with pytest.raises(DeliveryHeldBack) as held:
        pacer.check({"chat": PER_CHAT})
    assert held.value.retry_after == pytest.approx(1.0)


def test_no_minute_of_an_hour_passes_the_limit(pacer: Pacer, clock: Hands) -> None:
    group, left = Allowance(20, 60.0), []
    while clock.time < 100.0 + 3600.0:
        wait = pacer.take({"group": group})
        if wait == 0.0:
            left.append(clock.time)
        clock.time += wait or 0.7
    assert len(left) >= 20 * 58
    assert all(later - earlier >= 59.999 for earlier, later in zip(left, left[20:], strict=False))


def test_chats_nobody_speaks_to_any_more_are_forgotten(pacer: Pacer, clock: Hands) -> None:
    for number in range(MAX_WINDOWS):
        pacer.take({f"chat {number}": PER_CHAT})
    clock.time += 2.0
    pacer.take({"one more": PER_CHAT})
    assert len(pacer._windows) == 1
