"""How a database would run a statement."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


async def explain(connection: AsyncConnection, statement: sa.ClauseElement) -> list[str]:
    """The lines of the plan, whatever the parameters; nothing is run."""
    compiled = statement.compile(dialect=connection.dialect)
    assert isinstance(compiled, sa.engine.interfaces.Compiled)
    unknown = len(compiled.positiontup or ())  # type: ignore[attr-defined]
    if connection.dialect.name == "sqlite":
        explained = f"EXPLAIN QUERY PLAN {compiled}"
        rows = await connection.exec_driver_sql(explained, (None,) * unknown)
    else:
        # A test's tables are so small that reading them whole is quickest; ask what else it can do.
        for setting in ("enable_seqscan = off", "plan_cache_mode = force_generic_plan"):
            await connection.exec_driver_sql(f"SET LOCAL {setting}")
        await connection.exec_driver_sql(f"PREPARE explained AS {compiled}")
        values = f"({', '.join(['NULL'] * unknown)})" if unknown else ""
        rows = await connection.exec_driver_sql(f"EXPLAIN EXECUTE explained{values}")
    return [str(row[-1]) for row in rows]


def is_scan(line: str) -> bool:
    """Whether this step reads a whole table."""
    return line.strip().startswith("SCAN ") or "Seq Scan" in line


def scans(plan: list[str]) -> list[str]:
    assert plan, "a plan has steps"
    return [line for line in plan if is_scan(line)]
