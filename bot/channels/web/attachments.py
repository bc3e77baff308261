"""Customers' files: uploaded before they are sent, seen by who sees the conversation."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from aiohttp import web

from bot.attachments.refusals import unknown_attachment
from bot.attachments.uploads import Uploads
from bot.channels.web.access import Gate, bearer_token
from bot.channels.web.refusals import rate_limited
from bot.channels.web.routes import PREFIX, json_answer
from bot.limits import Rate, RateLimiter
from crm_store.domain.attachments import Uploader
from crm_store.domain.sessions import WebSession
from crm_store.use_cases.attachments import access_attachment_of_customer
from crm_store.use_cases.sessions import access_web_session

# Sessions cost nothing, so the address is what keeps one machine from filling the disk.
UPLOADS: Final = Rate(per_minute=30, burst=60)
PATH: Final = f"{PREFIX}/attachments"


@dataclass(frozen=True)
class AttachmentRoutes:
    """Handlers of `/api/web/{widget}/attachments`."""

    uploads: Uploads
    gate: Gate
    by_address: RateLimiter = field(default_factory=lambda: RateLimiter(UPLOADS))

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post(PATH, self.upload)
        app.router.add_get(f"{PATH}/{{attachment}}", self.download, allow_head=False)
        app.router.add_options(PATH, self.answer_preflight)
        app.router.add_options(f"{PATH}/{{attachment}}", self.answer_preflight)

    async def answer_preflight(self, request: web.Request) -> web.Response:
        """CORS preflight; the headers are added for every allowed origin."""
        self.gate.check_widget(request)
        return web.Response(status=204)

    async def upload(self, request: web.Request) -> web.Response:
        """Take one file in; it is sent with a message later, or forgotten after a day."""
        session = await self._enter(request)
        self.gate.check_identity_rate(session.identity_id)
        if wait := self.by_address.wait_for(self.gate.address_of(request)):
            raise rate_limited(wait)
        attachment = await self.uploads.take(request, Uploader(identity_id=session.identity_id))
        return json_answer(attachment.as_object(), status=201)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file of the session's conversation."""
        session = await self._enter(request)
        attachment = await access_attachment_of_customer(
            self.uploads.store,
            check_id(request.match_info["attachment"]),
            conversation_id=session.conversation_id,
            identity_id=session.identity_id,
        )
        return self.uploads.response(attachment, inline=True)

    async def _enter(self, request: web.Request) -> WebSession:
        widget = self.gate.check_widget(request)
        self.gate.check_address(self.gate.address_of(request))
        return await access_web_session(self.uploads.store, widget=widget, token=bearer_token(request))


def check_id(text: str) -> UUID:
    """The id in a path; Refusal 404 for what cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        raise unknown_attachment() from None
