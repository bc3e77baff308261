"""A copy of the database and of the files that was checked after it was written, and its way back."""

from crm_store.backup.errors import (
    BackupDamaged,
    BackupError,
    NotEmpty,
    ProgramFailed,
    ProgramMissing,
    WrongDatabase,
)
from crm_store.backup.making import make_backup
from crm_store.backup.manifest import Manifest
from crm_store.backup.restoring import restore_backup

__all__ = [
    "BackupDamaged",
    "BackupError",
    "Manifest",
    "NotEmpty",
    "ProgramFailed",
    "ProgramMissing",
    "WrongDatabase",
    "make_backup",
    "restore_backup",
]
