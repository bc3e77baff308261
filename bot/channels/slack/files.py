"""Customers' files: fetched from Slack with the bot's token, taken in by the checks of every upload."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.attachments.refusals import MAX_FILE_BYTES
from bot.attachments.uploads import CHUNK_BYTES, Uploads
from bot.channels.slack.client import SlackApi
from bot.channels.slack.events import SlackFile, read_files
from bot.channels.web.refusals import Refusal
from bot.errors import DeliveryFailure, KothaBotError
from crm_store.domain.attachments import Attachment, Uploader

DOWNLOAD_SECONDS: Final = 60.0  # 10 MiB at 180 kB/s; a machine in a data centre takes a second
SLACKS_HOSTS: Final = (".slack.com", ".slack-files.com")

# What the checks refuse -> the sentence of the catalogue that says so.
_SAID: Final = {
    "unsupported_type": "file_unsupported",
    "broken_file": "file_broken",
    "file_too_large": "file_too_large",
    "image_too_large": "file_too_large",
    "too_many_uploads": "file_too_many",
}


class FileNotTaken(KothaBotError):
    """A customer's file is not taken in: tell them with the sentence `say` of the catalogue."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


@dataclass(frozen=True)
class FileFetcher:
    """Gets customers' files."""

    api: SlackApi
    uploads: Uploads
    session: aiohttp.ClientSession
    api_url: str

    async def fetch(self, team: str, file: SlackFile, uploader: Uploader) -> Attachment:
        """The file, kept for its sender; FileNotTaken says what to tell them."""
        if file.size > MAX_FILE_BYTES:
            raise FileNotTaken("file_too_large")
        try:
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                found = file if file.url else await self._look_up(team, file)
                return await self._take(team, found, uploader)
        except Refusal as refusal:
            raise FileNotTaken(_SAID.get(refusal.code, "file_unavailable")) from None
        except (
            DeliveryFailure,
            aiohttp.ClientError,
            OSError,
            ValueError,
        ):  # ValueError: an address that is none
            raise FileNotTaken("file_unavailable") from None

    async def _look_up(self, team: str, file: SlackFile) -> SlackFile:
        """Files from other workspaces come without an address: it has to be asked for."""
        answer = await self.api.call(team, "files.info", file=file.id)
        found = next(iter(read_files([answer.get("file")])), None)
        if found is None or found.url is None:
            raise FileNotTaken("file_unavailable")
        return found

    async def _take(self, team: str, file: SlackFile, uploader: Uploader) -> Attachment:
        token = self.api.token_of(team)
        if file.url is None or token is None or not is_slacks(file.url, self.api_url):
            raise FileNotTaken("file_unavailable")
        # A redirect would carry the token elsewhere; Slack's own go to its log-in page, which is no file.
        async with self.session.get(
            file.url, headers={"Authorization": f"Bearer {token}"}, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                raise FileNotTaken("file_unavailable")
            return await self.uploads.take_stream(file.name or None, _chunks(answer), uploader)


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
        yield chunk


def is_slacks(url: str, api_url: str) -> bool:
    """Whether the bot's token may be sent there: an address of Slack's, or where its API is said to be."""
    asked, api = urlsplit(url), urlsplit(api_url)
    if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
        return True
    return asked.scheme == "https" and f".{asked.hostname or ''}".endswith(SLACKS_HOSTS)
