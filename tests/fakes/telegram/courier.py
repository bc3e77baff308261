"""Brings updates to the bot's webhook the way the Bot API server does.

Lanes run beside each other, the updates of one lane one after another; a lane waits behind an update that was
not taken (TG3, TG4). Callback queries have a lane of their own for each user.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from tests.fakes.clock import Clock
from tests.fakes.ledger import Breach, Delivery, Json, Ledger
from tests.fakes.pauses import Pauses
from tests.fakes.telegram.errors import bad_request

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # TG1
DEFAULT_CONNECTIONS = 40  # TG3
LONGEST_PAUSE_SECONDS = 60.0
LONGEST_ASKED_PAUSE_SECONDS = 3_600.0
UPDATE_LIFETIME_SECONDS = 24 * 3600.0  # TG4
QUERY_LIFETIME_SECONDS = 150.0  # TG3
# The real server waits a minute and more; a test wants to see the time-out.
ANSWER_WITHIN_SECONDS = 20.0
# Kinds that are sent only to bots that ask for them by name.
ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_Outcome = tuple[int | None, bytes, str | None, float | None]


@dataclass
class Update:
    """Something that happened; `raw` replaces its body with bytes that need not be JSON."""

    id: int
    kind: str
    lane: str
    body: Json
    at: float
    raw: bytes | None = None

    @property
    def bytes(self) -> bytes:
        """What is sent."""
        return self.raw if self.raw is not None else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Webhook:
    """Where updates go."""

    url: str
    secret: str | None = None
    connections: int = DEFAULT_CONNECTIONS
    allowed: list[str] = field(default_factory=list)
    last_error: tuple[int, str] | None = None


@dataclass
class Courier:
    """The updates of one bot that wait, and how they are brought."""

    clock: Clock
    ledger: Ledger
    execute: Callable[[str, Json], Awaitable[Json]]
    """Runs an API call that a webhook's answer asked for (TG6)."""
    webhook: Webhook | None = None
    pending: dict[int, Update] = field(default_factory=dict)
    allowed: list[str] = field(default_factory=list)
    copies: int = 1
    """How often each update is delivered although it was taken (CH2, TG2)."""
    urls: list[str] = field(default_factory=list)
    """More gateways behind the same webhook: each attempt goes to one of them by chance."""
    lose_answers: int = 0
    """So many good answers get lost on the way back: the update comes again."""
    held: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(310_000_001))
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DEFAULT_CONNECTIONS))
    pauses: Pauses = field(init=False)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    tell: Callable[[], None] = lambda: None
    """Called when an update was taken or given up."""

    def __post_init__(self) -> None:
        self.pauses = Pauses(self.clock)

    def put(self, kind: str, lane: str, content: Json, *, raw: bytes | None = None) -> Update | None:
        """A new update; None when the bot does not want that kind."""
        if (self.allowed and kind not in self.allowed) or (not self.allowed and kind in ONLY_ON_REQUEST):
            return None
        number = next(self._ids)
        update = Update(number, kind, lane, {"update_id": number, kind: content}, self.clock.now(), raw)
        self.pending[number] = update
        self._wake()
        return update

    def skip_ids(self, count: int) -> None:
        """Jump, as the ids of a bot that was idle for a week do (TG2)."""
        self._ids = itertools.count(next(self._ids) + count)

    def set_webhook(self, webhook: Webhook) -> None:
        """From now on everything that waits goes there."""
        if webhook.secret is not None and not _SECRET.fullmatch(webhook.secret):
            raise bad_request("secret token contains unallowed characters")  # TG1
        self.webhook = webhook
        self._slots = asyncio.Semaphore(webhook.connections)
        self._wake()

    def delete_webhook(self) -> None:
        """Updates wait for getUpdates."""
        self.webhook = None
        for task in self._lanes.values():
            task.cancel()
        self._lanes.clear()

    async def retry_now(self) -> None:
        """Wait until a failed delivery pauses, and end the pause."""
        await self.pauses.end()

    def release(self) -> None:
        """Deliver what was held back."""
        self.held = False
        self._wake()

    async def settled(self, within: float = 30.0) -> None:
        """Wait (real seconds) until the bot has taken everything."""
        async with asyncio.timeout(within):
            while self.pending:
                self.changed.clear()
                await self.changed.wait()

    async def close(self) -> None:
        """Stop delivering."""
        self.delete_webhook()
        await asyncio.sleep(0)
        if self._session is not None:
            await self._session.close()

    async def post(self, update: Update, url: str, *, attempt: int = 1) -> Delivery:
        """One attempt, written down; what the answer says is dealt with."""
        started = time.monotonic()
        status, body, error, retry_after = await self._post(update, url)
        seconds = time.monotonic() - started
        at, event = self.clock.now(), str(update.id)
        delivery = Delivery(at, event, url, attempt, status, seconds, error, retry_after)
        self.ledger.deliveries.append(delivery)
        if delivery.accepted:
            await self._execute_answer(body)
        return delivery

    def _wake(self) -> None:
        self.changed.set()
        if self.webhook is None or self.held:
            return
        for lane in {update.lane for update in self.pending.values()} - self._lanes.keys():
            self._lanes[lane] = asyncio.create_task(self._run(lane))

    async def _run(self, lane: str) -> None:
        try:
            while (update := self._first(lane)) is not None and self.webhook is not None and not self.held:
                await self._bring(update)
        finally:
            if self._lanes.get(lane) is asyncio.current_task():
                del self._lanes[lane]

    def _first(self, lane: str) -> Update | None:
        return next((update for update in self.pending.values() if update.lane == lane), None)

    async def _bring(self, update: Update) -> None:
        pause = 1.0
        for attempt in itertools.count(1):
            webhook = self.webhook
            if webhook is None or update.id not in self.pending or self._too_old(update):
                break
            async with self._slots:
                delivery = await self.post(update, self._choose(webhook), attempt=attempt)
            if await self._taken(update, delivery):
                break
            webhook.last_error = (int(self.clock.now()), _complaint(delivery))
            await self.pauses.pause(delivery.retry_after or pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        if self.webhook is not None:
            self.pending.pop(update.id, None)
        self.changed.set()
        self.tell()

    async def _taken(self, update: Update, delivery: Delivery) -> bool:
        if delivery.status == 410:
            self._note("TG5", "answered 410: Telegram stops and forgets the webhook")
            self.webhook = None
            return True
        if not delivery.accepted:
            return False
        if self.lose_answers > 0:
            self.lose_answers -= 1
            return False
        webhook = self.webhook
        for copy in range(1, self.copies if webhook is not None else 1):
            await self.post(update, self._choose(webhook or Webhook(delivery.url)), attempt=copy + 1)
        return True

    def _too_old(self, update: Update) -> bool:
        most = QUERY_LIFETIME_SECONDS if update.kind == "callback_query" else UPDATE_LIFETIME_SECONDS
        return self.clock.now() - update.at > most

    def _choose(self, webhook: Webhook) -> str:
        return self.chance.choice(self.urls) if self.urls else webhook.url

    async def _post(self, update: Update, url: str) -> _Outcome:
        headers = {"Content-Type": "application/json"}
        if self.webhook is not None and self.webhook.secret is not None:
            headers[SECRET_HEADER] = self.webhook.secret
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_WITHIN_SECONDS))
        try:
            async with self._session.post(url, data=update.bytes, headers=headers) as answer:
                return answer.status, await answer.read(), None, _asked_pause(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return None, b"", f"{type(error).__name__}: {error}", None

    async def _execute_answer(self, body: bytes) -> None:
        try:
            answer = json.loads(body) if body.strip() else None
        except ValueError:
            return
        if isinstance(answer, dict) and "method" in answer:
            method = str(answer.pop("method"))
            self._note("TG6", f"a webhook answered a body with a method: {method} was executed")
            await self.execute(method, answer)

    def _note(self, rule: str, what: str) -> None:
        self.ledger.breaches.append(Breach(self.clock.now(), rule, what))


def _complaint(delivery: Delivery) -> str:
    if delivery.status is None:
        return delivery.error or "Connection failed"
    return f"Wrong response from the webhook: {delivery.status}"


def _asked_pause(answer: aiohttp.ClientResponse) -> float | None:
    """Telegram listens to Retry-After (TG4)."""
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_ASKED_PAUSE_SECONDS) if asked.isdecimal() else None
