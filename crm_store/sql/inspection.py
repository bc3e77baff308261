"""A look at the database for whoever operates it: nothing is changed, not even a missing file made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from crm_store.domain.agents import Role
from crm_store.domain.conversations import OutboxStatus
from crm_store.domain.errors import StoreUnavailable
from crm_store.sql.connections import Connection
from crm_store.sql.engine import open_database, translated_errors
from crm_store.sql.tables import agents, dead_letters, outbox

_PENDING: Final = outbox.c.status == sa.literal_column(f"'{OutboxStatus.PENDING.value}'")
_UNDELIVERED: Final = outbox.c.status.in_(
    [sa.literal_column(f"'{state.value}'") for state in (OutboxStatus.DEAD, OutboxStatus.UNCERTAIN)]
)


@dataclass(frozen=True, slots=True)
class DatabaseCondition:
    """How the database is set up and what time it has. `clock` is None where it is this machine's own."""

    dialect: str
    version: str
    journal_mode: str
    foreign_keys: bool
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who could help a customer."""

    active: int
    admins: int


@dataclass(frozen=True, slots=True)
class OutboxCondition:
    """Messages to platforms that wait (since `oldest`) or failed, and updates nobody could read."""

    pending: int
    oldest: datetime | None
    undelivered: int
    unreadable: int


async def inspect_database(url: str) -> DatabaseCondition:
    """Connect and look. Raises StoreUnavailable."""
    async with _reading(url) as connection:
        return await (_sqlite(connection) if connection.dialect.name == "sqlite" else _postgres(connection))


async def inspect_desk(url: str) -> Desk:
    """Count agents. Raises StoreUnavailable, StoreNotMigrated."""
    admins = sa.func.sum(sa.case((agents.c.role == Role.ADMIN.value, 1), else_=0))
    async with _reading(url) as connection:
        row = (await connection.execute(sa.select(sa.func.count(), admins).where(agents.c.active))).one()
    return Desk(row[0], row[1] or 0)


async def inspect_outbox(url: str) -> OutboxCondition:
    """Count what waits and what failed. Raises StoreUnavailable, StoreNotMigrated."""
    async with _reading(url) as connection:
        waits = sa.select(sa.func.count(), sa.func.min(outbox.c.created_at)).where(_PENDING)
        pending, oldest = (await connection.execute(waits)).one()
        undelivered = await connection.execute(sa.select(sa.func.count()).where(_UNDELIVERED))
        unreadable = await connection.execute(sa.select(sa.func.count()).select_from(dead_letters))
        return OutboxCondition(pending, oldest, undelivered.scalar_one(), unreadable.scalar_one())


@asynccontextmanager
async def _reading(url: str) -> AsyncIterator[Connection]:
    """A connection that only reads, with the store's errors."""
    check_exists(url)
    database = open_database(url)
    try:
        with translated_errors():
            async with database.connect(writes=False) as connection:
                yield connection
    finally:
        await database.close()


def check_exists(url: str) -> None:
    """Opening SQLite makes the file; looking must not. Raises StoreUnavailable."""
    parts = url.partition(":///")
    path = Path(parts[2])
    if parts[0].startswith("sqlite") and not path.is_file():
        raise StoreUnavailable(f"there is no file {path}")


async def _sqlite(connection: Connection) -> DatabaseCondition:
    async def ask(pragma: str) -> Any:
        return (await connection.execute(sa.text(pragma))).scalar_one()

    version = await ask("SELECT sqlite_version()")
    mode, keys = await ask("PRAGMA journal_mode"), await ask("PRAGMA foreign_keys")
    return DatabaseCondition("sqlite", str(version), str(mode), bool(keys), None)


async def _postgres(connection: Connection) -> DatabaseCondition:
    asked = sa.text("SELECT current_setting('server_version'), clock_timestamp()")
    version, clock = (await connection.execute(asked)).one()
    return DatabaseCondition("postgresql", str(version), "wal", True, clock.astimezone(UTC))
