"""The data folder: who may read it, and how much room is left."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from bot.doctor.findings import Finding, fail, ok, warn
from bot.settings import StoreSettings

FAIL_FREE_BYTES = 200_000_000  # a write-ahead log of 40 MB, its checkpoint, and a day's attachments
WARN_FREE_BYTES = 2_000_000_000  # some weeks of a busy shop; time to do something about it
OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def check_data_folder(settings: StoreSettings) -> Finding:
    """There, ours to write, and nobody else's to read."""
    folder = settings.data_dir
    if not folder.is_dir():
        return fail("data folder", f"{folder} is not there", f"Make it: `mkdir -m 700 {folder}`")
    if not _is_writable(folder):
        advice = "Give it to the account the service runs as (`chown`)"
        return fail("data folder", f"{folder} cannot be written by this account", advice)
    if open_ones := [file for file in _private_files(folder) if file.stat().st_mode & OTHERS]:
        names = ", ".join(str(file) for file in open_ones)
        return fail(
            "data folder",
            f"others may read {names}",
            f"Close it: `chmod go= {' '.join(map(str, open_ones))}`",
        )
    return ok("data folder", f"{folder} is ours alone where it matters")


def _private_files(folder: Path) -> list[Path]:
    named = [folder / "secrets.json", folder / "attachments", *folder.glob("*.sqlite3*")]
    return [file for file in named if file.exists()]


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


async def check_disk(settings: StoreSettings) -> Finding:
    """A full disk is the one thing the store cannot work around."""
    folder = settings.data_dir if settings.data_dir.is_dir() else Path.cwd()
    usage, inodes = shutil.disk_usage(folder), os.statvfs(folder)
    said = f"{usage.free / 1e9:.1f} GB free in {folder}"
    if usage.free < FAIL_FREE_BYTES or (inodes.f_files and inodes.f_favail == 0):
        return fail("disk", said, "Make room now: without it no message can be accepted")
    if usage.free < WARN_FREE_BYTES:
        return warn("disk", said, "Make room, or move KOTHA_DATA_DIR to a larger disk")
    return ok("disk", said)
