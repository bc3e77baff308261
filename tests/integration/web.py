"""A raw client of the web channel, for what a well-behaved one never does."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import jwt

Frame = dict[str, Any]


class RawClient:
    """HTTP and sockets of one widget, without any cleverness."""

    def __init__(self, base: str, http: aiohttp.ClientSession, widget: str = "demo") -> None:
        self.base = base
        self.api = f"{base}/api/web/{widget}"
        self.http = http

    async def post(
        self,
        route: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """POST JSON (or bytes as they are); status and answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        merged = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token is not None else {})}
        async with self.http.post(f"{self.api}/{route}", data=data, headers=merged) as answer:
            return answer.status, await answer.json()

    async def get(self, route: str, *, token: str | None = None) -> tuple[int, Any]:
        """GET; status and answer."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        async with self.http.get(f"{self.api}/{route}", headers=headers) as answer:
            return answer.status, await answer.json()

    async def open_session(self) -> dict[str, Any]:
        """A new anonymous session."""
        status, session = await self.post("sessions", {})
        assert status == 201, session
        return dict(session)

    async def send(self, token: str, text: str, client_msg_id: str | None = None) -> tuple[int, Any]:
        """POST one text."""
        return await self.post("messages", text_body(text, client_msg_id), token=token)

    async def events(self, token: str, after_seq: int = 0) -> list[Frame]:
        """The transcript over HTTP."""
        status, page = await self.get(f"messages?after_seq={after_seq}", token=token)
        assert status == 200, page
        return list(page["events"])

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """An open socket that has not said hello."""
        async with self.http.ws_connect(f"{self.api}/socket", protocols=["kotha.v1"], **options) as socket:
            yield socket

    @asynccontextmanager
    async def welcomed(
        self, token: str, after_seq: int = 0
    ) -> AsyncIterator[tuple[aiohttp.ClientWebSocketResponse, Frame]]:
        """A socket after hello, and its welcome."""
        async with self.socket() as socket:
            await socket.send_json({"type": "hello", "token": token, "after_seq": after_seq})
            welcome = await next_frame(socket)
            assert welcome["type"] == "welcome", welcome
            yield socket, welcome


def text_body(text: str, client_msg_id: str | None = None) -> Frame:
    """The body of a text message."""
    return {"client_msg_id": client_msg_id or str(uuid.uuid4()), "text": text}


async def next_frame(socket: aiohttp.ClientWebSocketResponse, *, seconds: float = 30) -> Frame:
    """The next frame."""
    frame: Frame = await socket.receive_json(timeout=seconds)
    return frame


async def next_of_type(socket: aiohttp.ClientWebSocketResponse, kind: str, *, seconds: float = 30) -> Frame:
    """The next frame of a type; others are passed over."""
    while True:
        frame = await next_frame(socket, seconds=seconds)
        if frame["type"] == kind:
            return frame


async def events_until(socket: aiohttp.ClientWebSocketResponse, seq: int) -> list[Frame]:
    """Event frames up to this seq."""
    events: list[Frame] = []
    while not events or events[-1]["seq"] < seq:
        events.append(await next_of_type(socket, "event"))
    return events


async def close_code(socket: aiohttp.ClientWebSocketResponse, *, seconds: float = 30) -> int | None:
    """Read until the server closes; its code."""
    while (await socket.receive(timeout=seconds)).type not in (
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSMsgType.CLOSING,
        aiohttp.WSMsgType.CLOSED,
    ):
        pass
    return socket.close_code


def signed_identity(subject: str, key: str, *, widget: str = "demo", kid: str = "k1", **claims: Any) -> str:
    """What a shop's backend signs."""
    now = int(time.time())
    payload = {"sub": subject, "aud": widget, "iat": now, "exp": now + 300, **claims}
    return jwt.encode(payload, key, algorithm="HS256", headers={"kid": kid})
