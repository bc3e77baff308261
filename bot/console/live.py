"""The consoles connected to this process, and what they are told when a conversation changes.

Hints come from everywhere (customers, the bot, agents, other nodes); they only say "look again". The desk
gathers them for a moment, reads each changed conversation once and sends one frame to every console.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
import structlog

from bot.console.conversation_shapes import Counts, Summary
from bot.console.shapes import NameObject
from crm_store.domain.errors import KothaStoreError

log = structlog.get_logger()

GATHER_SECONDS: Final = 0.05  # a turn commits several events at once: one look serves them all
AGAIN_SECONDS: Final = 1.0  # a store that is away is not asked in a tight loop
COUNTS_SECONDS: Final = 1.0  # the numbers beside the views need not be quicker than a person reads
# Frames that wait for a console; behind that it is not reading, and starts again from the database.
MOST_WAITING: Final = 2000
MOST_REMEMBERED: Final = 20_000  # conversations whose last state is kept, to tell what changed
FRESH_SECONDS: Final = 30.0  # a request for a person that is older when first seen alarms nobody

ReadSummaries = Callable[[Collection[UUID]], Awaitable[Mapping[UUID, Summary]]]
ReadCounts = Callable[[UUID], Awaitable[Counts]]


class ConsoleFull(Exception):
    """The console does not read its frames: close it, it reconnects and reads what it missed."""


@dataclass(eq=False)
class Console:
    """One browser tab of an agent (or a program): its frames, and what it looks at."""

    agent: NameObject
    agent_id: UUID
    session: str
    frames: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    watching: set[UUID] = field(default_factory=set)
    stop_code: int | None = None
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, frame: bytes) -> None:
        """Queue a frame; a console that is far behind is asked to close."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.stop(CLOSE_SLOW)

    async def tell_in_turn(self, frame: bytes) -> None:
        """Wait for room: a long transcript is read only as quickly as the console takes it."""
        await self.frames.put(frame)

    def stop(self, code: int) -> None:
        """Ask the socket to close with this code."""
        self.stop_code = self.stop_code or code
        self.stopped.set()


CLOSE_SLOW: Final = 1013


@dataclass(frozen=True)
class Seen:
    """What a conversation was when it was last told."""

    state: str
    assignee: str | None
    last_seq: int
    breached: bool


class Desk:
    """Everything connected, and the loop that tells it what changed."""

    def __init__(self) -> None:
        self._read_summaries: ReadSummaries | None = None
        self._read_counts: ReadCounts | None = None
        self._consoles: set[Console] = set()
        self._changed: set[UUID] = set()
        self._wake = asyncio.Event()
        self._seen: dict[UUID, Seen] = {}
        self._doers: dict[UUID, UUID] = {}
        self._counts_due: float | None = None
        self._task: asyncio.Task[None] | None = None

    def read_with(self, read_summaries: ReadSummaries, read_counts: ReadCounts) -> None:
        """How to look a conversation up. The reader announces changes here, so each needs the other."""
        self._read_summaries, self._read_counts = read_summaries, read_counts

    # ---- who is connected

    def join(self, console: Console) -> None:
        """A console is connected."""
        self._consoles.add(console)

    def leave(self, console: Console) -> None:
        """It is gone; others see one viewer less."""
        self._consoles.discard(console)
        for conversation_id in [*console.watching]:
            self.unwatch(console, conversation_id)

    def watch(self, console: Console, conversation_id: UUID) -> None:
        """The agent looks at a conversation; the others who do are told."""
        console.watching.add(conversation_id)
        self._tell_viewers(conversation_id)

    def unwatch(self, console: Console, conversation_id: UUID) -> None:
        """The agent looks elsewhere."""
        console.watching.discard(conversation_id)
        self._tell_viewers(conversation_id)

    def viewers_of(self, conversation_id: UUID) -> list[NameObject]:
        """Who looks at a conversation now, each once."""
        people = {one.agent_id: one.agent for one in self._consoles if conversation_id in one.watching}
        return sorted(people.values(), key=lambda person: (person["name"], person["id"]))

    def agent_ids(self) -> set[UUID]:
        """Agents with a console open here."""
        return {console.agent_id for console in self._consoles}

    def knows_breach(self, conversation_id: UUID) -> bool:
        """Whether consoles were told that the conversation's clock ran out."""
        seen = self._seen.get(conversation_id)
        return seen is not None and seen.breached

    # ---- telling

    def tell(self, frame: Mapping[str, Any], *, only: Iterable[UUID] | None = None) -> None:
        """Send a frame to every console, or to those of some agents."""
        agents = None if only is None else set(only)
        encoded = orjson.dumps(frame)
        for console in self._consoles:
            if agents is None or console.agent_id in agents:
                console.tell(encoded)

    def tell_watchers(
        self, conversation_id: UUID, frame: Mapping[str, Any], *, but: UUID | None = None
    ) -> None:
        """Send a frame to those who look at a conversation."""
        encoded = orjson.dumps(frame)
        for console in self._consoles:
            if conversation_id in console.watching and console.agent_id != but:
                console.tell(encoded)

    def _tell_viewers(self, conversation_id: UUID) -> None:
        viewers = self.viewers_of(conversation_id)
        self.tell_watchers(
            conversation_id, {"type": "viewers", "conversation": str(conversation_id), "viewers": viewers}
        )

    def stop_session(self, session: str, code: int) -> None:
        """Close the consoles of one session or token."""
        for console in self._consoles:
            if console.session == session:
                console.stop(code)

    def stop_agent(self, agent_id: UUID, code: int, *, but: str | None = None) -> None:
        """Close an agent's consoles, perhaps but one session's."""
        for console in self._consoles:
            if console.agent_id == agent_id and console.session != but:
                console.stop(code)

    def stop_all(self, code: int) -> None:
        """Close every console (the server drains)."""
        for console in self._consoles:
            console.stop(code)

    # ---- what changed

    def touch(self, conversation_id: UUID, _seq: int = 0, *, by: UUID | None = None) -> None:
        """A conversation may have changed. Cheap, and harmless when it has not.

        `by` is the agent who changed it: their own doing alarms nobody but others.
        """
        if self._consoles:
            if by is not None:
                self._doers[conversation_id] = by
            self._changed.add(conversation_id)
            self._wake.set()

    def start(self) -> None:
        """Begin telling."""
        self._task = asyncio.create_task(self._run(), name="console-desk")

    async def stop(self) -> None:
        """Tell nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._woken()
            await asyncio.sleep(GATHER_SECONDS)
            changed, self._changed = self._changed, set()
            self._wake.clear()
            try:
                await self._tell_changed(changed)
                await self._tell_counts()
            except KothaStoreError as error:
                log.warning("console.desk_failed", error=type(error).__name__)
                await self._look_again(changed)
            except Exception:
                log.exception("console.desk_failed")

    async def _look_again(self, changed: set[UUID]) -> None:
        """What the store did not tell is asked for again: lists would be wrong until the next change."""
        self._changed |= changed
        self._ask_for_counts()
        self._wake.set()
        await asyncio.sleep(AGAIN_SECONDS)

    async def _woken(self) -> None:
        wait = None if self._counts_due is None else max(0.0, self._counts_due - time.monotonic())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def _tell_changed(self, changed: set[UUID]) -> None:
        if not changed or not self._consoles or self._read_summaries is None:
            return
        summaries = await self._read_summaries(changed)
        for conversation_id in changed:
            self._tell_one(conversation_id, summaries.get(conversation_id))

    def _tell_one(self, conversation_id: UUID, summary: Summary | None) -> None:
        before = self._seen.pop(conversation_id, None)
        doer = self._doers.pop(conversation_id, None)
        if summary is None:
            self.tell({"type": "removed", "conversation": str(conversation_id)})
            self._ask_for_counts()
            return
        now = _seen(summary)
        self._remember(conversation_id, now)
        self.tell({"type": "conversation", "conversation": summary})
        if before is None or (before.state, before.assignee) != (now.state, now.assignee):
            self._ask_for_counts()
        for kind, agents in alerts_of(before, summary):
            if doer is None or agents != [doer]:
                self.tell({"type": "alert", "kind": kind, "conversation": summary}, only=agents)

    def _remember(self, conversation_id: UUID, seen: Seen) -> None:
        self._seen[conversation_id] = seen
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.pop(next(iter(self._seen)))

    def _ask_for_counts(self) -> None:
        self._counts_due = self._counts_due or time.monotonic() + COUNTS_SECONDS

    async def _tell_counts(self) -> None:
        if self._counts_due is None or time.monotonic() < self._counts_due or self._read_counts is None:
            return
        self._counts_due = None
        for agent_id in self.agent_ids():
            self.tell({"type": "counts", "counts": await self._read_counts(agent_id)}, only=[agent_id])


def _seen(summary: Summary) -> Seen:
    assignee, clock = summary["assignee"], summary["clock"]
    return Seen(
        summary["state"],
        assignee["id"] if assignee else None,
        summary["last_seq"],
        bool(clock and clock["breached"]),
    )


def alerts_of(before: Seen | None, summary: Summary) -> Sequence[tuple[str, list[UUID] | None]]:
    """What may sound: kind and whom it concerns (None: everybody)."""
    now = _seen(summary)
    if before is None:
        return [("queued", None)] if _just_queued(summary) else []
    whose = [UUID(now.assignee)] if now.assignee else None
    alerts: list[tuple[str, list[UUID] | None]] = []
    if now.state == "queued" and before.state != "queued":
        alerts.append(("queued", None))
    if now.state == "claimed" and now.assignee != before.assignee:
        alerts.append(("assigned", whose))
    if _customer_wrote(before, now, summary) and now.state == "claimed":
        alerts.append(("waiting", whose))
    if now.breached and not before.breached:
        alerts.append(("breach", whose))
    return alerts


def _just_queued(summary: Summary) -> bool:
    """A conversation nobody here has seen before, but whose wish for a person is new."""
    if summary["state"] != "queued" or summary["queued_at"] is None:
        return False
    since = datetime.fromisoformat(summary["queued_at"])
    return (datetime.now(UTC) - since).total_seconds() < FRESH_SECONDS


def _customer_wrote(before: Seen, now: Seen, summary: Summary) -> bool:
    last = summary["last_message"]
    return now.last_seq > before.last_seq and last is not None and last["author"] == "customer"
