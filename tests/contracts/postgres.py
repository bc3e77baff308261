"""A private PostgreSQL for one test run: own data directory, Unix socket only, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUPERUSER = "kotha"
# PostgreSQL refuses to run as root; these accounts own nothing worth protecting.
UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")
# Nothing of a test run has to survive a crash.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
START_SECONDS = 60


class PostgresMissing(Exception):
    """PostgreSQL's programs are not installed (or nobody may run them). The tests skip and say so."""


def find_programs() -> Path:
    """The folder that holds initdb and pg_ctl: the newest under /usr/lib/postgresql, else one on PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = [Path(folder) for folder in os.get_exec_path()]
    for folder in (*installed, *on_path):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresMissing("initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql/*/bin")


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


@dataclass(frozen=True)
class PrivateServer:
    """A server whose data are its own; it can be stopped and started again."""

    home: Path
    _pg_ctl: Sequence[str]
    _options: str

    def start(self) -> None:
        """Answers when it takes connections."""
        log = ["-l", str(self.home / "log"), "-o", self._options, "start"]
        _run([*self._pg_ctl, *log], self.home)

    def stop(self) -> None:
        """At once, as a power cut would: nothing is finished, connections break."""
        _run([*self._pg_ctl, "-m", "immediate", "stop"], self.home)


@contextmanager
def private_server(settings: Sequence[str] = FAST, *, port: int | None = None) -> Iterator[PrivateServer]:
    """A running server on a Unix socket, and on a port of loopback when one is given."""
    programs = find_programs()
    # A short path: a socket's path may have 107 bytes. Not pytest's tmp_path, which others may not enter.
    home = Path(tempfile.mkdtemp(prefix="kotha-pg-"))
    try:
        prefix = _own(home)
        data = home / "data"
        initialise = [str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
        _run([*prefix, *initialise, "--locale=C", "--no-sync"], home)
        pg_ctl = [*prefix, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", str(START_SECONDS)]
        where = ["listen_addresses=''"] if port is None else ["listen_addresses=127.0.0.1", f"port={port}"]
        options = " ".join(["-k", str(home), *(f"-c {setting}" for setting in (*where, *settings))])
        server = PrivateServer(home, pg_ctl, options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def private_postgres() -> Iterator[str]:
    """Start a server; gives the URL's prefix, to which a database's name is added with `database_url`."""
    with private_server() as server:
        yield str(server.home)


def database_url(home: str, database: str) -> str:
    return f"postgresql+asyncpg://{SUPERUSER}@/{database}?host={home}"


def _own(home: Path) -> list[str]:
    """As root, give `home` to an unprivileged account; answers the words that run a program as it."""
    if os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    for account in UNPRIVILEGED_ACCOUNTS:
        if runuser and _exists(account):
            shutil.chown(home, account)
            return [runuser, "-u", account, "--"]
    raise PostgresMissing("PostgreSQL does not run as root, and there is no account to run it as")


def _exists(account: str) -> bool:
    return subprocess.run(["id", account], capture_output=True, check=False).returncode == 0


def _run(command: list[str], home: Path) -> None:
    # The server inherits the streams and lives on: a pipe would keep `run` waiting for its end.
    with (home / "setup.log").open("ab") as log:
        finished = subprocess.run(command, stdout=log, stderr=log, cwd=home, check=False)
    if finished.returncode != 0:
        raise RuntimeError(f"{command[-1]}: {(home / 'setup.log').read_text()}")
