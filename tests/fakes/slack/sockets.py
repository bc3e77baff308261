"""Socket Mode: envelopes over a web socket the app opened, each of which it must acknowledge."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import uuid
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.fakes.ledger import Json
from tests.fakes.slack.courier import ANSWER_WITHIN_SECONDS, Answer, Letter

NAMES = {"events": "events_api", "interactivity": "interactive", "commands": "slash_commands"}


@dataclass
class Sockets:
    """The connections of one app; each letter goes over one of them."""

    app_id: str
    answer_within: float = ANSWER_WITHIN_SECONDS
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    open: list[web.WebSocketResponse] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    refused_tickets: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    _acks: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def new_address(self, base: str) -> str:
        """A web socket's address with a ticket that is good once."""
        ticket = f"ticket-{next(self._numbers)}"
        self.tickets.add(ticket)
        return f"{base.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={self.app_id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """GET /link."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            self.refused_tickets += 1
            raise web.HTTPForbidden
        self.tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.open.append(socket)
        await socket.send_json(self._hello())
        self.connected.set()
        try:
            async for message in socket:
                self._read(message)
        finally:
            self.open.remove(socket)
            if not self.open:
                self.connected.clear()
        return socket

    async def send(self, letter: Letter, attempt: int, reason: str, url: str | None = None) -> Answer:
        """See Way: one envelope over one connection, answered by its acknowledgement."""
        if not self.open:
            return Answer(None, reason="connection_failed")
        envelope = str(uuid.uuid4())
        acknowledged: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope] = acknowledged
        try:
            await self.chance.choice(self.open).send_str(_envelope(envelope, letter, attempt, reason))
            async with asyncio.timeout(self.answer_within):
                ack = await acknowledged
        except TimeoutError:
            return Answer(None, reason="timeout")
        except (ConnectionError, aiohttp.ClientError):
            return Answer(None, reason="connection_failed")
        finally:
            self._acks.pop(envelope, None)
        payload = ack.get("payload")
        return Answer(200, json.dumps(payload).encode() if payload else b"")

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come again, then close it, as happens every few hours."""
        for socket in list(self.open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
        if reason != "warning":
            await self.close()

    async def cut(self) -> None:
        """Drop every connection without a word."""
        for socket in list(self.open):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self.open):
            await socket.close()

    def _hello(self) -> Json:
        debug = {"host": "fake", "build_number": 1, "approximate_connection_time": 18_060}
        count = {"num_connections": len(self.open)}
        return {"type": "hello", "connection_info": {"app_id": self.app_id}, **count, "debug_info": debug}

    def _read(self, message: aiohttp.WSMessage) -> None:
        if message.type is not aiohttp.WSMsgType.TEXT:
            return
        try:
            ack = json.loads(message.data)
        except ValueError:
            return
        waiting = self._acks.get(str(ack.get("envelope_id"))) if isinstance(ack, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)


def _envelope(number: str, letter: Letter, attempt: int, reason: str) -> str:
    if letter.raw is not None:
        return letter.raw.decode(errors="replace")
    envelope: Json = {"envelope_id": number, "type": NAMES[letter.post], "payload": letter.payload}
    envelope["accepts_response_payload"] = letter.post != "events"
    if letter.post == "events":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return json.dumps(envelope)
