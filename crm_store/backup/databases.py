"""Copying each kind of database while it is written to, and bringing the copy back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy.engine import URL

from crm_store.backup.errors import BackupDamaged, NotEmpty, ProgramFailed, ProgramMissing
from crm_store.domain.errors import StoreUnavailable
from crm_store.sql.engine import parse_url

PAGES_AT_ONCE: Final = 1_000  # 4 MB between two looks at whether somebody wants to write
OWNER_ONLY: Final = 0o600
SHOWN: Final = 500  # of a program's complaint


class Copied(Protocol):
    """One kind of database."""

    kind: str
    file: str

    def save(self, path: Path) -> None:
        """A consistent copy of one moment, while others write."""
        ...

    def check_empty(self) -> None:
        """NotEmpty when there is something to lose."""
        ...

    def load(self, path: Path) -> None:
        """Bring the copy back."""
        ...


def database_at(url: str) -> Copied:
    """The database of this URL; StoreUnavailable when it names none."""
    parsed = parse_url(url)
    if parsed.drivername.startswith("sqlite") and parsed.database:
        return SqliteCopied(Path(parsed.database))
    return PostgresCopied(parsed)


class SqliteCopied:
    """Through SQLite's online backup: readers and writers go on."""

    kind = "sqlite"
    file = "database.sqlite3"

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, path: Path) -> None:
        if not self._path.is_file():
            raise StoreUnavailable(f"there is no file {self._path}")
        _copy(self._path, path)
        check_sqlite(path)

    def check_empty(self) -> None:
        if self._path.exists():
            raise NotEmpty(f"{self._path} exists")

    def load(self, path: Path) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        _copy(path, self._path)
        check_sqlite(self._path)


def _copy(source: Path, target: Path) -> None:
    target.touch(mode=OWNER_ONLY)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        # One read transaction: else every commit meanwhile would make the copy begin again, for ever.
        reading.execute("BEGIN")
        reading.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        reading.backup(writing, pages=PAGES_AT_ONCE)
        writing.execute("PRAGMA journal_mode = DELETE")


def check_sqlite(path: Path) -> None:
    """BackupDamaged unless every page, index and foreign key is as it should be."""
    with closing(sqlite3.connect(path)) as connection:
        [[verdict], *_] = connection.execute("PRAGMA integrity_check").fetchall()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if verdict != "ok" or orphans:
        raise BackupDamaged(f"SQLite says {verdict}; {len(orphans)} rows name what is not there")


class PostgresCopied:
    """Through pg_dump and pg_restore, which take a snapshot and lock nothing out."""

    kind = "postgresql"
    file = "database.dump"

    def __init__(self, url: URL) -> None:
        self._url = url

    def save(self, path: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", f"--file={path}", self._database)
        path.chmod(OWNER_ONLY)
        self._run("pg_restore", "--list", str(path))

    def check_empty(self) -> None:
        tables = self._run("pg_dump", "--schema-only", "--no-owner", self._database)
        if "CREATE TABLE" in tables:
            raise NotEmpty("the database has tables already")

    def load(self, path: Path) -> None:
        self._run(
            "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
            f"--dbname={self._database}", str(path),
        )  # fmt: skip

    @property
    def _database(self) -> str:
        return self._url.database or ""

    def _run(self, program: str, *arguments: str) -> str:
        found = shutil.which(program)
        if found is None:
            raise ProgramMissing(program)
        done = subprocess.run(  # noqa: S603  our own words, without a shell
            [found, *arguments], env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ProgramFailed(f"{program}: {done.stderr.strip()[:SHOWN]}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """Where and as whom: not among the arguments, which everybody on the machine may read."""
        host = self._url.host or self._url.query.get("host")
        given = {
            "PGHOST": host if isinstance(host, str) else None,
            "PGPORT": str(self._url.port) if self._url.port else None,
            "PGUSER": self._url.username,
            "PGPASSWORD": self._url.password,
        }
        return {**os.environ, **{name: value for name, value in given.items() if value}}
