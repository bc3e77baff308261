"""Whether this code can work over a database somebody else migrated: the rule of rolling restarts.

Every migration from 0017 on says `works_with`: the oldest revision whose code still works when it has been
applied. One that only adds repeats its predecessor's; one that takes away what older code uses names itself.
One that says nothing is taken for the latter.
"""

from enum import StrEnum
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from crm_store.domain.errors import SchemaUnfit
from crm_store.sql.connections import Connection
from crm_store.sql.engine import open_database, translated_errors
from crm_store.sql.inspection import check_exists
from crm_store.sql.tables import schema_compatibility

BASE: Final = "base"
TABLE: Final = schema_compatibility.name
FIRST_THAT_SAYS: Final = "0017"


class Fit(StrEnum):
    """How code and database go together."""

    SAME = "same"
    NEWER_COMPATIBLE = "newer_compatible"
    """Somebody with newer code migrated; this code may go on until it is replaced."""
    NEWER_INCOMPATIBLE = "newer_incompatible"
    OLDER = "older"
    """Migrate first."""


_UNFIT: Final = {
    Fit.OLDER: "the database is older than this code: migrate it first (`python -m crm_store.migrations`)",
    Fit.NEWER_INCOMPATIBLE: "the database was migrated to where this code cannot work: run the newer code",
}


async def check_schema(url: str) -> Fit:
    """Before serving. Raises SchemaUnfit, and StoreUnavailable when nobody can tell now."""
    fit = await find_fit(url)
    if fit in _UNFIT:
        raise SchemaUnfit(_UNFIT[fit])
    return fit


def is_ahead(connection: sa.Connection) -> bool:
    """Whether newer code has migrated, and this may work over it. Raises SchemaUnfit when it may not."""
    fit = fit_of(connection, scripts())
    if fit is Fit.NEWER_INCOMPATIBLE:
        raise SchemaUnfit(_UNFIT[fit])
    return fit is Fit.NEWER_COMPATIBLE


async def find_fit(url: str) -> Fit:
    """Look; nothing is changed. Raises StoreUnavailable."""
    check_exists(url)
    database = open_database(url)
    try:
        with translated_errors():
            async with database.connect(writes=False) as connection:
                return await connection.run_sync(fit_of, scripts())
    finally:
        await database.close()


def scripts(folder: Path | None = None) -> ScriptDirectory:
    """The migrations this code knows."""
    return ScriptDirectory(str(folder or Path(__file__).parent))


def fit_of(connection: sa.Connection, known: ScriptDirectory) -> Fit:
    """Compare the database's revision with the newest known one."""
    current = MigrationContext.configure(connection).get_current_revision()
    revisions = _in_order(known)
    if current == revisions[-1]:
        return Fit.SAME
    if current is None or current in revisions:
        return Fit.OLDER
    oldest = _read_oldest(connection)
    return Fit.NEWER_COMPATIBLE if oldest in revisions else Fit.NEWER_INCOMPATIBLE


def _read_oldest(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(TABLE):
        return None
    found: str | None = connection.execute(sa.select(schema_compatibility.c.oldest_code)).scalar_one_or_none()
    return found


def oldest_code(known: ScriptDirectory, current: str) -> str:
    """The oldest revision whose code works over `current`: the strictest word of all migrations up to it."""
    revisions = _in_order(known)
    said = [
        getattr(known.get_revision(revision).module, "works_with", revision)
        for revision in revisions[: revisions.index(current) + 1]
        if revision >= FIRST_THAT_SAYS
    ]
    return max(said, key=revisions.index)


async def keep_oldest_code(connection: Connection, known: ScriptDirectory, current: str | None) -> None:
    """Write down what the schema says now, after a migration and in its transaction."""
    if current is None or current < FIRST_THAT_SAYS:
        return
    await connection.execute(schema_compatibility.delete())
    await connection.execute(schema_compatibility.insert(), [{"oldest_code": oldest_code(known, current)}])


def _in_order(known: ScriptDirectory) -> list[str]:
    """Every revision, oldest first."""
    return [script.revision for script in known.walk_revisions()][::-1]
