"""What several repositories need of both SQL dialects."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm_store.sql.connections import Connection

# A row of columns that only its query knows.
AnyRow = sa.Row[*tuple[Any, ...]]

# The two share the clauses used here (ON CONFLICT), but no common class.
Insert = sqlite.Insert | postgresql.Insert


def insert(dialect: str, table: sa.Table) -> Insert:
    """An INSERT that knows ON CONFLICT. Cache what a hot path builds from it."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def one_of(column: sa.ColumnElement[str], words: frozenset[str]) -> sa.ColumnElement[bool]:
    """`column IN (...)` with the words written out: nothing to bind, and the planner sees them."""
    return column.in_([sa.literal_column(f"'{word}'", sa.String) for word in sorted(words)])


async def changed_a_row(connection: Connection, statement: Any, parameters: dict[str, Any]) -> bool:
    """Run an UPDATE and say whether its condition still held."""
    return (await connection.execute(statement, parameters)).rowcount == 1
