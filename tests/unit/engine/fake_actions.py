"""An action server for the tiny assistant: answers in the SDK's format, records requests, fails on demand."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = Any
Answer = dict[str, list[dict[str, Json]]]
Misbehaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]

CARD = {"type": "order", "number": "KT-10001", "status": "shipped"}


class FakeActions:
    """Runs in a thread of its own, so that tests with different event loops can share it."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Json]] = []
        self.authorizations: list[str | None] = []
        self.misbehaviour: dict[str, Misbehaviour] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def stop(self) -> None:
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def forget(self) -> None:
        """Behave again, with nothing recorded."""
        self.requests.clear()
        self.authorizations.clear()
        self.misbehaviour.clear()

    def called(self) -> list[str]:
        return [request["next_action"] for request in self.requests]

    async def _start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/webhook", self._webhook)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        call = await request.json()
        self.requests.append(call)
        self.authorizations.append(request.headers.get("Authorization"))
        misbehaviour = self.misbehaviour.get(call["next_action"])
        if misbehaviour is not None:
            return await misbehaviour(request)
        return web.json_response(ACTIONS[call["next_action"]](call["tracker"]))


def _track_order(tracker: Json) -> Answer:
    number = tracker["slots"]["order_number"] or "unknown"
    seen = "twice" if tracker["slots"]["seen"] else "once"
    return {
        "events": [{"event": "slot", "timestamp": None, "name": "seen", "value": seen}],
        "responses": [
            {"response": "utter_track", "number": number, "status": "shipped"},
            {"text": None, "custom": {"card": CARD}},
        ],
    }


def _run_twice(tracker: Json) -> Answer:
    """Counts as an idempotency key does: how often this action ran since the customer's message."""
    count = 0
    for event in reversed(tracker["events"]):
        if event["event"] == "user":
            break
        count += event["event"] == "action" and event["name"] == "action_run_twice"
    return {"events": [], "responses": [{"text": f"run {count + 1}"}]}


def _run_forever(tracker: Json) -> Answer:
    return {
        "events": [{"event": "followup", "timestamp": None, "name": "action_run_forever"}],
        "responses": [],
    }


def _run_silent(tracker: Json) -> Answer:
    return {"events": [], "responses": []}


def _pick_up(tracker: Json) -> Answer:
    """Drops the form under way, and tells what facts chose its words."""
    agent = tracker["slots"]["handed_back"]["agent"]
    because = [{"fact": "handed_back", "value": agent}]
    return {
        "events": [
            {"event": "active_loop", "timestamp": None, "name": None},
            {"event": "slot", "timestamp": None, "name": "requested_slot", "value": None},
        ],
        "responses": [{"text": f"{agent} was here.", "custom": {"because": because}}],
    }


def _clear_cancel(tracker: Json) -> Answer:
    names = ("order_number", "cancel_reason", "cancel_confirmed")
    return {
        "events": [{"event": "slot", "timestamp": None, "name": name, "value": None} for name in names],
        "responses": [],
    }


def _validate_cancel_form(tracker: Json) -> Answer:
    """As the SDK's FormValidationAction: the slots at the end of the events are what is to be checked."""
    candidates: dict[str, Json] = {}
    for event in reversed(tracker["events"]):
        if event["event"] != "slot":
            break
        candidates.setdefault(event["name"], event["value"])
    events, responses = [], []
    for name, value in reversed(candidates.items()):
        if name == "order_number" and value and not value.startswith("KT-1"):
            responses.append({"text": f"I know no order {value}."})
            value = None
        events.append({"event": "slot", "timestamp": None, "name": name, "value": value})
    return {"events": events, "responses": responses}


ACTIONS: dict[str, Callable[[Json], Answer]] = {
    "action_track_order": _track_order,
    "action_run_twice": _run_twice,
    "action_run_forever": _run_forever,
    "action_run_silent": _run_silent,
    "action_clear_cancel": _clear_cancel,
    "action_pick_up": _pick_up,
    "validate_cancel_form": _validate_cancel_form,
}


def answering(body: object, status: int = 200) -> Misbehaviour:
    """Answers `body` (bytes as they are, anything else as JSON)."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, status=status, content_type="application/json")

    return answer


@dataclass
class Held:
    """An action that answers when the test lets it."""

    text: str
    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    answered: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, _: web.Request) -> web.StreamResponse:
        """The misbehaviour."""
        self.asked.set()
        await asyncio.to_thread(self.go_on.wait, 30)
        self.answered.set()
        return web.json_response({"events": [], "responses": [{"text": self.text}]})


async def hanging_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
