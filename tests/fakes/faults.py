"""What can go wrong with a platform's API, asked for by a test or from the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from tests.fakes.clock import Clock
from tests.fakes.pauses import Pauses

Answer = Callable[[], Awaitable[web.StreamResponse]]
Behaviour = Callable[[web.Request, Answer], Awaitable[web.StreamResponse]]
# Long enough that no client waits for it, short enough that a forgotten one ends.
FOREVER_SECONDS = 3_600.0


@dataclass
class Fault:
    """One kind of trouble, for the next `times` calls of `method` (None: of any)."""

    kind: str
    method: str | None
    times: int
    behave: Behaviour


class Faults:
    """The trouble that lies ahead. The first that fits a call happens to it and is used up."""

    def __init__(
        self,
        clock: Clock,
        *,
        rate_limited: Callable[[int], web.Response],
        broken: Callable[[int], web.Response],
    ) -> None:
        self._clock = clock
        self._rate_limited = rate_limited
        self._broken = broken
        self._waiting: list[Fault] = []
        self._down_until = 0.0
        self._hanging = Pauses(clock)

    def rate_limit(self, method: str | None = None, *, times: int = 1, retry_after: int = 1) -> None:
        """Answer 429 whatever the counters say; nothing is executed."""

        async def behave(_request: web.Request, _answer: Answer) -> web.StreamResponse:
            return self._rate_limited(retry_after)

        self._add("rate_limit", method, times, behave)

    def fail(self, method: str | None = None, *, times: int = 1, status: int = 502) -> None:
        """Answer an error of the platform; nothing is executed."""

        async def behave(_request: web.Request, _answer: Answer) -> web.StreamResponse:
            return self._broken(status)

        self._add("fail", method, times, behave)

    def drop(self, method: str | None = None, *, times: int = 1) -> None:
        """Cut the connection before anything is executed."""

        async def behave(request: web.Request, _answer: Answer) -> web.StreamResponse:
            return _cut(request)

        self._add("drop", method, times, behave)

    def drop_answer(self, method: str | None = None, *, times: int = 1) -> None:
        """Execute the call, then cut the connection: the caller cannot know (SL13)."""

        async def behave(request: web.Request, answer: Answer) -> web.StreamResponse:
            await answer()
            return _cut(request)

        self._add("drop_answer", method, times, behave)

    def hang(
        self, method: str | None = None, *, times: int = 1, seconds: float = FOREVER_SECONDS, executed: bool
    ) -> None:
        """Say nothing for so long, having executed the call before or never executing it."""

        async def behave(request: web.Request, answer: Answer) -> web.StreamResponse:
            given = await answer() if executed else None
            await self._hanging.pause(seconds)
            return given or _cut(request)

        self._add("hang", method, times, behave)

    def garble(
        self,
        method: str | None = None,
        *,
        times: int = 1,
        body: bytes = b"<html>Bad \xff gateway",
        status: int = 200,
    ) -> None:
        """Execute the call and answer bytes that are no JSON."""

        async def behave(_request: web.Request, answer: Answer) -> web.StreamResponse:
            await answer()
            return web.Response(body=body, status=status, content_type="text/html")

        self._add("garble", method, times, behave)

    def outage(self, seconds: float) -> None:
        """Nothing works for so long, in the fake's own time: every call gets 502."""
        self._down_until = self._clock.now() + seconds

    @property
    def down(self) -> bool:
        """Whether an outage is on."""
        return self._clock.now() < self._down_until

    def clear(self) -> None:
        """All is well again; what hangs goes on."""
        self._waiting.clear()
        self._hanging.wake()
        self._down_until = 0.0

    async def around(self, request: web.Request, method: str, answer: Answer) -> web.StreamResponse:
        """Answer one call, or let the trouble happen that was asked for."""
        if self.down:
            return self._broken(502)
        fault = self._take(method)
        return await answer() if fault is None else await fault.behave(request, answer)

    def _add(self, kind: str, method: str | None, times: int, behave: Behaviour) -> None:
        self._waiting.append(Fault(kind, method, times, behave))

    def _take(self, method: str) -> Fault | None:
        for fault in self._waiting:
            if fault.method is None or fault.method.lower() == method.lower():
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()  # never arrives
