"""The gateway on loopback with a real store (SQLite) and a fake engine."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg  # type: ignore[import-untyped]
import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from bot.app import Gateway, open_gateway
from bot.channels.port import Channel
from bot.settings import Settings, load_settings
from crm_store.migrations import upgrade
from crm_store.sql import SqlStore, open_store
from tests.contracts.postgres import SUPERUSER, PostgresMissing, database_url, private_postgres
from tests.fakes.engine import FakeEngine, serve_engine
from tests.integration.web import RawClient

ENGINE_SECRET = "e" * 43
IDENTITY_KEY = "k" * 43
SITE = "https://shop.example"
POSTGRES_DATABASE = "kotha_gateway"


@dataclass(frozen=True)
class Running:
    """A gateway that serves."""

    base: str
    gateway: Gateway
    store: SqlStore
    settings: Settings


StartGateway: TypeAlias = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KOTHA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "store.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated database of a private PostgreSQL, for tests that put `store_url` there."""
    try:
        with private_postgres() as home:
            asyncio.run(_create_database(home))
            url = database_url(home, POSTGRES_DATABASE)
            upgrade(url)
            yield url
    except PostgresMissing as missing:
        pytest.skip(str(missing))


async def _create_database(home: str) -> None:
    connection = await asyncpg.connect(host=home, user=SUPERUSER, database="postgres")
    await connection.execute(f"CREATE DATABASE {POSTGRES_DATABASE}")
    await connection.close()


@pytest.fixture
def store_url(migrated: Path, tmp_path: Path) -> str:
    path = tmp_path / "store.sqlite3"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    opened = await open_store(store_url)
    yield opened
    await opened.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(secret=ENGINE_SECRET)


@pytest.fixture
async def engine_url(engine: FakeEngine) -> AsyncIterator[str]:
    async with serve_engine(engine) as url:
        yield url


@pytest.fixture
def start_gateway(store: SqlStore, store_url: str, engine_url: str) -> StartGateway:
    """Start a gateway; settings of the test win."""

    @asynccontextmanager
    async def start(
        *, channels: Sequence[Channel] = (), with_store: SqlStore | None = None, **changes: Any
    ) -> AsyncIterator[Running]:
        settings = load_settings(
            **{
                "database_url": store_url,
                "engine_urls": [engine_url],
                "engine_secret": ENGINE_SECRET,
                "identity_keys": {"k1": IDENTITY_KEY},
                "allowed_origins": {"demo": [SITE], "other": []},
                "poll_seconds": 0.2,
                "socket_poll_seconds": 0.3,
                "drain_seconds": 2,
                "turn_workers": 4,
                **changes,
            }
        )
        async with open_gateway(settings, with_store or store, channels) as gateway:
            server = TestServer(gateway.app)
            await server.start_server()
            try:
                yield Running(str(server.make_url("")).rstrip("/"), gateway, with_store or store, settings)
            finally:
                await server.close()

    return start


@pytest.fixture
async def running(start_gateway: StartGateway) -> AsyncIterator[Running]:
    """A gateway with everyday settings."""
    async with start_gateway() as started:
        yield started


async def eventually(check: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until `check` holds."""
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110  what is waited for happens in a service that knows no tests
            await asyncio.sleep(0.01)


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """An HTTP client that keeps cookies of loopback addresses too."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
def raw(running: Running, http: ClientSession) -> RawClient:
    """A raw client of the everyday gateway."""
    return RawClient(running.base, http)
