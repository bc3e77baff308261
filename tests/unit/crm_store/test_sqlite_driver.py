"""The driver that hops once per statement behaves like the one it stands on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm_store.sql.sqlite_driver import Connection, Cursor, connect


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    opened = await connect(str(tmp_path / "test.sqlite3"), isolation_level=None)
    await _execute(opened, "CREATE TABLE things (name TEXT UNIQUE)")
    yield opened
    await opened.close()


async def test_rows_and_counts_are_there_without_another_hop(connection: Connection) -> None:
    inserted = await _execute(connection, "INSERT INTO things VALUES (?) RETURNING name", "a")
    assert await inserted.fetchall() == [("a",)]
    assert inserted.description[0][0] == "name"
    updated = await _execute(connection, "UPDATE things SET name = ?", "b")
    assert (updated.rowcount, updated.description, await updated.fetchall()) == (1, None, [])


async def test_many_rows_go_in_together(connection: Connection) -> None:
    await connection.cursor().executemany("INSERT INTO things VALUES (?)", [("a",), ("b",)])
    counted = await _execute(connection, "SELECT count(*) FROM things")
    assert await counted.fetchall() == [(2,)]


async def test_a_transaction_begins_with_its_first_statement(connection: Connection) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    assert not _is_open(connection)
    await _execute(connection, "INSERT INTO things VALUES ('a')")
    assert _is_open(connection)
    await connection.rollback()
    assert await (await _execute(connection, "SELECT * FROM things")).fetchall() == []


async def test_a_transaction_that_did_nothing_ends_without_a_trace(connection: Connection) -> None:
    for end in (connection.commit, connection.rollback):
        connection.begin_with_next("BEGIN IMMEDIATE")
        await end()
        await _execute(connection, "SELECT 1")
        assert not _is_open(connection)


async def test_errors_are_sqlites_own(connection: Connection) -> None:
    await _execute(connection, "INSERT INTO things VALUES ('a')")
    with pytest.raises(sqlite3.IntegrityError):
        await _execute(connection, "INSERT INTO things VALUES ('a')")


async def test_a_statement_given_up_is_rolled_back_even_if_it_ran_afterwards(connection: Connection) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    statement = asyncio.create_task(_execute(connection, "INSERT INTO things VALUES ('a')"))
    await asyncio.sleep(0)  # it is on its way to the thread
    statement.cancel()
    with pytest.raises(asyncio.CancelledError):
        await statement
    await connection.rollback()
    assert not _is_open(connection)
    assert await (await _execute(connection, "SELECT * FROM things")).fetchall() == []


def _is_open(connection: Connection) -> bool:
    return bool(connection.in_transaction)


async def _execute(connection: Connection, sql: str, *parameters: object) -> Cursor:
    return await connection.cursor().execute(sql, parameters)
