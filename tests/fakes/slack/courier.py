"""Brings events, clicks and commands to the app as Slack does: signed, in three seconds, with retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp

from tests.fakes.clock import Clock
from tests.fakes.ledger import Delivery, Json, Ledger
from tests.fakes.pauses import Pauses

Post = Literal["events", "interactivity", "commands"]
ANSWER_WITHIN_SECONDS = 3.0  # SL4
RETRY_PAUSES_SECONDS = (0.0, 60.0, 300.0)  # SL4: at once, after a minute, after five


@dataclass(frozen=True)
class Letter:
    """Something for the app; `raw` replaces its body."""

    id: str
    post: Post
    payload: Json
    raw: bytes | None = None

    @property
    def body(self) -> bytes:
        """Events are JSON, clicks a form with one field, commands a form (SL7)."""
        if self.raw is not None:
            return self.raw
        if self.post == "events":
            return json.dumps(self.payload, ensure_ascii=False).encode()
        fields = {"payload": json.dumps(self.payload)} if self.post == "interactivity" else self.payload
        return urlencode(fields).encode()


@dataclass(frozen=True)
class Answer:
    """What came back of one attempt."""

    status: int | None
    body: bytes = b""
    reason: str = ""
    """Slack's word for the failure."""
    no_retry: bool = False

    @property
    def good(self) -> bool:
        """Whether the app took it."""
        return self.status is not None and 200 <= self.status < 300


class Way(Protocol):
    """How letters reach the app: HTTP or Socket Mode."""

    async def send(self, letter: Letter, attempt: int, reason: str, url: str | None = None) -> Answer:
        """One attempt."""
        ...


def sign(secret: str, body: bytes, timestamp: int | str) -> str:
    """The signature of a request (SL1)."""
    base = b"v0:" + str(timestamp).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


@dataclass
class HttpWay:
    """Requests with real signatures over the raw bytes (SL1)."""

    secret: str
    clock: Clock
    urls: dict[Post, list[str]] = field(default_factory=dict)
    """For each kind its address; several gateways may share the work."""
    answer_within: float = ANSWER_WITHIN_SECONDS
    skew: float = 0.0
    """The platform's clock is this much ahead of the fake's (SL2)."""
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    _session: aiohttp.ClientSession | None = None

    def headers(self, letter: Letter, attempt: int, reason: str) -> dict[str, str]:
        """The headers of one attempt; each is signed anew."""
        timestamp = str(int(self.clock.now() + self.skew))
        kind = "application/json" if letter.post == "events" else "application/x-www-form-urlencoded"
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.secret, letter.body, timestamp),
        }
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}  # SL4
        return headers

    async def send(self, letter: Letter, attempt: int, reason: str, url: str | None = None) -> Answer:
        """See Way."""
        addresses = [url] if url else self.urls.get(letter.post, [])
        if not addresses:
            return Answer(None, reason="connection_failed")
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = self.headers(letter, attempt, reason)
        try:
            async with (
                asyncio.timeout(self.answer_within),
                self._session.post(self.chance.choice(addresses), data=letter.body, headers=headers) as told,
            ):
                body, no_retry = await told.read(), told.headers.get("X-Slack-No-Retry") == "1"
        except TimeoutError:
            return Answer(None, reason="http_timeout")
        except (aiohttp.ClientError, OSError):
            return Answer(None, reason="connection_failed")
        why = "" if told.status < 300 else "http_error"
        return Answer(told.status, body, why, no_retry)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()


@dataclass
class Courier:
    """Letters on their way. They travel side by side: Slack promises no order."""

    clock: Clock
    ledger: Ledger
    way: Way
    copies: int = 1
    """How often each event is delivered although it was taken (SL4, SL5)."""
    lose_answers: int = 0
    """So many good answers get lost on the way back: Slack tries again."""
    held: bool = False
    waiting: list[Letter] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    tell: Callable[[], None] = lambda: None
    """Called when something arrived or was given up."""
    _running: set[asyncio.Task[Any]] = field(default_factory=set)
    pauses: Pauses = field(init=False)

    def __post_init__(self) -> None:
        self.pauses = Pauses(self.clock)

    def put(self, letter: Letter) -> None:
        """Send an event, with retries."""
        if self.held:
            self.waiting.append(letter)
        else:
            self.run(self._bring(letter))

    def release(self) -> None:
        """Send what was held back."""
        self.held = False
        letters, self.waiting = self.waiting, []
        for letter in letters:
            self.run(self._bring(letter))

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let it happen beside everything else."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    async def retry_now(self) -> None:
        """Wait until a failed delivery pauses, and end the pause."""
        await self.pauses.end()

    async def settled(self, within: float = 30.0) -> None:
        """Wait (real seconds) until nothing is on its way."""
        async with asyncio.timeout(within):
            while self._running:
                self.changed.clear()
                await self.changed.wait()

    async def attempt(
        self, letter: Letter, number: int = 0, reason: str = "", url: str | None = None
    ) -> Answer:
        """One attempt, written down."""
        started = time.monotonic()
        answer = await self.way.send(letter, number, reason, url)
        seconds = time.monotonic() - started
        place = url or letter.post
        delivery = Delivery(
            self.clock.now(), letter.id, place, number + 1, answer.status, seconds, answer.reason
        )
        self.ledger.deliveries.append(delivery)
        return answer

    async def close(self) -> None:
        """Stop everything."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _bring(self, letter: Letter) -> None:
        answer = await self.attempt(letter)
        for number, pause in enumerate(RETRY_PAUSES_SECONDS, start=1):
            if answer.good and self.lose_answers > 0:
                self.lose_answers -= 1
                answer = Answer(None, reason="http_timeout")
            if answer.good or answer.no_retry:
                break
            await self.pauses.pause(pause)
            answer = await self.attempt(letter, number, answer.reason)
        for copy in range(1, self.copies if answer.good else 1):
            await self.attempt(letter, min(copy, 3), "http_timeout")

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self.changed.set()
        self.tell()
