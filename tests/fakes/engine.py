"""A fake engine: speaks docs/contracts/engine-turn.md, records every question, misbehaves on request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Turn = Callable[[dict[str, Any]], Awaitable[web.Response]]


def echo(question: dict[str, Any]) -> dict[str, Any]:
    """The answer of a healthy turn: says what it was asked, counts the turns in its state."""
    asked = question["text"] if question["text"] is not None else question["choice"]["intent"]
    turns = (question["state"] or {"turns": 0})["turns"] + 1
    return answer_of(f"You said: {asked}", state={"turns": turns})


def answer_of(text: str | None, **changes: Any) -> dict[str, Any]:
    """A whole answer with one reply."""
    reply = {
        "text": text,
        "response": "utter_echo",
        "buttons": changes.pop("buttons", []),
        "card": changes.pop("card", None),
    }
    return {
        "replies": [reply],
        "state": {},
        "understanding": {
            "intent": "inform",
            "confidence": 0.9,
            "entities": [],
            "ranking": [],
            "language": "en",
        },
        "language": "en",
        "actions": ["utter_echo", "action_listen"],
        "timings": {"total_ms": 1.0},
        **changes,
    }


@dataclass
class FakeEngine:
    """Set `script` to the behaviours of the next turns; after them it echoes."""

    secret: str
    questions: list[dict[str, Any]] = field(default_factory=list)
    script: list[Turn] = field(default_factory=list)
    always: Turn | None = None
    in_flight: dict[str, int] = field(default_factory=dict)
    overlaps: int = 0
    model_loaded: bool = True
    refused_secrets: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def asked(self) -> list[str | None]:
        """The texts asked so far."""
        return [question["text"] for question in self.questions]

    async def turn(self, request: web.Request) -> web.Response:
        """POST /turn."""
        if request.headers.get("Authorization") != f"Bearer {self.secret}":
            self.refused_secrets += 1
            return web.json_response({"error": "secret"}, status=401)
        question = await request.json()
        self.headers.append(dict(request.headers))
        self.questions.append(question)
        conversation = question["conversation"]
        self.overlaps += self.in_flight.get(conversation, 0)
        self.in_flight[conversation] = self.in_flight.get(conversation, 0) + 1
        try:
            return await self._behave(question)
        finally:
            self.in_flight[conversation] -= 1

    async def _behave(self, question: dict[str, Any]) -> web.Response:
        if self.script:
            return await self.script.pop(0)(question)
        if self.always is not None:
            return await self.always(question)
        return web.json_response(echo(question))

    async def health(self, _request: web.Request) -> web.Response:
        """GET /health."""
        if not self.model_loaded:
            return web.json_response({"status": "loading", "error": "still loading"}, status=503)
        return web.json_response({"status": "ok", "model": "fake.tar.gz", "fingerprint": "0123456789ab"})

    def app(self) -> web.Application:
        """The HTTP application."""
        app = web.Application()
        app.router.add_post("/turn", self.turn)
        app.router.add_get("/health", self.health)
        return app


@asynccontextmanager
async def serve_engine(engine: FakeEngine, port: int | None = None) -> AsyncIterator[str]:
    """Serve on loopback; gives the base address."""
    server = TestServer(engine.app(), port=port)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


def answering(body: Any, status: int = 200) -> Turn:
    """A turn that answers this JSON."""

    async def turn(_question: dict[str, Any]) -> web.Response:
        return web.json_response(body, status=status)

    return turn


def answering_bytes(body: bytes, status: int = 200) -> Turn:
    """A turn that answers these bytes."""

    async def turn(_question: dict[str, Any]) -> web.Response:
        return web.Response(body=body, status=status, content_type="application/json")

    return turn


def slow(seconds: float) -> Turn:
    """A turn that echoes after a while."""

    async def turn(question: dict[str, Any]) -> web.Response:
        await asyncio.sleep(seconds)
        return web.json_response(echo(question))

    return turn


def waiting_for(event: asyncio.Event) -> Turn:
    """A turn that echoes once the test lets it."""

    async def turn(question: dict[str, Any]) -> web.Response:
        await event.wait()
        return web.json_response(echo(question))

    return turn
