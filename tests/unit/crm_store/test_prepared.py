"""What comes again is prepared once, and does what SQLAlchemy would do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from crm_store.sql.connections import Connection
from crm_store.sql.prepared import PreparedStatements
from crm_store.sql.sqlite import SqliteDatabase
from crm_store.sql.tables.base import Json, UtcDateTime

things: Final = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("name", sa.String(), unique=True),
    sa.Column("at", UtcDateTime()),
    sa.Column("about", Json),
    sa.Column("good", sa.Boolean()),
)
ADD: Final = things.insert()
FIND: Final = sa.select(things).where(things.c.name == sa.bindparam("called"))
RENAME: Final = (
    things.update().where(things.c.name == sa.bindparam("called")).values(name=sa.bindparam("new"))
)
CLEAR: Final = things.update().where(things.c.good == sa.literal(True)).values(about=None)
AMONG: Final = sa.select(things.c.name).where(things.c.name.in_(sa.bindparam("names", expanding=True)))
NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(str(tmp_path / "store.sqlite3"), foreign_keys=True)
    async with opened.connect(writes=True) as connection:
        await connection.run_sync(things.metadata.create_all)
        await connection.commit()
    yield opened
    await opened.close()


@pytest.fixture
async def connection(database: SqliteDatabase) -> AsyncIterator[Connection]:
    """A writer's, on which everything was executed once."""
    async with database.connect(writes=True) as opened:
        await opened.execute(ADD, thing("first"))
        await opened.execute(FIND, {"called": "first"})
        await opened.execute(RENAME, {"called": "nothing", "new": "something"})
        await opened.execute(CLEAR)
        yield opened


def thing(name: str, **values: object) -> dict[str, Any]:
    return {"id": uuid4(), "name": name, "at": NOON, "about": {"size": [1, 2]}, "good": True, **values}


async def test_values_come_back_as_they_went_in(connection: Connection) -> None:
    added = thing("second")
    await connection.execute(ADD, added)
    row = (await connection.execute(FIND, {"called": "second"})).one()
    assert row._asdict() == added
    assert isinstance(row.id, UUID)
    assert row.at.tzinfo is UTC
    assert row._mapping[things.c.good] is True


async def test_nothing_found_is_none(connection: Connection) -> None:
    assert (await connection.execute(FIND, {"called": "nobody"})).one_or_none() is None


async def test_what_was_changed_is_counted(connection: Connection) -> None:
    assert (await connection.execute(RENAME, {"called": "first", "new": "last"})).rowcount == 1
    assert (await connection.execute(RENAME, {"called": "first", "new": "last"})).rowcount == 0


async def test_values_written_into_the_statement_are_bound(connection: Connection) -> None:
    assert (await connection.execute(CLEAR)).rowcount == 1
    assert (await connection.execute(FIND, {"called": "first"})).one().about is None


async def test_several_rows_go_in_at_once(connection: Connection) -> None:
    rows = [thing("a"), thing("b")]
    for _ in range(2):  # the second time it is prepared
        await connection.execute(ADD, [{**row, "id": uuid4(), "name": row["name"] + "!"} for row in rows])
        rows = [thing("c"), thing("d")]
    assert (await connection.execute(sa.select(sa.func.count()).select_from(things))).scalar_one() == 5


async def test_other_parameters_are_another_statement(connection: Connection) -> None:
    await connection.execute(ADD, {"id": uuid4(), "name": "bare"})
    assert (await connection.execute(FIND, {"called": "bare"})).one().at is None


async def test_a_list_of_any_length_goes_through_sqlalchemy(connection: Connection) -> None:
    for names in (["first"], ["first", "second"], ["first", "second", "third"]):
        assert (await connection.execute(AMONG, {"names": names})).scalars().all() == ["first"]


async def test_a_duplicate_is_told_in_sqlalchemys_words_without_the_values(connection: Connection) -> None:
    with pytest.raises(IntegrityError) as caught:
        await connection.execute(ADD, thing("first"))
    assert "UNIQUE" in str(caught.value)
    assert "size" not in str(caught.value)


async def test_a_forgotten_parameter_is_an_error(connection: Connection) -> None:
    with pytest.raises(InvalidRequestError, match="called"):
        await connection.execute(FIND, {"caled": "first"})


async def test_what_is_not_committed_is_gone(database: SqliteDatabase) -> None:
    for name in ("a", "b", "c"):
        async with database.connect(writes=True) as connection:
            await connection.execute(ADD, thing(name))
            if name != "c":
                await connection.commit()
                await connection.execute(ADD, thing(f"{name} after the commit"))
    assert await names_in(database) == {"a", "b"}


async def test_whoever_listens_hears_prepared_statements_too(
    connection: Connection, database: SqliteDatabase
) -> None:
    heard: list[Any] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *about: heard.append(about))
    await connection.execute(FIND, {"called": "first"})
    [(_, _, statement, values, _, many)] = heard
    assert statement.startswith("SELECT things.id")
    assert (values, many) == (("first",), False)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE things ADD COLUMN later TEXT",
        "CREATE TABLE new (about JSON, later TEXT, good BOOLEAN, at DATETIME, name VARCHAR, id CHAR(32));"
        "INSERT INTO new (id, name, at, about, good) SELECT id, name, at, about, good FROM things;"
        "DROP TABLE things; ALTER TABLE new RENAME TO things",
    ],
    ids=["a column more", "made anew in another order"],
)
async def test_a_table_that_another_process_changes_is_read_by_its_names(
    database: SqliteDatabase, tmp_path: Path, change: str
) -> None:
    """A migration beside a service that runs: nodes are replaced one after the other."""
    before, after = thing("before"), thing("after")
    for name in ("first", "second"):  # then it is prepared, on a connection that is kept
        await add(database, thing(name))
        assert await find(database, "nobody") is None
    await add(database, before)
    with closing(sqlite3.connect(tmp_path / "store.sqlite3")) as other:
        other.executescript(change)
    await add(database, after)
    assert [await find(database, "before"), await find(database, "after")] == [before, after]


@pytest.mark.parametrize(
    "refused",
    [{"name": "half a sign \ud83d"}, {"about": object()}],
    ids=["half a surrogate pair", "no JSON"],
)
async def test_a_value_no_database_takes_leaves_nothing_and_holds_nobody_up(
    database: SqliteDatabase, refused: dict[str, object]
) -> None:
    for name in ("first", "second"):
        await add(database, thing(name))
    with pytest.raises((UnicodeEncodeError, TypeError)):
        async with database.connect(writes=True) as connection:
            await connection.execute(ADD, thing("third"))
            await connection.execute(ADD, thing("fourth", **refused))
    await asyncio.wait_for(add(database, thing("fifth\0" + "x" * 4_000_000)), 5)
    assert len(await names_in(database)) == 3


async def test_a_statement_used_once_is_not_kept(database: SqliteDatabase) -> None:
    statements = PreparedStatements(database.engine.dialect)
    assert statements.find(sa.select(things.c.id), (), many=False) is None
    assert len(statements._known) == 0


async def names_in(database: SqliteDatabase) -> set[str]:
    async with database.connect(writes=False) as connection:
        return set((await connection.execute(sa.select(things.c.name))).scalars())


async def add(database: SqliteDatabase, row: dict[str, Any]) -> None:
    async with database.connect(writes=True) as connection:
        await connection.execute(ADD, row)
        await connection.commit()


async def find(database: SqliteDatabase, name: str) -> dict[str, Any] | None:
    async with database.connect(writes=False) as connection:
        row = (await connection.execute(FIND, {"called": name})).one_or_none()
    return row._asdict() if row is not None else None
