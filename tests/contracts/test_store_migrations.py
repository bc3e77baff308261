"""The migrations and the tables say the same, both ways, on both databases."""

from collections.abc import Callable
from typing import TypeVar

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from crm_store.migrations import BASE, migrate
from crm_store.migrations.__main__ import main
from crm_store.sql.engine import open_database
from crm_store.sql.tables import metadata


async def test_upgrading_an_empty_database_gives_exactly_the_tables(empty_url: str) -> None:
    await migrate(empty_url)
    assert await _inspect(empty_url, _differences) == []


async def test_downgrading_to_base_leaves_nothing_behind(empty_url: str) -> None:
    await migrate(empty_url)
    assert await migrate(empty_url, BASE) == BASE
    assert await _inspect(empty_url, _tables) == {"alembic_version"}


async def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    first = await migrate(empty_url)
    assert await migrate(empty_url) == first


async def test_going_down_to_a_revision_and_up_again(empty_url: str) -> None:
    await migrate(empty_url)
    assert await migrate(empty_url, "0001") == "0001"
    assert "orders" not in await _inspect(empty_url, _tables)
    await migrate(empty_url)
    assert await _inspect(empty_url, _differences) == []


def test_the_command_says_in_one_line_where_the_database_is(
    empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", empty_url]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_the_command_explains_a_database_it_cannot_reach(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", "sqlite:////nowhere/at/all.sqlite3"]) == 1
    assert "could not be migrated" in capsys.readouterr().err


def _differences(connection: sa.Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _tables(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


T = TypeVar("T")


async def _inspect(url: str, look: Callable[[sa.Connection], T]) -> T:
    database = open_database(url)
    try:
        async with database.connect(writes=False) as connection:
            return await connection.run_sync(look)
    finally:
        await database.close()
