"""What a backup says of itself: which files with which hashes, and how many rows of each table."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from crm_store.backup.errors import BackupDamaged

FORMAT: Final = 1
NAME: Final = "manifest.json"
ATTACHMENTS: Final = "attachments"


@dataclass(frozen=True)
class Manifest:
    """Written last: a folder without one is no backup."""

    kind: str
    """`sqlite` or `postgresql`."""
    made_at: str
    files: dict[str, str]
    """Path inside the backup, SHA-256."""
    rows: dict[str, int]
    missing: list[str]
    """Files that rows name and that were not there."""
    format: int = FORMAT

    @property
    def attachments(self) -> list[str]:
        """The paths of customers' files."""
        return [path for path in self.files if path.startswith(f"{ATTACHMENTS}/")]


def now() -> str:
    """The moment, as written."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def hash_files(folder: Path) -> dict[str, str]:
    """All files below a folder with their hashes."""
    return {str(path.relative_to(folder)): sha256_of(path) for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != NAME)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """To disk, really: what is written before it is too."""
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    with (folder / NAME).open("xb") as file:
        file.write(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())


def check_manifest(folder: Path) -> Manifest:
    """The manifest of a backup whose files are what it says; BackupDamaged."""
    try:
        manifest = Manifest(**orjson.loads((folder / NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        raise BackupDamaged(f"there is no readable {NAME} in {folder}") from None
    if manifest.format != FORMAT:
        raise BackupDamaged(f"it has format {manifest.format}, which this version does not know")
    found = hash_files(folder)
    wrong = [path for path, digest in manifest.files.items() if found.get(path) != digest]
    if wrong:
        raise BackupDamaged(f"{len(wrong)} files are missing or changed, {wrong[0]} among them")
    return manifest
