"""The folder of the files: outside everything that is served, under random names without endings."""

import asyncio
import hashlib
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Final

from bot.attachments.refusals import file_too_large
from crm_store.domain.attachments import SMALL_COPY, place_of

# Below that the disk is kept for the database: a full one would stop the service.
LEAST_FREE_BYTES: Final = 512 * 1024 * 1024
ARRIVING: Final = ".arriving"  # what is still being received
_NAME_BYTES: Final = 16


class AttachmentFolder:
    """Where files lie. Methods that touch the disk run in threads."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, stored_as: str) -> Path:
        """Where a file of ours lies."""
        return self.root / place_of(stored_as)

    def small_path_of(self, stored_as: str) -> Path:
        """Where the small copy of a picture of ours lies, once it was asked for."""
        return self.path_of(stored_as + SMALL_COPY)

    async def has_room(self) -> bool:
        """Whether the disk has room for files."""
        return await asyncio.to_thread(self._free) >= LEAST_FREE_BYTES

    async def receive(self, chunks: AsyncIterator[bytes], *, limit: int) -> Path:
        """Write a stream to a file of its own; Refusal beyond `limit` bytes, and then nothing is left."""
        path = await asyncio.to_thread(self._new_path)
        try:
            with await asyncio.to_thread(path.open, "xb") as file:
                await _write(file, chunks, limit)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    async def keep(self, arrived: Path) -> str:
        """Give a received file its final place; what it is stored as."""
        stored_as = secrets.token_hex(_NAME_BYTES)
        await asyncio.to_thread(self._move, arrived, self.path_of(stored_as))
        return stored_as

    async def remove(self, stored_as: str) -> None:
        """Delete a file and its small copy; one that is gone already is fine."""
        for path in (self.small_path_of(stored_as), self.path_of(stored_as)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def list_older_than(self, seconds: float) -> list[str]:
        """Files that have lain here for a while, unfinished ones too (by their path's last part)."""
        return await asyncio.to_thread(lambda: [*self._older_than(time.time() - seconds)])

    def _free(self) -> int:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def _older_than(self, moment: float) -> Iterator[str]:
        for path in self.root.glob("*/*"):
            try:
                if path.suffix != SMALL_COPY and path.is_file() and path.stat().st_mtime < moment:
                    yield path.name
            except OSError:
                continue  # somebody was quicker

    def _new_path(self) -> Path:
        name = secrets.token_hex(_NAME_BYTES)
        path = self.root / name[:2] / (name + ARRIVING)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def _move(self, arrived: Path, place: Path) -> None:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        arrived.chmod(0o600)
        arrived.replace(place)


async def _write(file: IO[bytes], chunks: AsyncIterator[bytes], limit: int) -> None:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise file_too_large()
        await asyncio.to_thread(file.write, chunk)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
