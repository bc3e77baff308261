"""What can go wrong with backups; each docstring says what to do next.

BackupError
├── NotEmpty
├── BackupDamaged
├── WrongDatabase
└── ProgramMissing, ProgramFailed
"""


class BackupError(Exception):
    """A backup was not made or not restored; catch a subclass to know why."""


class NotEmpty(BackupError):
    """There is something already. Name a new folder, or an empty database: nothing is ever written over."""


class BackupDamaged(BackupError):
    """The copy is not what its manifest says. Do not rely on it: take another one."""


class WrongDatabase(BackupError):
    """The backup is of the other kind of database. Restore SQLite to SQLite, PostgreSQL to PostgreSQL."""


class ProgramMissing(BackupError):
    """PostgreSQL's pg_dump or pg_restore is not on PATH. Install the client programs of the server."""


class ProgramFailed(BackupError):
    """pg_dump or pg_restore gave up; its own words are in the message."""
