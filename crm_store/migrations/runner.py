"""Moves a database to a revision, up or down, in one transaction."""

import asyncio
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from crm_store.migrations.compatibility import BASE, is_ahead, keep_oldest_code, scripts
from crm_store.sql.connections import Connection
from crm_store.sql.engine import open_database, translated_errors
from crm_store.sql.inspection import check_exists

HEAD: Final = "head"

# Two programs that start together on PostgreSQL migrate one after the other. Any number will do.
_ADVISORY_LOCK: Final = 0x6B6F7468


def upgrade(url: str, to: str = HEAD) -> str:
    """Move the database at `url` to revision `to`; answers the revision it is at then ("base" when empty)."""
    return asyncio.run(migrate(url, to))


async def migrate(url: str, to: str = HEAD) -> str:
    """`upgrade` for a program that already runs an event loop. Goes down as well as up.

    What newer code has migrated is left alone, while this code works over it; else SchemaUnfit.
    """
    database = open_database(url, foreign_keys=False)
    try:
        with translated_errors():
            async with database.connect(writes=True) as connection:
                await _prepare(connection)
                if not await connection.run_sync(is_ahead):
                    await connection.run_sync(_move, to)
                    await keep_oldest_code(connection, scripts(), await connection.run_sync(_current))
                    await connection.commit()
                revision = await connection.run_sync(_current)
        return revision or BASE
    finally:
        await database.close()


async def find_revisions(url: str) -> tuple[str, str]:
    """The revision the database is at ("base" when empty) and the newest there is. Changes nothing.

    Raises StoreUnavailable.
    """
    check_exists(url)
    database = open_database(url)
    try:
        with translated_errors():
            async with database.connect(writes=False) as connection:
                revision = await connection.run_sync(_current)
    finally:
        await database.close()
    return revision or BASE, scripts().get_current_head() or BASE


async def _prepare(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":  # where a writer is alone anyway
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def _move(connection: sa.Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    if _is_below(connection, config, to):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _is_below(connection: sa.Connection, config: Config, to: str) -> bool:
    """Whether `to` lies behind the revision the database is at."""
    current = _current(connection)
    if current is None or to == HEAD:
        return False
    scripts = ScriptDirectory.from_config(config)
    behind = {script.revision for script in scripts.iterate_revisions(current, BASE)} - {current}
    return to == BASE or to in behind


def _current(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
