"""Locks of an SQLite store between processes: what one process writes another must not write over."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import ConflictingWrite
from crm_store.migrations import migrate
from crm_store.sql import open_store

TRY_TO_WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
else:
    print("writing")
"""

# A line of an order that is not there.
ORPHAN = """
INSERT INTO order_lines
    (id, order_id, product_id, position, product_name, product_name_bn, category, quantity, unit_price)
VALUES (:id, :id, :id, 0, 'Honey', 'মধু', 'food', 1, 100)
"""


async def another_process_tries_to_write(path: Path) -> str:
    command = [sys.executable, "-c", TRY_TO_WRITE, str(path)]
    result = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return result.stdout.strip()


@pytest.mark.rules("G1")
async def test_a_further_connection_does_not_give_up_the_writers_lock(tmp_path: Path) -> None:
    """Opening and closing the file anywhere in a process drops its locks: nothing of ours may do that."""
    path = tmp_path / "kotha.sqlite3"
    url = f"sqlite:///{path}"
    await migrate(url)
    store = await open_store(url)
    try:
        async with store.begin() as writer:
            await writer.conversations.list_waiting(writer.now, 1)  # its first statement takes the lock
            assert await another_process_tries_to_write(path) == "database is locked"
            async with store.read() as reader:  # a second connection of this process
                await reader.conversations.list_waiting(reader.now, 1)
                assert await another_process_tries_to_write(path) == "database is locked"
            another = await open_store(url)
            await another.ping()
            assert await another_process_tries_to_write(path) == "database is locked"
            await another.close()
    finally:
        await store.close()


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "kotha.sqlite3"
    await migrate(f"sqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.rules("G1")
async def test_a_commit_that_failed_does_not_spoil_its_connection_for_those_after_it(tmp_path: Path) -> None:
    """As on a full disk, which says so only when a transaction is committed; here a foreign key does."""
    url = f"sqlite:///{tmp_path / 'kotha.sqlite3'}"
    await migrate(url)
    store = await open_store(url)
    try:
        with pytest.raises(ConflictingWrite):
            async with store.begin() as uow:
                await uow.connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
                await uow.connection.execute(sa.text(ORPHAN), {"id": uuid4().hex})
                await uow.commit()
        async with store.begin() as after:
            count = await after.connection.execute(sa.text("SELECT count(*) FROM order_lines"))
            assert count.scalar_one() == 0
            await after.commit()
    finally:
        await store.close()
