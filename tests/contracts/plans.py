"""How a database would run a statement."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm_store.sql.connections import Connection


async def explain(connection: Connection, statement: sa.ClauseElement, *, sorts: bool = True) -> list[str]:
    """The lines of the plan, whatever the parameters; nothing is run.

    Without `sorts` PostgreSQL reads rows off an index that has their order wherever there is one: how it
    sorts a test's few rows otherwise depends on what it happened to have counted.
    """
    compiled = statement.compile(dialect=connection.dialect)
    assert isinstance(compiled, sa.engine.interfaces.Compiled)
    unknown = len(compiled.positiontup or ())  # type: ignore[attr-defined]
    if connection.dialect.name == "sqlite":
        explained = f"EXPLAIN QUERY PLAN {compiled}"
        rows = await connection.run_sync(run_driver_sql, explained, (None,) * unknown)
    else:
        # A test's tables are so small that reading them whole is quickest; ask what else it can do.
        settings = ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"]
        for setting in settings if sorts else [*settings, "enable_sort = off"]:
            await connection.run_sync(run_driver_sql, f"SET LOCAL {setting}")
        await connection.run_sync(run_driver_sql, f"PREPARE explained AS {compiled}")
        values = f"({', '.join(['NULL'] * unknown)})" if unknown else ""
        rows = await connection.run_sync(run_driver_sql, f"EXPLAIN EXECUTE explained{values}")
        await connection.run_sync(run_driver_sql, "DEALLOCATE explained")
    return [str(row[-1]) for row in rows]


def run_driver_sql(
    connection: sa.Connection, sql: str, parameters: tuple[Any, ...] | None = None
) -> Sequence[sa.Row[Any]]:
    """The rows of a statement in the driver's own words."""
    result = connection.exec_driver_sql(sql, parameters)
    return result.all() if result.returns_rows else []


def is_scan(line: str) -> bool:
    """Whether this step reads a whole table."""
    return line.strip().startswith("SCAN ") or "Seq Scan" in line


def scans(plan: list[str]) -> list[str]:
    assert plan, "a plan has steps"
    return [line for line in plan if is_scan(line)]
