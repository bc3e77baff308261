"""`make`: the database first, then the files its copy names; checked, and then declared complete."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from crm_store.backup.counting import count_rows, list_stored_files
from crm_store.backup.databases import database_at
from crm_store.backup.errors import NotEmpty
from crm_store.backup.manifest import (
    ATTACHMENTS,
    Manifest,
    check_manifest,
    hash_files,
    now,
    write_manifest,
)
from crm_store.domain.attachments import place_of

OWNER_ONLY: Final = 0o700


async def make_backup(url: str, *, attachments: Path, folder: Path) -> Manifest:
    """Write a backup into a new folder and read it again. Raises BackupError, StoreUnavailable.

    Files are never changed once they lie in their place, so copying them after the database is enough.
    One that was erased in between is named in the manifest's `missing`.
    """
    database = database_at(url)
    _make_folder(folder)
    database.save(folder / database.file)
    # Counted in the copy where it can be opened; PostgreSQL's dump is counted at its source.
    counted = f"sqlite:///{folder / database.file}" if database.kind == "sqlite" else url
    missing = _copy_files(await list_stored_files(counted), attachments, folder / ATTACHMENTS)
    rows = await count_rows(counted)
    _forget_journals(folder)
    write_manifest(folder, Manifest(database.kind, now(), hash_files(folder), rows, missing))
    return check_manifest(folder)


def _make_folder(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty")
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY)  # an empty one that was there already may have been open to all


def _copy_files(stored: Iterable[str], source: Path, target: Path) -> list[str]:
    missing = []
    for stored_as in stored:
        place = target / place_of(stored_as)
        place.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        try:
            shutil.copyfile(source / place_of(stored_as), place)
        except FileNotFoundError:
            missing.append(stored_as)
    return missing


def _forget_journals(folder: Path) -> None:
    """What SQLite left beside the copy when it was counted is empty."""
    for ending in ("-wal", "-shm", "-journal"):
        for path in folder.glob(f"*{ending}"):
            path.unlink()
