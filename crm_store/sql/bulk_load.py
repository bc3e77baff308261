"""Loading many rows at once, for the demo shop and for imports."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm_store.sql.connections import Connection
from crm_store.sql.store import open_store
from crm_store.sql.tables import metadata

Row = Mapping[str, Any]


async def load_rows_once(
    database_url: str, rows: Mapping[str, Sequence[Row]], *, marker: str = "products"
) -> bool:
    """Insert rows by table name in one transaction; False when the first one of `marker` is there already.

    Columns that a row does not name get their default. Raises StoreUnavailable, ConflictingWrite.
    """
    store = await open_store(database_url)
    try:
        async with store.begin() as uow:
            if await _is_loaded(uow.connection, rows, marker):
                return False
            for table in metadata.sorted_tables:
                for alike in _with_the_same_columns(rows.get(table.name, ())):
                    await uow.connection.execute(table.insert(), alike)
            await uow.commit()
            return True
    finally:
        await store.close()


def _with_the_same_columns(rows: Sequence[Row]) -> Iterable[list[Row]]:
    """The rows in groups that one statement can insert."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return groups.values()


async def _is_loaded(connection: Connection, rows: Mapping[str, Sequence[Row]], marker: str) -> bool:
    table = metadata.tables[marker]
    query = sa.select(table.c.id).where(table.c.id == rows[marker][0]["id"])
    return (await connection.execute(query)).first() is not None
