"""Customers of a soak: they come, write a few messages, reload the page, go, and others come.

Each place is always taken by somebody. A message is written when the clock hands out a permit, so the rate is
steady however many customers there are. After each chapter of a visit the customer's history is read back:
what was acknowledged must be in it, with an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.fixtures.web_client import Event, WebClient

ANSWER_SECONDS = 60.0  # G6's: after that a message counts as unanswered
AGAIN_SECONDS = 1.0  # after a visit that failed
PAGE = 200  # the most events the gateway answers at once
FRESH_SHARE = 0.2  # of those who come back: pages that read everything again
TROUBLE = (aiohttp.ClientError, TimeoutError, ConnectionError, AssertionError, TypeError)


@dataclass(frozen=True)
class Kind:
    """How somebody visits: known to the shop or not, so many chapters of so many messages."""

    name: str
    signed_in: bool
    chapters: tuple[int, int]
    messages: tuple[int, int]


# Most visits are short. Some tabs stay open all day and are reloaded now and then.
KINDS = {
    Kind("anonymous, short", False, (1, 2), (1, 5)): 50,
    Kind("signed in, short", True, (1, 3), (2, 6)): 40,
    Kind("anonymous, stays", False, (20, 40), (5, 10)): 3,
    Kind("signed in, stays", True, (20, 40), (5, 10)): 7,
}


@dataclass
class Counts:
    """What the customers saw, all of them together."""

    visits: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    accepted: int = 0
    answered: int = 0
    unanswered: int = 0
    lost: int = 0
    reloads: int = 0
    trouble: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # from sending to the answer

    def figures(self) -> dict[str, Any]:
        """As JSON has it: of the seconds, median, 95th and 99th percentile."""
        cuts = statistics.quantiles(self.seconds, n=100) if len(self.seconds) > 1 else []
        return {**vars(self), "seconds": [round(cuts[cut], 4) for cut in (49, 94, 98)] if cuts else []}


class Permits:
    """So many messages a second for everybody together, at even distances."""

    def __init__(self, rate: float, until: float) -> None:
        self._rate, self._until = rate, until
        self._free: asyncio.Queue[bool] = asyncio.Queue()

    async def hand_out(self) -> None:
        """Until the end; what nobody took in time is taken as soon as somebody can."""
        began, given = time.monotonic(), 0
        while (now := time.monotonic()) < self._until:
            for _ in range(given, due := int((now - began) * self._rate)):
                self._free.put_nowait(True)
            given = due
            await asyncio.sleep(1 / self._rate)
        self._free.put_nowait(False)

    async def take(self) -> bool:
        """Wait for one; False when there will be no more."""
        is_one = await self._free.get()
        if not is_one:
            self._free.put_nowait(False)  # the next who asks is told, too
        return is_one

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._until

    @property
    def untaken(self) -> int:
        """Messages that should have been written by now."""
        return self._free.qsize()


class Tab(WebClient):
    """A browser tab that can be reloaded."""

    async def reload(self) -> None:
        """A page that knows nothing of before, and reads it all."""
        await self.disconnect()
        for memory in (self.events, self.answers, self.acks, self.errors):
            memory.clear()
        await self.connect()

    async def resume(self) -> None:
        """The connection was lost for a moment."""
        await self.disconnect()
        await self.connect()

    def refusal_of(self, key: str) -> str:
        """The code with which a message was refused, or nothing."""
        return next((str(error["code"]) for error in self.errors if error.get("client_msg_id") == key), "")

    async def history(self, after_seq: int) -> list[Event]:
        """The transcript as the service has it now."""
        url, events = f"{self.base}/api/web/{self.widget}/messages", list[Event]()
        while True:
            query = {"after_seq": events[-1]["seq"] if events else after_seq, "limit": PAGE}
            headers = {"Authorization": f"Bearer {self.token}"}
            async with self._http.get(url, params=query, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                page = (await answer.json())["events"]
            events += page
            if len(page) < PAGE:
                return events


@dataclass
class Place:
    """One customer after another."""

    base: str
    permits: Permits
    counts: Counts
    texts: Sequence[str]
    refs: Sequence[str]
    sign: Callable[[str], str]
    chance: random.Random

    async def keep_taken(self) -> None:
        """Visit after visit, until the time is up."""
        while not self.permits.is_over:
            kind = self.chance.choices([*KINDS], [*KINDS.values()])[0]
            self.counts.visits[kind.name] += 1
            try:
                async with Tab(self.base) as tab:
                    await self._visit(tab, kind)
            except TROUBLE as problem:
                self.counts.trouble[f"{type(problem).__name__} {problem}"[:120]] += 1
                await asyncio.sleep(AGAIN_SECONDS)

    async def _visit(self, tab: Tab, kind: Kind) -> None:
        if kind.signed_in:
            await tab.identify(self.sign(self.chance.choice(self.refs)))
        else:
            await tab.open_session()
        await tab.connect()
        for chapter in range(self.chance.randint(*kind.chapters)):
            if self.permits.is_over:
                return
            if chapter:
                await self._come_back(tab)
            await self._chapter(tab, self.chance.randint(*kind.messages))

    async def _come_back(self, tab: Tab) -> None:
        self.counts.reloads += 1
        await (tab.reload() if self.chance.random() < FRESH_SHARE else tab.resume())

    async def _chapter(self, tab: Tab, messages: int) -> None:
        accepted = []
        for _ in range(messages):
            if not await self.permits.take():
                break
            accepted.append(await self._ask(tab, self.chance.choice(self.texts)))
        await self._read_back(tab, [ack for ack in accepted if ack is not None])

    async def _ask(self, tab: Tab, text: str) -> Event | None:
        """Write and wait for the answer; the acknowledgement, when there was one."""
        self.counts.sent += 1
        began = time.perf_counter()
        key = await tab.send(text)
        await tab.wait_for(lambda: key in tab.acks or bool(tab.refusal_of(key)), ANSWER_SECONDS)
        if key not in tab.acks:
            self.counts.trouble[tab.refusal_of(key)] += 1
            return None
        self.counts.accepted += 1
        ack = tab.acks[key]
        with contextlib.suppress(TimeoutError):  # the history says whether there was an answer
            await tab.wait_for(lambda: ack["id"] in tab.answers, ANSWER_SECONDS)
            self.counts.seconds.append(time.perf_counter() - began)
        return ack

    async def _read_back(self, tab: Tab, acks: Sequence[Event]) -> None:
        if not acks:
            return
        events = await tab.history(acks[0]["seq"] - 1)
        kept = {event["id"] for event in events}
        replied = {event["in_reply_to"] for event in events}
        for ack in acks:
            self.counts.lost += ack["id"] not in kept
            self.counts.answered += ack["id"] in replied
            self.counts.unanswered += ack["id"] in kept - replied
