"""`restore`: only a backup that is whole, only to where nothing is, and counted afterwards."""

import shutil
from pathlib import Path

from crm_store.backup.counting import count_rows
from crm_store.backup.databases import database_at
from crm_store.backup.errors import BackupDamaged, NotEmpty, WrongDatabase
from crm_store.backup.manifest import ATTACHMENTS, Manifest, check_manifest, sha256_of


async def restore_backup(folder: Path, url: str, *, attachments: Path) -> Manifest:
    """Bring everything back. Raises BackupError; nothing has been touched when it says NotEmpty."""
    manifest = check_manifest(folder)
    database = database_at(url)
    if database.kind != manifest.kind:
        raise WrongDatabase
    database.check_empty()
    _check_no_files(attachments)
    database.load(folder / database.file)
    _copy_back(manifest, folder, attachments)
    rows = await count_rows(url)
    if manifest.kind == "sqlite" and rows != manifest.rows:
        raise BackupDamaged("the restored tables do not have the rows that were saved")
    return manifest


def _check_no_files(attachments: Path) -> None:
    if attachments.exists() and any(path.is_file() for path in attachments.rglob("*")):
        raise NotEmpty(f"{attachments} holds files")


def _copy_back(manifest: Manifest, folder: Path, attachments: Path) -> None:
    for path in manifest.attachments:
        place = attachments / path.removeprefix(f"{ATTACHMENTS}/")
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(folder / path, place)
        place.chmod(0o600)
        if sha256_of(place) != manifest.files[path]:
            raise BackupDamaged(f"{path} did not arrive whole")
