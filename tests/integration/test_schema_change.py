"""A rolling restart: the database is a version ahead while gateways of this version still run and start."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession

from crm_store.migrations.compatibility import scripts
from crm_store.sql.engine import open_database
from crm_store.sql.tables import schema_compatibility
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import ENGINE_SECRET, IDENTITY_KEY, SITE
from tests.integration.gateway_process import as_environment, gateway_process
from tests.integration.web import RawClient, events_until, text_body

VERSION = sa.table("alembic_version", sa.column("version_num", sa.String()))
HEAD = str(scripts().get_current_head())
# What a newer version might bring that only adds: room, and more of it.
EXPANSION = (
    "CREATE TABLE parcels_of_tomorrow (id INTEGER PRIMARY KEY)",
    "ALTER TABLE messages ADD COLUMN feeling VARCHAR(20)",
    "ALTER TABLE conversations ADD COLUMN weather VARCHAR(20) NOT NULL DEFAULT 'sunny'",
    "CREATE INDEX ix_messages_feeling ON messages (feeling)",
)


@pytest.fixture
def settings(store_url: str, engine_url: str) -> dict[str, str]:
    return as_environment(
        {
            "database_url": store_url,
            "engine_urls": engine_url,
            "engine_secret": ENGINE_SECRET,
            "identity_keys": {"k1": IDENTITY_KEY},
            "allowed_origins": {"demo": [SITE]},
        }
    )


@pytest.fixture
async def old_gateway(settings: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    async with gateway_process(tmp_path, settings) as base:
        yield base


async def test_a_gateway_goes_on_and_another_starts_while_the_schema_is_ahead(
    old_gateway: str,
    settings: dict[str, str],
    store_url: str,
    tmp_path: Path,
    http: ClientSession,
    engine: FakeEngine,
) -> None:
    old = RawClient(old_gateway, http)
    session = await old.open_session()
    async with old.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("before")})
        await events_until(socket, 2)
        await move_on(store_url, "9001", oldest_code=HEAD)
        await socket.send_json({"type": "send", **text_body("after")})
        await events_until(socket, 2)
    async with gateway_process(tmp_path, settings) as started:
        new = RawClient(started, http)
        async with new.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("at another")})
            events = await events_until(socket, 6)
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert engine.asked == ["before", "after", "at another"]


async def test_a_gateway_refuses_to_start_where_it_cannot_work(
    settings: dict[str, str], store_url: str, tmp_path: Path
) -> None:
    await move_on(store_url, "9002", oldest_code="9002")
    with pytest.raises(AssertionError, match="the gateway ended"):
        async with gateway_process(tmp_path, settings):
            pass
    [log] = await asyncio.to_thread(lambda: list(tmp_path.glob("gateway-*.log")))
    assert "run the newer code" in log.read_text()


async def move_on(url: str, revision: str, *, oldest_code: str) -> None:
    """What a newer version's migration leaves behind."""
    database = open_database(url)
    async with database.connect(writes=True) as connection:
        for statement in EXPANSION:
            await connection.execute(sa.text(statement))
        await connection.execute(VERSION.update().values(version_num=revision))
        await connection.execute(schema_compatibility.update().values(oldest_code=oldest_code))
        await connection.commit()
    await database.close()
