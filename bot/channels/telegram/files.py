"""Files that customers send: fetched from Telegram and taken in by the checks of every upload.

A file is fetched before its message is acknowledged, within a time limit: what was acknowledged has its file.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import aiohttp
import structlog
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import AiogramError

from bot.attachments.refusals import MAX_FILE_BYTES
from bot.attachments.uploads import Uploads
from bot.channels.telegram.client import DOWNLOAD_SECONDS
from bot.channels.telegram.contents import RemoteFile
from bot.channels.web.refusals import Refusal
from bot.errors import KothaBotError
from crm_store.domain.attachments import Attachment, Uploader
from crm_store.domain.errors import KothaStoreError

log = structlog.get_logger()

# What the checks refuse -> the sentence of the catalogue that says so.
_SAID: Final = {
    "unsupported_type": "file_unsupported",
    "broken_file": "file_broken",
    "file_too_large": "file_too_large",
    "image_too_large": "file_too_large",
    "too_many_uploads": "too_many_files",
}


class FileNotTaken(KothaBotError):
    """A customer's file is not taken in: tell them with the sentence `say` of the catalogue."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


@dataclass(frozen=True)
class FileFetcher:
    """Gets customers' files."""

    uploads: Uploads

    async def fetch(self, client: Bot, file: RemoteFile, uploader: Uploader) -> Attachment:
        """The file, kept for its sender; FileNotTaken says what to tell them."""
        if file.size is not None and file.size > MAX_FILE_BYTES:
            raise FileNotTaken("file_too_large")
        try:
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                address = await _address_of(client, file)
                chunks = client.session.stream_content(address)
                return await self.uploads.take_stream(file.name, chunks, uploader)
        except Refusal as refusal:
            raise FileNotTaken(_SAID.get(refusal.code, "file_unavailable")) from None
        except (AiogramError, aiohttp.ClientError, OSError):
            raise FileNotTaken("file_unavailable") from None
        except (FileNotTaken, KothaStoreError):
            raise
        except Exception as error:  # noqa: BLE001  its words are not logged: they may hold the token's address
            log.error("telegram.file_defect", error=type(error).__name__)
            raise FileNotTaken("file_unavailable") from None


async def _address_of(client: Bot, file: RemoteFile) -> str:
    """Where it can be fetched from, for an hour. The address holds the token: it is never shown or logged."""
    found = await client.get_file(file.id)
    if not found.file_path:
        raise FileNotTaken("file_unavailable")
    session: BaseSession = client.session
    return session.api.file_url(client.token, found.file_path)
