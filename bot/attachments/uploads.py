"""Taking files in and giving them out: one way for customers and agents."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import structlog
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.attachments.documents import check_pdf
from bot.attachments.folder import AttachmentFolder, digest_of
from bot.attachments.images import clean_image
from bot.attachments.kinds import HEAD_BYTES, Kind, kind_of
from bot.attachments.names import clean_name, disposition
from bot.attachments.refusals import (
    MAX_FILE_BYTES,
    file_too_large,
    too_many_uploads,
    too_slow,
    unsupported_type,
)
from bot.attachments.small_pictures import TYPE as SMALL_TYPE
from bot.attachments.small_pictures import make_small
from bot.channels.web.refusals import bad_frame, unavailable
from crm_store.domain.attachments import Attachment, Uploader
from crm_store.domain.errors import TooManyUploads
from crm_store.use_cases.attachments import check_may_upload, keep_attachment
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

FIELD: Final = "file"
CHUNK_BYTES: Final = 256 * 1024
WRAPPING_BYTES: Final = 64 * 1024  # the multipart lines around a file
UPLOAD_SECONDS: Final = 120.0  # 10 MiB at 90 kB/s, a poor mobile connection
# A part's headers are read like a request's, and refused with the same exceptions.
BAD_MULTIPART: Final = (
    ValueError,
    HttpProcessingError,
    web.RequestPayloadError,
    aiohttp.ClientPayloadError,
)
AT_ONCE: Final = 2  # images decoded side by side: each takes up to 150 MB
# Even if a browser were made to show a file as a page of ours, nothing in it runs or loads.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@dataclass
class Uploads:
    """Files of this service."""

    store: Store
    folder: AttachmentFolder
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def take(self, request: web.Request, uploader: Uploader) -> Attachment:
        """The file of a multipart request, checked and kept; Refusal says why not."""
        try:
            await check_may_upload(self.store, uploader)
            await self._check_room()
            name, arrived = await self._receive(request)
            try:
                return await self._keep(name, arrived, uploader)
            finally:
                arrived.unlink(missing_ok=True)
        except TooManyUploads:
            raise too_many_uploads() from None

    async def take_stream(
        self, name: str | None, chunks: AsyncIterator[bytes], uploader: Uploader
    ) -> Attachment:
        """A file that a platform gives us, checked and kept; Refusal says why not.

        How long it may take is the caller's to limit.
        """
        try:
            await check_may_upload(self.store, uploader)
            await self._check_room()
            arrived = await self.folder.receive(chunks, limit=MAX_FILE_BYTES)
            try:
                return await self._keep(name, arrived, uploader)
            finally:
                arrived.unlink(missing_ok=True)
        except TooManyUploads:
            raise too_many_uploads() from None

    def response(self, attachment: Attachment, *, inline: bool) -> web.FileResponse:
        """The file, as something to show or to save, never as a page."""
        is_image = attachment.type.startswith("image/")
        shown = disposition(attachment.name, inline=inline and is_image)
        return _file(self.folder.path_of(attachment.stored_as), attachment.type, shown)

    async def small_response(self, attachment: Attachment) -> web.FileResponse:
        """A picture to be shown in a page: a small copy of it, or itself when it is small or moves."""
        small = self.folder.small_path_of(attachment.stored_as)
        if not attachment.type.startswith("image/") or not await self._has_small(attachment, small):
            return self.response(attachment, inline=True)
        return _file(small, SMALL_TYPE, disposition(attachment.name, inline=True))

    async def _has_small(self, attachment: Attachment, small: Path) -> bool:
        async with self._slots:
            if await asyncio.to_thread(small.exists):
                return True
            try:
                return await asyncio.to_thread(make_small, self.folder.path_of(attachment.stored_as), small)
            except OSError as error:  # no room, or the file is just being swept away
                log.warning("attachments.no_small_copy", error=type(error).__name__)
                return False

    async def _check_room(self) -> None:
        if not await self.folder.has_room():
            log.error("attachments.no_room", folder=str(self.folder.root))
            raise unavailable()

    async def _receive(self, request: web.Request) -> tuple[str | None, Path]:
        if (request.content_length or 0) > MAX_FILE_BYTES + WRAPPING_BYTES:
            raise file_too_large()
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                part = await _file_part(request)
                return part.filename, await self.folder.receive(_chunks(part), limit=MAX_FILE_BYTES)
        except TimeoutError:
            raise too_slow() from None
        except BAD_MULTIPART:
            raise _bad_upload() from None

    async def _keep(self, name: str | None, arrived: Path, uploader: Uploader) -> Attachment:
        kind, (width, height) = await self._checked(arrived)
        stat = await asyncio.to_thread(arrived.stat)
        sha256 = await asyncio.to_thread(digest_of, arrived)
        stored_as = await self.folder.keep(arrived)
        attachment = Attachment(
            new_id(), clean_name(name, kind), kind.type, stat.st_size, width, height, sha256, stored_as
        )
        try:
            await keep_attachment(self.store, attachment, uploader)
        except BaseException:
            await self.folder.remove(stored_as)
            raise
        return attachment

    async def _checked(self, arrived: Path) -> tuple[Kind, tuple[int | None, int | None]]:
        kind = kind_of(await asyncio.to_thread(_head, arrived))
        if kind is None:
            raise unsupported_type()
        if kind.image_format is None:
            await asyncio.to_thread(check_pdf, arrived)
            return kind, (None, None)
        async with self._slots:
            return kind, await asyncio.to_thread(clean_image, arrived, kind)


def _file(path: Path, content_type: str, shown: str) -> web.FileResponse:
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": shown,
        "Content-Security-Policy": POLICY,
        "Cache-Control": "private, no-cache",  # asked for each time, sent when it changed: never
    }
    return web.FileResponse(path, headers=headers)


async def _file_part(request: web.Request) -> BodyPartReader:
    """The first part, which must be the file: what comes before it would have to be kept in memory."""
    if request.content_type != "multipart/form-data":
        raise _bad_upload()
    part = await (await request.multipart()).next()
    if not isinstance(part, BodyPartReader) or part.name != FIELD:
        raise _bad_upload()
    return part


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK_BYTES):
        yield chunk


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _bad_upload() -> Exception:
    return bad_frame(f"Send the file as multipart/form-data, in one field `{FIELD}`.")
