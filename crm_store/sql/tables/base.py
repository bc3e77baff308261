"""What all tables share: constraint names, types that mean the same in both databases, column makers."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata: Final = sa.MetaData(
    # Every constraint has a name, the same in both databases, so that migrations can drop it.
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC; SQLite would silently drop the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone: pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_ESCAPE: Final = "\ufdd0"  # a Unicode non-character, doubled where a customer writes it after all
_ESCAPED_NUL: Final = _ESCAPE + "0"


class AnyText(TypeDecorator[str]):
    """Text that survives code point for code point: PostgreSQL refuses U+0000, so it is escaped there."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or ("\x00" not in value and _ESCAPE not in value):
            return value
        return value.replace(_ESCAPE, _ESCAPE * 2).replace("\x00", _ESCAPED_NUL)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or _ESCAPE not in value:
            return value
        # Split at doubled marks first: "⌧⌧0" is a mark and a zero, not a NUL.
        return _ESCAPE.join(part.replace(_ESCAPED_NUL, "\x00") for part in value.split(_ESCAPE * 2))


# Plain `json` on PostgreSQL, not `jsonb`: the dialogue state is opaque (never searched), must keep U+0000,
# and is written on every turn, where parsing into jsonb only costs.
Json: Final = sa.JSON(none_as_null=True)

# SQLite counts up by itself only in INTEGER keys.
BigKey: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ColumnOfAny = sa.Column[Any]


def uuid_key() -> ColumnOfAny:
    """A primary key made by the program: UUID version 7, so new rows stay together in the index."""
    return sa.Column("id", sa.Uuid(), primary_key=True)


def counting_key() -> ColumnOfAny:
    """A primary key of an append-only table, counted up by the database."""
    return sa.Column("id", BigKey, primary_key=True, autoincrement=True)


def reference(
    column: str, target: str, *, on_delete: str = "CASCADE", required: bool = True, index: bool = True
) -> ColumnOfAny:
    """A foreign key. Indexed by default: without it erasing the parent would read the whole table."""
    return sa.Column(
        column,
        sa.Uuid(),
        sa.ForeignKey(f"{target}.id", ondelete=on_delete),
        nullable=not required,
        index=index,
    )


def rare_reference(column: str, target: str, *, on_delete: str = "RESTRICT") -> ColumnOfAny:
    """A foreign key that is NULL in most rows; pair it with `index_where_set`, which costs those nothing."""
    return reference(column, target, on_delete=on_delete, required=False, index=False)


def index_where_set(column: ColumnOfAny) -> sa.Index:
    """Covers a `rare_reference`: rows without one are not in the index."""
    where = sa.text(f"{column.name} IS NOT NULL")
    name = f"ix_{column.table.name}_{column.name}"
    return sa.Index(name, column, sqlite_where=where, postgresql_where=where)


def word(name: str, *, required: bool = True, default: str | None = None) -> ColumnOfAny:
    """A short word of a fixed vocabulary; pair it with `one_of`."""
    return sa.Column(name, sa.String(32), nullable=not required, server_default=default)


def moment(name: str, *, required: bool = True) -> ColumnOfAny:
    return sa.Column(name, UtcDateTime(), nullable=not required)


def count(name: str, *, default: int = 0) -> ColumnOfAny:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def flag(name: str, *, default: bool = False) -> ColumnOfAny:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false())


def money(name: str) -> ColumnOfAny:
    """An amount in minor units; the row's `currency` says of what."""
    return sa.Column(name, sa.BigInteger(), nullable=False)


def currency() -> ColumnOfAny:
    return sa.Column("currency", sa.String(3), nullable=False, server_default="BDT")


def one_of(column: str, words: type[StrEnum] | Iterable[str]) -> sa.CheckConstraint:
    """The column holds one of these words (or NULL where it may be empty)."""
    listed = ", ".join(f"'{each!s}'" for each in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def not_negative(*columns: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative") for column in columns]
