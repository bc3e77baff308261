"""Rewriting an SQLite file, so that nothing that was ever changed or deleted is left between its pages."""

import sqlite3
from contextlib import closing

from sqlalchemy.engine import make_url


def compact(url: str) -> bool:
    """VACUUM and empty the log; False for PostgreSQL, whose autovacuum does it in its own time."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return False
    with closing(sqlite3.connect(parsed.database, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True
