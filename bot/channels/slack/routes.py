"""Slack's three web addresses: signature first, then the inbox, then the acknowledgement.

401 unsigned or stale, 413 too big, 400 for what is no form or JSON in spite of a good signature, 503 while
the store is away or something is still being taken in. All else is a 200: Slack would only bring it again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
import structlog
from aiohttp import web

from bot.channels.slack.forms import (
    MalformedForm,
    is_ssl_check,
    read_command,
    read_form,
    read_object,
    read_origin,
    read_payload,
)
from bot.channels.slack.inbox import NotYetTaken, SlackInbox
from bot.channels.slack.places import CHANNEL, source_id
from bot.channels.slack.signature import is_signed
from bot.inbox import Inbox
from bot.metrics import Metrics
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, StoreUnavailable

log = structlog.get_logger()

# The longest message (40,000 characters, written twice, six bytes each as JSON) and what stands around it.
MAX_BODY_BYTES: Final = 1024 * 1024
BODY_SECONDS: Final = 10.0  # Slack gives up after three
RETRY_AFTER_SECONDS: Final = 5
PREFIX: Final = "/api/slack"

Take = Callable[[bytes], Awaitable[web.Response]]


class SlackRoutes:
    """Handlers of the addresses an app manifest names."""

    def __init__(
        self,
        inbox: SlackInbox,
        store_inbox: Inbox,
        metrics: Metrics,
        *,
        signing_secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._inbox = inbox
        self._store_inbox = store_inbox
        self._metrics = metrics
        self._secret = signing_secret
        self._clock = clock

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post(f"{PREFIX}/events", self.events)
        app.router.add_post(f"{PREFIX}/interactivity", self.interactivity)
        app.router.add_post(f"{PREFIX}/commands", self.commands)

    async def events(self, request: web.Request) -> web.Response:
        """The Events API."""
        return await self._answer(request, self._take_event)

    async def interactivity(self, request: web.Request) -> web.Response:
        """Clicks and modals."""
        return await self._answer(request, self._take_interaction)

    async def commands(self, request: web.Request) -> web.Response:
        """Slash commands."""
        return await self._answer(request, self._take_command)

    async def _answer(self, request: web.Request, take: Take) -> web.Response:
        body = await read_body(request)
        if body is None:
            return self._refuse(413, "too_large")
        if not is_signed(self._secret, request.headers, body, now=self._clock()):
            return self._refuse(401, "unsigned")
        try:
            return await take(body)
        except MalformedForm:
            return self._refuse(400, "malformed")
        except (StoreUnavailable, ConflictingWrite, NotYetTaken) as error:
            return self._refuse(503, type(error).__name__, retry_after=RETRY_AFTER_SECONDS)
        except Exception:  # a defect of ours: bringing it again would change nothing
            log.exception("slack.poison", path=request.path)
            return await self._bury(body)

    async def _take_event(self, raw: bytes) -> web.Response:
        body = read_object(raw)
        if body.get("type") == "url_verification":  # SL3
            return _json({"challenge": str(body.get("challenge", ""))})
        await self._inbox.event(body)
        return web.Response()

    async def _take_interaction(self, raw: bytes) -> web.Response:
        if raw.startswith(b"{"):  # as JSON, which Slack announces for its newer kinds
            return _json_or_nothing(await self._inbox.interaction(read_object(raw)))
        form = read_form(raw)
        if is_ssl_check(form):
            return web.Response()
        return _json_or_nothing(await self._inbox.interaction(read_payload(form)))

    async def _take_command(self, raw: bytes) -> web.Response:
        form = read_form(raw)
        if is_ssl_check(form):
            return web.Response()
        command = read_command(form)
        if command is None:
            raise MalformedForm
        return _json_or_nothing(await self._inbox.command(command))

    async def _bury(self, raw: bytes) -> web.Response:
        """Keep what broke us for people to look at, and let it be."""
        team, event_id, user = read_origin(raw)
        try:
            await self._store_inbox.bury(
                CHANNEL, team, event_id or None, "defect", raw, source_id=source_id(user) if user else None
            )
        except (StoreUnavailable, ConflictingWrite) as error:
            return self._refuse(503, type(error).__name__, retry_after=RETRY_AFTER_SECONDS)
        return web.Response()

    def _refuse(self, status: int, code: str, *, retry_after: int | None = None) -> web.Response:
        self._metrics.refused.labels(f"slack_{code}").inc()
        headers = {"Retry-After": str(retry_after)} if retry_after else None
        return web.Response(status=status, headers=headers)


async def read_body(request: web.Request) -> bytes | None:
    """The raw body; None when it is larger than anything Slack sends.

    The application's own limit is the web channel's, and smaller.
    """
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    return None
    except (web.RequestPayloadError, ConnectionError, TimeoutError):
        return b""  # it never arrived whole, so no signature fits
    return bytes(body)


def _json(value: JsonObject) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json", charset="utf-8")


def _json_or_nothing(value: JsonObject) -> web.Response:
    """Slack shows a body to whoever clicked or commanded; without one, nothing."""
    return _json(value) if value else web.Response()
