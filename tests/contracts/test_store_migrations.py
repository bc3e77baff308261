"""The migrations and the tables say the same, both ways, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

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


async def test_conversations_that_were_there_get_the_state_their_status_means(empty_url: str) -> None:
    await migrate(empty_url, "0007")
    await _inspect(empty_url, _add_conversations)
    await migrate(empty_url)
    assert await _inspect(empty_url, _states) == [
        ("open", "queued", True),
        ("pending", "bot", False),
        ("resolved", "resolved", False),
    ]
    await migrate(empty_url, "0007")
    assert await _inspect(empty_url, _states_of_old) == ["open", "pending", "resolved"]


async def test_moving_conversations_to_places_keeps_them_and_their_guard(empty_url: str) -> None:
    await migrate(empty_url, "0007")
    await _inspect(empty_url, _add_conversations)
    for revision in ("0010", "0011", "0010", "0011"):
        await migrate(empty_url, revision)
        assert len(await _inspect(empty_url, _states)) == 3
        with pytest.raises(sa.exc.DBAPIError, match="journalled"):
            await _inspect(empty_url, _steal)


def _steal(connection: sa.Connection) -> None:
    connection.execute(sa.text("UPDATE conversations SET epoch = epoch + 1"))


def _add_conversations(connection: sa.Connection) -> None:
    """One in each status, each with a hand-over that nobody ended."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    for number, status in enumerate(("pending", "open", "resolved"), start=1):
        one = {"id": UUID(int=number), "created_at": at}
        there = {"channel": "web", "account": "demo"}
        _insert(connection, "channel_identities", one | there | {"source_id": str(number), "proof": "none"})
        _insert(
            connection,
            "conversations",
            one | there | {"identity_id": UUID(int=number), "status": status},
        )
        asked = {"id": UUID(int=number), "conversation_id": UUID(int=number), "asked_at": at}
        _insert(connection, "handoffs", asked | {"reason": "asked", "summary": {}})
    connection.commit()


def _insert(connection: sa.Connection, table: str, row: dict[str, Any]) -> None:
    typed = [sa.column(name, TYPES.get(type(value), sa.String())) for name, value in row.items()]
    connection.execute(sa.table(table, *typed).insert().values(row))


def _states(connection: sa.Connection) -> list[tuple[Any, ...]]:
    query = """
        SELECT c.status, c.state, h.returned_at IS NULL FROM conversations AS c
        JOIN handoffs AS h ON h.conversation_id = c.id ORDER BY c.status
    """
    return [(status, state, bool(waits)) for status, state, waits in connection.execute(sa.text(query))]


def _states_of_old(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.text("SELECT status FROM conversations ORDER BY status")).scalars())


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
TYPES: dict[type, sa.types.TypeEngine[Any]] = {
    UUID: sa.Uuid(),
    datetime: sa.DateTime(timezone=True),
    dict: sa.JSON(),
}


async def _inspect(url: str, look: Callable[[sa.Connection], T]) -> T:
    database = open_database(url)
    try:
        async with database.connect(writes=False) as connection:
            return await connection.run_sync(look)
    finally:
        await database.close()
