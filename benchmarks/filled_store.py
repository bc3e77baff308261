"""Stores with any number of customers: a demo shop, and more people with two orders and ten lines of history.

SQLite makes the rows itself (`filled_store.sql`): a million customers take about a minute and 4 GB.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from crm_store.domain.opening_hours import shop_date
from crm_store.migrations.runner import migrate
from crm_store.seed.demo_shop import seed_demo_shop

STORE = "kotha.sqlite3"
SCRIPT = Path(__file__).with_suffix(".sql")
REF = "~filled-"  # sorts behind the demo shop's own customers
FIRST_ORDER = 1_000_000  # behind every number of the demo shop's orders
# Nobody else has the file, and whoever kills the benchmark throws it away.
QUICKLY = ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -400000")


async def demo_store(folder: Path) -> Path:
    """A new store with the demo shop in it."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    path, now = folder / STORE, datetime.now(UTC)
    await migrate(f"sqlite:///{path}")
    await seed_demo_shop(f"sqlite:///{path}", today=shop_date(now), now=now)
    return path


def copy_of(store: Path, folder: Path) -> Path:
    """The same store in another folder; nobody may have it open."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    return shutil.copyfile(store, folder / STORE)


def fill(store: Path, customers: int) -> None:
    """Add people until there are so many filled ones; nobody may have the store open."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        for pragma in QUICKLY:
            connection.execute(f"PRAGMA {pragma}").close()
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        connection.execute("CREATE TEMP TABLE ask (first, past, now, ref, first_order)")
        row = (filled(connection), customers, now, REF, FIRST_ORDER)
        connection.execute("INSERT INTO ask VALUES (?, ?, ?, ?, ?)", row)
        connection.executescript(SCRIPT.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL").close()


def filled(connection: sqlite3.Connection) -> int:
    """How many people were added so far."""
    query = "SELECT count(*) FROM customers WHERE external_ref >= ?"
    return int(connection.execute(query, [REF]).fetchone()[0])
