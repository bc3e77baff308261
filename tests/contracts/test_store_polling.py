"""One process polls an account at a time, over both databases."""

import asyncio
from uuid import uuid4

from crm_store.sql import SqlStore
from crm_store.use_cases.platforms import lease_polling
from tests.contracts.conftest import Clock

FIRST, SECOND = uuid4(), uuid4()


async def test_who_polls_goes_on_and_nobody_else_begins(store: SqlStore) -> None:
    assert await lease_polling(store, "telegram", "1", FIRST, seconds=60)
    assert not await lease_polling(store, "telegram", "1", SECOND, seconds=60)
    assert await lease_polling(store, "telegram", "1", FIRST, seconds=60)
    assert await lease_polling(store, "telegram", "2", SECOND, seconds=60)


async def test_a_poller_that_is_gone_is_followed_by_another(store: SqlStore, clock: Clock) -> None:
    await lease_polling(store, "telegram", "1", FIRST, seconds=60)
    clock.advance(61)
    assert await lease_polling(store, "telegram", "1", SECOND, seconds=60)
    assert not await lease_polling(store, "telegram", "1", FIRST, seconds=60)


async def test_a_poller_that_stops_gives_way_at_once(store: SqlStore) -> None:
    await lease_polling(store, "telegram", "1", FIRST, seconds=60)
    await lease_polling(store, "telegram", "1", FIRST, seconds=0)
    assert await lease_polling(store, "telegram", "1", SECOND, seconds=60)


async def test_of_many_that_ask_at_once_one_gets_it(store: SqlStore) -> None:
    held = await asyncio.gather(
        *(lease_polling(store, "telegram", "1", uuid4(), seconds=60) for _ in range(8))
    )
    assert held.count(True) == 1
