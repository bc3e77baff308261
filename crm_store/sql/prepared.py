"""Statements that are run again and again, handed to SQLite's driver as they were compiled the first time.

SQLAlchemy finds a statement's compilation anew at each execution, makes a context for it, orders its values
and wraps the cursor: three times the work of the statement itself, as a turn's are. Here all that depends on
the statement and the names of its parameters is done once (docs/decisions/store-prepared-statements.md).
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from crm_store.sql.connections import Result

Names = tuple[str, ...]
Values = Mapping[str, Any]
Process = Callable[[Any], Any]
# Where a value comes from: the parameter of this name, through a conversion; or always the same one.
Bind = tuple[str | None, Process | None, Any]
Executable = sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update | sa.Delete

_PREPARABLE: Final = (sa.Select, sa.Insert, sa.Update, sa.Delete)


class PreparedResult(IteratorResult[*tuple[Any, ...]]):
    """The rows of one execution, all fetched, and how many it changed."""

    rowcount = -1


class PreparedStatement:
    """One statement for one set of parameter names."""

    def __init__(self, compiled: SQLCompiler, names: Names) -> None:
        self._dialect = compiled.dialect
        self._sql = str(compiled)
        self._binds = _binds_of(compiled, names)
        self._columns = _columns_of(compiled)

    def run(self, connection: sa.Connection, driver: sqlite3.Connection, rows: Sequence[Values]) -> Result:
        """Execute with the values of each row, in the transaction that is open on the driver."""
        values = [self._values(row) for row in rows]
        many = len(values) > 1
        cursor = driver.cursor()
        for listener in connection.engine.dispatch.before_cursor_execute:
            listener(connection, cursor, self._sql, values if many else values[0], None, many)
        try:
            if many:
                cursor.executemany(self._sql, values)
            else:
                cursor.execute(self._sql, values[0])
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise self._translated(error) from error
        result = PreparedResult(self._columns, iter(found))
        result.rowcount = cursor.rowcount
        return cast("Result", result)

    def _values(self, row: Values) -> tuple[Any, ...]:
        return tuple(
            [
                constant if name is None else row[name] if process is None else process(row[name])
                for name, process, constant in self._binds
            ]
        )

    def _translated(self, error: sqlite3.Error) -> BaseException:
        """As SQLAlchemy says it, without the values: those are personal (CH7)."""
        return DBAPIError.instance(
            self._sql, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
        )


class PreparedStatements:
    """The prepared statements of one database.

    Only a statement object that comes a second time is prepared: one built for a single use never does.
    """

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._known: WeakKeyDictionary[Any, dict[tuple[Names, bool], PreparedStatement | None]] = (
            WeakKeyDictionary()
        )

    def find(self, statement: Any, names: Iterable[str], *, many: bool) -> PreparedStatement | None:
        """The statement for parameters of these names; None when it has to go through SQLAlchemy."""
        variants = self._known.get(statement)
        if variants is None:
            if isinstance(statement, _PREPARABLE):
                self._known[statement] = {}
            return None
        key = (tuple(names), many)
        try:
            return variants[key]
        except KeyError:
            variants[key] = prepared = self._prepare(statement, *key)
            return prepared

    def _prepare(self, statement: Executable, names: Names, many: bool) -> PreparedStatement | None:
        compiled = statement.compile(dialect=self._dialect, column_keys=list(names), for_executemany=many)
        return PreparedStatement(compiled, names) if _is_simple(compiled, many) else None


def _is_simple(compiled: SQLCompiler, many: bool) -> bool:
    """Whether text and order are the same for all values, and nothing has to be done beside running it."""
    columns = compiled._result_columns
    return not (
        compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or compiled.implicit_returning
        or any(bind.callable is not None for bind in compiled.binds.values())
        or (many and columns)
        or len({column.keyname for column in columns}) < len(columns)
    )


def _binds_of(compiled: SQLCompiler, names: Names) -> list[Bind]:
    given = frozenset(names)
    return [_bind(compiled, compiled.binds[name], given) for name in compiled.positiontup or ()]


def _bind(compiled: SQLCompiler, bound: sa.BindParameter[Any], given: frozenset[str]) -> Bind:
    process = bound.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    if bound.key in given:
        return bound.key, process, None
    if bound.required:
        raise sa.exc.InvalidRequestError(f"a value is required for the parameter {bound.key!r}")
    value = bound.effective_value
    return None, None, value if process is None else process(value)


def _columns_of(compiled: SQLCompiler) -> SimpleResultMetaData:
    columns = compiled._result_columns
    return SimpleResultMetaData(
        [column.keyname for column in columns],
        extra=[column.objects for column in columns],
        _processors=[
            column.type.dialect_impl(compiled.dialect).result_processor(compiled.dialect, None)
            for column in columns
        ],
    )
