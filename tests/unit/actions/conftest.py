"""The actions over a freshly seeded demo shop, on a day that does not move."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crm_store.migrations import upgrade
from crm_store.seed import seed_demo_shop
from crm_store.sql import open_store
from tests.unit.actions.acting import Acting

TODAY = date(2026, 11, 21)  # a Saturday
NOON = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # in Dhaka, when people are at work


@pytest.fixture(scope="session")
def seeded_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database to copy: seeding costs a second, copying a few milliseconds."""
    path = tmp_path_factory.mktemp("seeded") / "shop.sqlite3"
    url = f"sqlite:///{path}"
    upgrade(url)
    asyncio.run(seed_demo_shop(url, today=TODAY))
    return path


class Clock:
    """Stands still until a test turns it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def acting(seeded_shop: Path, tmp_path: Path, clock: Callable[[], datetime]) -> AsyncIterator[Acting]:
    database = tmp_path / "shop.sqlite3"
    shutil.copy(seeded_shop, database)
    store = await open_store(f"sqlite:///{database}", clock=clock)
    yield Acting(store, clock)
    await store.close()
