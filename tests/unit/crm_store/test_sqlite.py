"""SQLite in the event loop's thread: nothing that waits may stop the loop."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_store.sql import sqlite
from crm_store.sql.sqlite import CHECKPOINT_EVERY, SqliteDatabase

ADD = sa.text("INSERT INTO things VALUES (:name)")
COUNT = sa.text("SELECT count(*) FROM things")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(str(path), foreign_keys=True)
    async with opened.connect(writes=True) as connection:
        await connection.execute(sa.text("CREATE TABLE things (name TEXT UNIQUE)"))
        await connection.commit()
    yield opened
    await opened.close()


async def test_what_is_not_committed_is_gone(database: SqliteDatabase) -> None:
    async with database.connect(writes=True) as connection:
        await connection.execute(ADD, {"name": "a"})
    assert await _count(database) == 0


async def test_a_commit_in_the_middle_begins_anew(database: SqliteDatabase) -> None:
    async with database.connect(writes=True) as connection:
        await connection.execute(ADD, {"name": "a"})
        await connection.commit()
        await connection.execute(ADD, {"name": "b"})
    assert await _count(database) == 1


async def test_a_reader_keeps_the_snapshot_it_began_with(database: SqliteDatabase) -> None:
    async with database.connect(writes=False) as reader:
        await _add(database, "a")
        assert (await reader.execute(COUNT)).scalar_one() == 0
    assert await _count(database) == 1


async def test_the_loop_runs_on_while_another_process_writes(database: SqliteDatabase, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(_add(database, "a"))
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not writing.done()
        other.execute("COMMIT")
    await writing
    assert await _count(database) == 1


async def test_a_database_that_stays_locked_is_an_error_in_the_end(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.02)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await _add(database, "a")
    await _add(database, "a")
    assert await _count(database) == 1


async def test_writers_behind_one_another_all_give_up_when_the_first_does(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waiting its own time after the one before it, the hundredth would wait a quarter of an hour."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = asyncio.get_running_loop().time()
        ends = await asyncio.gather(
            *(_add(database, str(number)) for number in range(20)), return_exceptions=True
        )
        waited = asyncio.get_running_loop().time() - began
    assert {type(end) for end in ends} == {sqlite3.OperationalError}
    assert waited < 10 * 0.2
    await _add(database, "a")


async def test_a_writer_that_gives_up_waiting_leaves_its_connection_closed(
    database: SqliteDatabase, path: Path
) -> None:
    opened, closed = [], []
    sa.event.listen(database.engine, "checkout", lambda *_: opened.append(1))
    sa.event.listen(database.engine, "checkin", lambda *_: closed.append(1))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with database.connect(writes=False):  # takes the kept connection, so that the writer opens one
            writing = asyncio.create_task(_add(database, "a"))
            await asyncio.sleep(0.01)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
    assert opened == closed == [1]
    await _add(database, "b")
    assert await _count(database) == 1


async def test_writers_of_one_process_take_turns(database: SqliteDatabase) -> None:
    async def add_slowly(name: str) -> None:
        async with database.connect(writes=True) as connection:
            await connection.execute(ADD, {"name": name})
            await asyncio.sleep(0)
            await connection.commit()

    await asyncio.gather(*(add_slowly(str(number)) for number in range(20)))
    assert await _count(database) == 20


async def test_many_readers_at_once_do_not_wait_for_one_another(database: SqliteDatabase) -> None:
    everybody = asyncio.Barrier(3 * sqlite.KEPT_CONNECTIONS)

    async def read() -> int:
        async with database.connect(writes=False) as connection:
            await everybody.wait()
            return int((await connection.execute(COUNT)).scalar_one())

    counted = await asyncio.gather(*(read() for _ in range(everybody.parties)))
    assert set(counted) == {0}


async def test_the_log_is_copied_into_the_file_now_and_then(database: SqliteDatabase, path: Path) -> None:
    before = _size(path)
    for number in range(CHECKPOINT_EVERY):
        await _add(database, f"{number:>1000}")
    await database.close()
    assert _size(path) > before


async def _add(database: SqliteDatabase, name: str) -> None:
    async with database.connect(writes=True) as connection:
        await connection.execute(ADD, {"name": name})
        await connection.commit()


async def _count(database: SqliteDatabase) -> int:
    async with database.connect(writes=False) as connection:
        return int((await connection.execute(COUNT)).scalar_one())


def _size(path: Path) -> int:
    return path.stat().st_size
