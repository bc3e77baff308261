"""What a use case sees when the database fails it: the store's own exceptions, and nothing half written."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import ConflictingWrite, StoreNotMigrated, StoreUnavailable
from crm_store.domain.identities import Proof
from crm_store.migrations.runner import migrate
from crm_store.sql import SqlStore, open_store
from crm_store.sql.engine import open_database
from crm_store.sql.tables import channel_identities
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.sessions import open_web_session
from tests.contracts.postgres import database_url


async def test_a_reachable_store_answers_a_ping(store: SqlStore) -> None:
    await store.ping()


async def test_a_database_without_tables_says_to_migrate(empty_url: str) -> None:
    store = await open_store(empty_url)
    with pytest.raises(StoreNotMigrated):
        await open_web_session(store, widget="demo")
    await store.close()


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    store = await open_store(database_url(str(tmp_path), "kotha"))
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.close()


@pytest.mark.postgres
async def test_a_database_that_is_not_there_is_unavailable(postgres_home: str) -> None:
    store = await open_store(database_url(postgres_home, "nowhere"))
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.close()


@pytest.mark.postgres
async def test_connections_that_died_are_replaced(postgres_home: str, postgres_database: str) -> None:
    store = await open_store(database_url(postgres_home, postgres_database))
    await store.ping()
    killer = open_database(database_url(postgres_home, "postgres"))
    async with killer.connect(writes=True) as connection:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        await connection.execute(sa.text(kill), {"name": postgres_database})
    await killer.close()
    await store.ping()
    await store.close()


async def test_a_folder_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="create it first"):
        await open_store("sqlite:////nowhere/at/all/store.sqlite3")


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    path.write_text("shopping list " * 100)
    store = await open_store(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.close()


async def test_a_file_that_became_rubbish_under_an_open_store_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    await migrate(f"sqlite:///{path}")
    store = await open_store(f"sqlite:///{path}")
    await store.ping()  # keeps its connection
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE things (name TEXT)")  # so that it looks at the file again
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.write(b"shopping list " * 5000)
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.close()


@pytest.mark.postgres
async def test_a_server_that_became_a_standby_is_unavailable(
    postgres_home: str, postgres_database: str
) -> None:
    store = await open_store(database_url(postgres_home, postgres_database))
    with pytest.raises(StoreUnavailable, match="read-only"):
        async with store.begin() as uow:
            await uow.connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            await uow.identities.add(_visitor(), uow.now)
    await store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "secret",
        "postgresql+asyncpg://kotha:secret@host:port/kotha",
        "mysql://kotha:secret@host/kotha",
        "sqlite+pysqlite:///secret.sqlite3",
    ],
)
async def test_a_url_that_names_no_database_of_ours_is_unavailable_in_one_line(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="write sqlite") as caught:
        await open_store(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    await migrate(url)
    store = await open_store(url)
    async with store.begin() as uow:
        await uow.identities.add(_visitor(), uow.now)
        await uow.commit()
        modes = _modes(tmp_path)
    await store.close()
    assert modes == dict.fromkeys(["store.sqlite3", "store.sqlite3-wal", "store.sqlite3-shm"], 0o600)


async def test_leaving_without_commit_writes_nothing(store: SqlStore) -> None:
    async with store.begin() as uow:
        await uow.identities.add(_visitor(), uow.now)
    assert await _count(store) == 0


async def test_an_error_inside_writes_nothing(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as uow:
            await uow.identities.add(_visitor(), uow.now)
            _ = 1 / 0
    assert await _count(store) == 0
    await open_web_session(store, widget="demo")  # and holds nobody up


async def test_a_cancelled_use_case_writes_nothing_and_holds_nobody_up(store: SqlStore) -> None:
    inside = asyncio.Event()

    async def stuck() -> None:
        async with store.begin() as uow:
            await uow.identities.add(_visitor(), uow.now)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(open_web_session(store, widget="demo"), timeout=5)
    assert await _count(store) == 1


async def test_a_duplicate_key_is_a_conflicting_write(store: SqlStore) -> None:
    with pytest.raises(ConflictingWrite):
        async with store.begin() as uow:
            for _ in range(2):
                await uow.identities.add(_visitor(), uow.now)


async def test_an_error_message_names_no_personal_data(store: SqlStore) -> None:
    with pytest.raises(ConflictingWrite) as caught:
        async with store.begin() as uow:
            for _ in range(2):
                await uow.identities.add(_visitor(source_id="01711-000000"), uow.now)
    assert "01711" not in str(caught.value)


async def test_nor_does_the_log_of_a_mistake_of_ours(store: SqlStore) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught:
        async with store.read() as uow:
            query = sa.text("SELECT nonsense FROM conversations WHERE account = :phone")
            await uow.connection.execute(query, {"phone": "01711-000000"})
    assert "01711" not in str(caught.value)


async def test_a_mistake_of_ours_is_not_hidden_as_unavailable(store: SqlStore) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        async with store.read() as uow:
            await uow.connection.execute(sa.text("SELECT nonsense FROM conversations"))


async def test_readers_do_not_wait_for_a_writer(store: SqlStore) -> None:
    async with store.begin() as uow:
        await uow.identities.add(_visitor(), uow.now)
        assert await asyncio.wait_for(_count(store), timeout=5) == 0


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def _visitor(source_id: str = "visitor:1") -> Identity:
    return Identity(new_id(), "web", "demo", source_id, Proof.NONE, customer_id=None)


async def _count(store: SqlStore) -> int:
    query = sa.select(sa.func.count()).select_from(channel_identities)
    async with store.read() as uow:
        return int((await uow.connection.execute(query)).scalar_one())
