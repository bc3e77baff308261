"""Agents' files, and customers' as agents see them."""

from dataclasses import dataclass
from typing import Literal

from bot.attachments.uploads import Uploads
from bot.console.bodies import Checked
from bot.console.calls import Answer, Call
from bot.console.conversation_shapes import AttachmentObject
from bot.console.permissions import Permission
from bot.console.routing import Route
from crm_store.domain.attachments import Uploader
from crm_store.use_cases.attachments import access_attachment_of_agent


class HowToShow(Checked):
    """To save, or to show in a page."""

    preview: Literal["1"] | None = None


@dataclass(frozen=True)
class Attachments:
    """Handlers of `/api/console/attachments`."""

    uploads: Uploads

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                "POST",
                "/attachments",
                Permission.CONVERSATIONS_WRITE,
                self.upload,
                "Upload a file (multipart, one field `file`), to send it with a message",
                gives=AttachmentObject,
                status=201,
                raw=True,
                file=True,
                refuses=(
                    "unsupported_type",
                    "broken_file",
                    "file_too_large",
                    "image_too_large",
                    "too_many_uploads",
                    "upload_too_slow",
                ),
            ),
            Route(
                "GET",
                "/attachments/{attachment}",
                Permission.CONVERSATIONS_READ,
                self.download,
                "A file as it was sent; with `?preview=1` a small copy of an image, to be shown in a page",
                takes=HowToShow,
                file=True,
                refuses=("unknown_attachment",),
            ),
        ]

    async def upload(self, call: Call[None]) -> Answer:
        """Kept for a day until a message carries it."""
        attachment = await self.uploads.take(call.request, Uploader(agent_id=call.who.id))
        return Answer(attachment.as_object(), 201)

    async def download(self, call: Call[HowToShow]) -> Answer:
        """To save, or (images, on request) a small copy to show."""
        attachment = await access_attachment_of_agent(
            self.uploads.store, call.id("attachment"), agent_id=call.who.id
        )
        if call.given.preview is None:
            return Answer(self.uploads.response(attachment, inline=False))
        return Answer(await self.uploads.small_response(attachment))
