"""Which tables hold a customer's rows: read off the foreign keys, so that none can be forgotten (G7)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.sql.tables import conversations, customer_merges, customer_words, customers, metadata
from crm_store.use_cases.ports.linking import RowKeys

# The word index is copied instead of moved; the journal of merges names both customers for ever.
NOT_MOVED: Final = frozenset({customer_words.name, customer_merges.name})
# Below the variables a statement of SQLite may have, and short enough for a plan.
CHUNK: Final = 500


def owner_column(table: sa.Table) -> sa.Column[Any] | None:
    """The column of `table` that names the customer a row belongs to."""
    for key in table.foreign_keys:
        if key.column.table is customers:
            return table.c[key.parent.name]
    return None


def conversation_column(table: sa.Table) -> sa.Column[Any] | None:
    """The column that names the conversation a customer's row was made in; the conversation's own key."""
    if table is conversations:
        return table.c.id
    for key in table.foreign_keys:
        if key.column.table is conversations and key.parent.name == "conversation_id":
            return table.c[key.parent.name]
    return None


OWNED: Final[dict[str, sa.Table]] = {
    str(table.name): table  # a plain str: the journal writes it as JSON
    for table in metadata.sorted_tables
    if owner_column(table) is not None and table.name not in NOT_MOVED
}


def owner_of(name: str) -> sa.Column[Any]:
    """The owner column of an owned table."""
    column = owner_column(OWNED[name])
    if column is None:
        raise AssertionError(f"{name} has no owner")
    return column


def in_conversations() -> dict[str, sa.Column[Any]]:
    """Owned tables whose rows were made in a conversation, with the column that says in which."""
    found = {name: conversation_column(table) for name, table in OWNED.items()}
    return {name: column for name, column in found.items() if column is not None}


def row_key(value: UUID | int) -> str:
    """A primary key as the journal writes it."""
    return str(value)


def read_keys(name: str, keys: Sequence[str]) -> list[UUID | int]:
    """The primary keys of an owned table as the database has them."""
    if isinstance(OWNED[name].c.id.type, sa.Uuid):
        return [UUID(key) for key in keys]
    return [int(key) for key in keys]


def chunks(keys: Sequence[Any]) -> list[Sequence[Any]]:
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]


def count_rows(rows: RowKeys) -> dict[str, int]:
    """How many of what."""
    return {name: len(keys) for name, keys in rows.items() if keys}
