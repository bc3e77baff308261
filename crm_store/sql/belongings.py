"""Everything of one customer: read off the foreign keys, so that no table can be forgotten (G7)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.errors import MergedInto, UnknownCustomer
from crm_store.sql.connections import Connection
from crm_store.sql.owned import chunks
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import attachments, audit_log, channel_identities, customers, dead_letters, metadata

Belongings = Mapping[str, Sequence[AnyRow]]
"""Rows by their table's name; tables without any are left out."""
# Dead letters that name nobody are few and forgotten after a week; each is read whole.
SHORTEST_TELLING_ID: Final = 5  # a shorter id would be found in letters of everybody


async def find_customer(connection: Connection, ref: str) -> UUID:
    """The customer with this reference of the shop's, or this id of ours; UnknownCustomer, MergedInto."""
    query = sa.select(customers.c.id, customers.c.merged_into).where(_is(ref))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UnknownCustomer
    if row.merged_into is not None:
        raise MergedInto
    return UUID(str(row.id))


def _is(ref: str) -> sa.ColumnElement[bool]:
    try:
        return sa.or_(customers.c.external_ref == ref, customers.c.id == UUID(ref))
    except ValueError:
        return customers.c.external_ref == ref


async def list_belongings(connection: Connection, customer_id: UUID) -> Belongings:
    """The rows a DELETE of the customer takes along: all that hangs on them by ON DELETE CASCADE."""
    found: dict[str, dict[tuple[Any, ...], AnyRow]] = {customers.name: {}}
    for row in await _customer_and_merged(connection, customer_id):
        found[customers.name][row.id,] = row
    for table in metadata.sorted_tables:
        for column, parent, key in _hangs_on(table):
            values = [getattr(row, key) for row in found.get(parent, {}).values()]
            for row in await _rows_where(connection, column, values):
                found.setdefault(table.name, {})[_key_of(table, row)] = row
    return {str(name): tuple(rows.values()) for name, rows in found.items() if rows}


async def _customer_and_merged(connection: Connection, customer_id: UUID) -> list[AnyRow]:
    known: list[AnyRow] = []
    asked: list[UUID] = [customer_id]
    rows = await _rows_where(connection, customers.c.id, asked)
    while rows:
        known += rows
        rows = await _rows_where(connection, customers.c.merged_into, [row.id for row in rows])
    return known


def _hangs_on(table: sa.Table) -> Iterable[tuple[sa.Column[Any], str, str]]:
    """The table's columns that take its rows along, each with the parent's table and column."""
    for key in table.foreign_keys:
        if key.ondelete == "CASCADE" and key.column.table is not table:
            yield table.c[key.parent.name], key.column.table.name, key.column.name


async def _rows_where(connection: Connection, column: sa.Column[Any], values: Sequence[Any]) -> list[AnyRow]:
    rows: list[AnyRow] = []
    for some in chunks(values):
        query = sa.select(column.table).where(column.in_(some))
        rows += (await connection.execute(query)).all()
    return rows


def _key_of(table: sa.Table, row: AnyRow) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in table.primary_key.columns)


async def delete_customer(connection: Connection, belongings: Belongings) -> None:
    """Delete the customer with all that hangs on them, and what names them without hanging on them."""
    ids = [row.id for row in belongings[customers.name]]
    if connection.dialect.name == "sqlite":  # or the words would stay in the file until it is written over
        await connection.execute(sa.text("PRAGMA secure_delete = ON"))
    await _delete_letters(connection, belongings)
    for some in chunks(ids):
        await connection.execute(customers.delete().where(customers.c.id.in_(some)))
    facts = sa.cast(audit_log.c.facts, sa.Text())
    for each in ids:  # agents' calls to /customers/{id}
        await connection.execute(audit_log.delete().where(facts.contains(str(each))))


async def _delete_letters(connection: Connection, belongings: Belongings) -> None:
    """Updates nobody could read, not even whose they are: those that name one of the customer's accounts."""
    identities = belongings.get(channel_identities.name, ())
    telling = {row.source_id.rpartition(":")[2].encode() for row in identities}
    telling = {each for each in telling if len(each) >= SHORTEST_TELLING_ID}
    nobodys = sa.select(dead_letters.c.id, dead_letters.c.body).where(dead_letters.c.identity_id.is_(None))
    letters = (await connection.execute(nobodys)).all() if telling else []
    theirs = [letter.id for letter in letters if any(each in bytes(letter.body) for each in telling)]
    for some in chunks(theirs):
        await connection.execute(dead_letters.delete().where(dead_letters.c.id.in_(some)))


async def note_erasure(connection: Connection, belongings: Belongings, at: Any) -> None:
    """One line of the audit log that says what went, and of nobody."""
    counts = {name: len(rows) for name, rows in sorted(belongings.items())}
    row = {"at": at, "agent_id": None, "kind": "privacy.erase", "facts": {"rows": counts}}
    await connection.execute(audit_log.insert().values(row))


def files_of(belongings: Belongings) -> list[tuple[str, str, str]]:
    """The customer's files: id, name, and what each is stored as."""
    return [(str(row.id), row.name, row.stored_as) for row in belongings.get(attachments.name, ())]
