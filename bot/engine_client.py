"""Asks the engines for turns: the least busy of those that are up, over kept connections.

An engine that refuses or hangs is passed over at once. Its health is asked for, at most once a second and
only while there are turns, and it is given turns again when it says that it is well.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as default

import aiohttp
import orjson

from bot.engine_answers import parse_answer
from bot.engine_wire import Answer, AnswerTooLarge, Disconnected, EngineWire
from bot.errors import (
    ActionsUnavailable,
    EngineAnsweredRubbish,
    EngineBroke,
    EngineTimedOut,
    EngineUnreachable,
)
from bot.messages import Question
from bot.traces import NOT_TRACED, Traces
from crm_store.domain.conversations import JsonObject
from crm_store.domain.turns import TurnResult

CONNECT_SECONDS = 1.0  # loopback connects in microseconds, or nobody listens
HEALTH_SECONDS = 2.0
DOWN_SECONDS = 1.0  # an engine that failed is left alone this long before its health is asked for
MAX_ANSWER_BYTES = 1024 * 1024  # state 32 KiB, 20 replies with cards: far below; more is rubbish


@dataclass(slots=True)
class Endpoint:
    """One engine process. `down_since` (monotonic seconds): when it last failed; None while it is up."""

    url: str
    wire: EngineWire
    busy: int = default(default=0)
    down_since: float | None = default(default=None)
    looking: asyncio.Task[None] | None = default(default=None)


class EngineClient:
    """The engines as one. Safe to use from many tasks."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        urls: Sequence[str],
        *,
        secret: str,
        timeout: float,
        traces: Traces = NOT_TRACED,
    ) -> None:
        self._session = session
        self._traces = traces
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._endpoints = [Endpoint(url, _wire_to(url, headers, timeout)) for url in urls]
        self._next = 0

    async def ask(self, question: Question) -> TurnResult:
        """One turn; EngineFailure says why there is none. Engines that are down are passed over."""
        body = orjson.dumps(question)
        with self._traces.part("engine"):
            result = await self._ask_in_turn(body)
            self._traces.engine_parts(result.timings)
        return result

    async def _ask_in_turn(self, body: bytes) -> TurnResult:
        for endpoint in self._in_turn():
            try:
                return await self._ask_counted(endpoint, body)
            except EngineUnreachable:
                continue
        raise EngineUnreachable("no engine can be reached")

    def close(self) -> None:
        """Close the kept connections; asking opens new ones."""
        for endpoint in self._endpoints:
            endpoint.wire.close()

    def is_gone(self) -> bool:
        """Whether every engine failed last time; asks for their health as a turn does."""
        for endpoint in self._endpoints:
            self._look_after(endpoint)
        return all(endpoint.down_since is not None for endpoint in self._endpoints)

    def _in_turn(self) -> list[Endpoint]:
        """All endpoints: the least busy first, among equals the next in turn; those that are down last."""
        self._next = (self._next + 1) % len(self._endpoints)
        order = self._endpoints[self._next :] + self._endpoints[: self._next]
        for endpoint in order:
            self._look_after(endpoint)
        return sorted(order, key=lambda endpoint: (endpoint.down_since is not None, endpoint.busy))

    async def _ask_counted(self, endpoint: Endpoint, body: bytes) -> TurnResult:
        endpoint.busy += 1
        try:
            result = await self._ask_one(endpoint, body)
        except (EngineUnreachable, EngineTimedOut):
            endpoint.down_since = time.monotonic()
            raise
        finally:
            endpoint.busy -= 1
        endpoint.down_since = None
        return result

    def _look_after(self, endpoint: Endpoint) -> None:
        """Ask an engine that is down whether it is back; the turn at hand does not wait for that."""
        looking = endpoint.looking is not None and not endpoint.looking.done()
        since = endpoint.down_since
        if since is not None and not looking and time.monotonic() - since >= DOWN_SECONDS:
            endpoint.looking = asyncio.create_task(self._look(endpoint))

    async def _look(self, endpoint: Endpoint) -> None:
        report = await fetch_health(self._session, endpoint.url)
        endpoint.down_since = None if report["ok"] else time.monotonic()

    async def _ask_one(self, endpoint: Endpoint, body: bytes) -> TurnResult:
        try:
            status, content = await self._post(endpoint.wire, body)
        except TimeoutError:  # one of the OSErrors, and not the engine's absence
            raise EngineTimedOut("no answer in time") from None
        except AnswerTooLarge:
            raise EngineAnsweredRubbish(f"more than {MAX_ANSWER_BYTES} bytes") from None
        except OSError as error:
            raise EngineUnreachable(type(error).__name__) from None
        _check_status(status)
        return parse_answer(content)

    async def _post(self, wire: EngineWire, body: bytes) -> Answer:
        headers = self._traces.headers()
        try:
            return await wire.post(body, headers)
        except (Disconnected, ConnectionResetError):
            # A kept-alive connection the engine had just closed: once more on a fresh one.
            return await wire.post(body, headers, anew=True)

    async def health(self) -> list[JsonObject]:
        """Each engine's health: its own answer plus `url` and `ok`."""
        return list(await asyncio.gather(*(self._health_of(endpoint) for endpoint in self._endpoints)))

    async def _health_of(self, endpoint: Endpoint) -> JsonObject:
        report = await fetch_health(self._session, endpoint.url)
        return {"url": endpoint.url, **report}


def _wire_to(url: str, headers: dict[str, str], seconds: float) -> EngineWire:
    return EngineWire(
        f"{url}/turn",
        headers,
        seconds=seconds,
        connect_seconds=min(CONNECT_SECONDS, seconds),
        most_bytes=MAX_ANSWER_BYTES,
    )


async def fetch_health(session: aiohttp.ClientSession, url: str) -> JsonObject:
    """`GET <url>/health` as `{"ok": bool, "why": str | None, …the answer}`; never raises for a dead peer."""
    timeout = aiohttp.ClientTimeout(total=HEALTH_SECONDS)
    try:
        async with session.get(f"{url}/health", timeout=timeout, allow_redirects=False) as response:
            answer = orjson.loads(await _read(response))
    except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
        return {"ok": False, "why": f"{type(error).__name__}: cannot be reached or does not speak JSON"}
    report = answer if isinstance(answer, dict) else {}
    ok = response.status == 200
    return {
        **report,
        "ok": ok,
        "why": None if ok else str(report.get("error") or f"status {response.status}"),
    }


async def _read(response: aiohttp.ClientResponse) -> bytes:
    content = await response.content.read(MAX_ANSWER_BYTES)
    while len(content) < MAX_ANSWER_BYTES and (
        more := await response.content.read(MAX_ANSWER_BYTES - len(content))
    ):
        content += more
    return content


def _check_status(status: int) -> None:
    if status == 200:
        return
    if status == 503:
        raise EngineUnreachable("loading or draining")
    if status == 502:
        raise ActionsUnavailable("the engine cannot reach the action server")
    raise EngineBroke(f"status {status}")
