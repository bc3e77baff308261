"""Every contract test runs once per database: `store` is empty, migrated, and on a clock the test turns."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest

from crm_store.migrations import upgrade
from crm_store.sql import SqlStore, open_store
from tests.contracts.postgres import PostgresMissing, database_url, private_postgres

DATABASES = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]
TEMPLATE = "kotha_template"


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_home() -> Iterator[str]:
    """Where the private PostgreSQL of this run listens."""
    try:
        with private_postgres() as home:
            yield home
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_template(postgres_home: str) -> str:
    asyncio.run(_administer(postgres_home, f"CREATE DATABASE {TEMPLATE}"))
    upgrade(database_url(postgres_home, TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.sqlite3"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


_numbers = itertools.count(1)


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite+aiosqlite:///{path}"
    template = request.getfixturevalue("postgres_template")
    return _new_postgres_database(request.getfixturevalue("postgres_home"), f"TEMPLATE {template}")


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any tables."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"
    return _new_postgres_database(request.getfixturevalue("postgres_home"), "")


@pytest.fixture
async def store(store_url: str, clock: Clock) -> AsyncIterator[SqlStore]:
    opened = await open_store(store_url, clock=clock)
    yield opened
    await opened.close()


def _new_postgres_database(home: str, options: str) -> str:
    name = f"kotha_{next(_numbers)}"
    asyncio.run(_administer(home, f"CREATE DATABASE {name} {options}"))
    return database_url(home, name)


async def _administer(home: str, statement: str) -> None:
    connection = await asyncpg.connect(host=home, user="kotha", database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
