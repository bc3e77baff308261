"""The web channel's HTTP routes (docs/contracts/web-channel.md, openapi.json)."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.channels.web.access import bearer_token, refusal_of
from bot.channels.web.frames import (
    ack_object,
    check_send,
    check_seq,
    check_token,
    event_object,
    owner_object,
    parse_object,
    session_object,
)
from bot.channels.web.identity import check_identity
from bot.channels.web.refusals import Refusal, bad_frame
from bot.channels.web.socket import CLOSE_SESSION, WebParts, incoming_of, serve_socket
from bot.errors import Overloaded
from crm_store.domain.errors import KothaStoreError
from crm_store.domain.sessions import WebSession
from crm_store.use_cases.conversations import list_events, read_progress
from crm_store.use_cases.sessions import (
    access_web_session,
    identify_web_session,
    open_web_session,
    renew_web_session,
)

MAX_BODY_BYTES = 64 * 1024  # the contract's
BODY_SECONDS = 30.0  # 64 KiB at 2 kB/s; whoever sends a byte a minute holds a connection for nothing
MAX_EVENTS = 200
PREFIX = "/api/web/{widget}"


def json_answer(value: object, status: int = 200) -> web.Response:
    """A JSON response."""
    return web.Response(
        body=orjson.dumps(value), status=status, content_type="application/json", charset="utf-8"
    )


async def read_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object; Refusal when it is something else."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.read()
    except TimeoutError:
        raise Refusal("bad_frame", "The body did not arrive in time. Send it again.", status=408) from None
    except web.RequestPayloadError:
        raise bad_frame("The body cannot be read as its headers say. Send plain UTF-8 JSON.") from None
    return parse_object(body)


class WebRoutes:
    """Handlers of the web channel."""

    def __init__(self, parts: WebParts, identity_keys: Mapping[str, str]) -> None:
        self._parts = parts
        self._identity_keys = identity_keys

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post(f"{PREFIX}/sessions", self.open_session)
        app.router.add_post(f"{PREFIX}/identify", self.identify)
        app.router.add_post(f"{PREFIX}/messages", self.send_message)
        app.router.add_get(f"{PREFIX}/messages", self.list_messages, allow_head=False)
        app.router.add_get(f"{PREFIX}/socket", self.open_socket, allow_head=False)
        app.router.add_options(PREFIX + "/{rest:(sessions|identify|messages)}", self.answer_preflight)

    async def answer_preflight(self, request: web.Request) -> web.Response:
        """CORS preflight; the headers are added for every allowed origin."""
        self._parts.gate.check_widget(request)
        return web.Response(status=204)

    async def open_session(self, request: web.Request) -> web.Response:
        """Open an anonymous session, or renew one."""
        widget = self._enter(request)
        token = (await read_object(request)).get("token")
        if token is None:
            session = await open_web_session(self._parts.store, widget=widget)
            return json_answer(session_object(session), status=201)
        session = await renew_web_session(self._parts.store, widget=widget, token=check_token(token))
        return json_answer(session_object(session))

    async def identify(self, request: web.Request) -> web.Response:
        """Attach a signed identity (W4); sockets of the replaced session are closed."""
        widget = self._enter(request)
        token = bearer_token(request)
        body = await read_object(request)
        identity = check_identity(body.get("jwt"), widget=widget, keys=self._identity_keys)
        session = await identify_web_session(
            self._parts.store, widget=widget, token=token, subject=identity.subject, name=identity.name
        )
        self._parts.hub.stop_session(token, CLOSE_SESSION)
        return json_answer(session_object(session))

    async def send_message(self, request: web.Request) -> web.Response:
        """Accept one message (CH1)."""
        widget = self._enter(request)
        session = await self._session(request, widget)
        message = check_send(await read_object(request))
        self._parts.gate.check_identity_rate(session.identity_id)
        accepted = await self._parts.intake.take(
            incoming_of(message, session, widget), client_msg_id=message.client_msg_id.lower()
        )
        return json_answer(ack_object(accepted), status=200 if accepted.duplicate else 201)

    async def list_messages(self, request: web.Request) -> web.Response:
        """Events after a seq, for clients without a socket."""
        widget = self._enter(request)
        after_seq = _whole_number(request, "after_seq", default=0)
        limit = min(_whole_number(request, "limit", default=MAX_EVENTS) or MAX_EVENTS, MAX_EVENTS)
        session = await self._session(request, widget)
        events = await list_events(
            self._parts.store, session.conversation_id, after_seq=after_seq, limit=limit
        )
        progress = await read_progress(self._parts.store, session.conversation_id)
        return json_answer(
            {
                "conversation": str(session.conversation_id),
                "events": [event_object(event) for event in events],
                "last_seq": progress.last_seq,
                **owner_object(progress.attended),
            }
        )

    async def open_socket(self, request: web.Request) -> web.StreamResponse:
        """Upgrade to the socket."""
        return await serve_socket(request, self._parts, self._enter(request))

    def _enter(self, request: web.Request) -> str:
        widget = self._parts.gate.check_widget(request)
        self._parts.gate.check_address(self._parts.gate.address_of(request))
        return widget

    async def _session(self, request: web.Request, widget: str) -> WebSession:
        return await access_web_session(self._parts.store, widget=widget, token=bearer_token(request))


def _whole_number(request: web.Request, name: str, *, default: int) -> int:
    raw = request.query.get(name)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 16):
        raise bad_frame(f"`{name}` must be a whole number.")
    return check_seq(int(raw), name)


def refusal_from(error: BaseException) -> Refusal | None:
    """The refusal behind an exception of a handler; None when it is a defect of ours."""
    if isinstance(error, Refusal):
        return error
    return refusal_of(error) if isinstance(error, KothaStoreError | Overloaded) else None
