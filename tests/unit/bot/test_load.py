"""Overload is judged by customers who wait, and a store that takes no writes is not asked in vain."""

import asyncio
from typing import cast

import pytest

from bot import load as load_module
from bot.errors import Overloaded
from bot.load import STORE_FAILURES, STORE_PROBE_SECONDS, Bounds, Load
from bot.metrics import Metrics
from crm_store.domain.errors import StoreUnavailable, TooManyWaiting
from crm_store.use_cases.unit_of_work import Store

BOUNDS = Bounds(per_customer=50, late_seconds=120, late_many=4)


class World:
    """A clock, and how many wait too long."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.late = 1000.0, 0
        self.metrics = Metrics()
        self.load = Load(cast(Store, None), self.metrics, BOUNDS, clock=lambda: self.now)

        async def count_late(_store: Store, *, seconds: float, at_most: int) -> int:
            assert (seconds, at_most) == (120, 4)
            return self.late

        monkeypatch.setattr(load_module, "count_late", count_late)

    def fail(self) -> None:
        with pytest.raises(StoreUnavailable, match="away"), self.load.accepting():
            raise StoreUnavailable("away")

    def refused_untried(self) -> bool:
        tried = False
        try:
            with self.load.accepting():
                tried = True
                raise StoreUnavailable("away")
        except StoreUnavailable:
            return not tried


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


async def test_a_few_who_wait_long_are_no_overload(world: World) -> None:
    world.late = 3
    await world.load.look()
    assert (world.load.is_overloaded, world.load.at_most_waiting, world.load.why) == (False, 50, None)
    with pytest.raises(TooManyWaiting), world.load.accepting():
        raise TooManyWaiting


async def test_as_many_as_there_are_workers_are(world: World) -> None:
    world.late = 4
    await world.load.look()
    assert (world.load.at_most_waiting, world.metrics.overloaded._value.get()) == (0, 1)
    assert world.load.why == "overloaded: too many customers have waited 120 s"
    with pytest.raises(Overloaded), world.load.accepting():
        raise TooManyWaiting
    world.late = 0
    await world.load.look()
    assert (world.load.at_most_waiting, world.metrics.overloaded._value.get()) == (50, 0)


def test_a_store_that_failed_a_few_times_is_asked_once_a_second(world: World) -> None:
    for _ in range(STORE_FAILURES):
        world.fail()
    assert world.load.why == "the database takes no writes"
    assert [world.refused_untried() for _ in range(3)] == [False, True, True]
    world.now += STORE_PROBE_SECONDS
    assert [world.refused_untried() for _ in range(2)] == [False, True]


def test_one_write_that_succeeds_opens_the_door_again(world: World) -> None:
    for _ in range(STORE_FAILURES):
        world.fail()
    with world.load.accepting():
        pass
    assert world.load.why is None
    world.fail()
    assert not world.refused_untried()


async def test_a_look_that_breaks_is_not_the_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "LOOK_SECONDS", 0.001)
    looks = 0

    async def break_once(_store: Store, *, seconds: float, at_most: int) -> int:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise ZeroDivisionError
        return 4

    monkeypatch.setattr(load_module, "count_late", break_once)
    world.load.start()
    async with asyncio.timeout(5):
        while not world.load.is_overloaded:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.001)
    await world.load.stop()
