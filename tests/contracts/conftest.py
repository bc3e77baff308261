"""Every contract test runs once per database: `store` is empty, migrated, and on a clock the test turns."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest

from crm_store.migrations import upgrade
from crm_store.sql import SqlStore, open_store
from crm_store.sql.tables import metadata
from tests.contracts.postgres import SUPERUSER, PostgresMissing, database_url, private_postgres

DATABASES = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]
SHARED = "kotha_shared"

# Children before their parents. DELETE, because TRUNCATE makes new files for every table.
# These belong to the schema.
OF_THE_SCHEMA = {"conversation_edges", "schema_compatibility"}
EMPTY_EVERY_TABLE = "; ".join(
    str(table.delete()) for table in reversed(metadata.sorted_tables) if table.name not in OF_THE_SCHEMA
)


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
def postgres_template() -> str | None:
    """The PostgreSQL database each test gets a copy of; None: an empty store, which is quicker."""
    return None


@pytest.fixture(scope="session")
def postgres_database(postgres_home: str) -> str:
    """One migrated database for the whole run: emptying it is much faster than making a new one."""
    asyncio.run(_administer(postgres_home, f"CREATE DATABASE {SHARED}"))
    upgrade(database_url(postgres_home, SHARED))
    return SHARED


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


_numbers = itertools.count(1)


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database: empty, or a copy of what a folder's own template fixtures prepared."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    home, template = request.getfixturevalue("postgres_home"), request.getfixturevalue("postgres_template")
    if template is not None:
        with _copied_database(home, template) as url:
            yield url
        return
    database = request.getfixturevalue("postgres_database")
    asyncio.run(_administer(home, EMPTY_EVERY_TABLE, database=database))
    yield database_url(home, database)


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with _copied_database(request.getfixturevalue("postgres_home"), "template1") as url:
        yield url


@pytest.fixture
async def store(store_url: str, clock: Clock) -> AsyncIterator[SqlStore]:
    opened = await open_store(store_url, clock=clock)
    yield opened
    await opened.close()


@contextmanager
def _copied_database(home: str, template: str) -> Iterator[str]:
    name = f"kotha_{next(_numbers)}"
    asyncio.run(_administer(home, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield database_url(home, name)
    asyncio.run(_administer(home, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(home: str, statement: str, *, database: str = "postgres") -> None:
    connection = await asyncpg.connect(host=home, user=SUPERUSER, database=database)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
