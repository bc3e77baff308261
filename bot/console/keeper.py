"""What happens to conversations without anybody doing it: absent agents, snoozes, lost hints, the index."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from bot.console.talks import Talks
from bot.console.writing import agent_object
from crm_store.domain.conversation_lists import ListFilter, View
from crm_store.domain.errors import KothaStoreError
from crm_store.use_cases.agent_access import forget_old_access
from crm_store.use_cases.agents import list_agents
from crm_store.use_cases.conversation_lists import list_conversations
from crm_store.use_cases.outbox import forget_sent
from crm_store.use_cases.platforms import forget_old_updates
from crm_store.use_cases.presence import (
    expire_absent,
    forget_old_connections,
    list_changed,
    wake_due,
)
from crm_store.use_cases.search_index import index_new_messages
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

LOOK_SECONDS: Final = 2.0  # how late an absence or the end of a snooze may be noticed
# Changes of other nodes, and hints that were lost; a little more than the pause between two looks.
OVERLAP_SECONDS: Final = 5.0
SLOW_LOOK_SECONDS: Final = 10.0  # clocks that run out and colleagues who go change no conversation
TIDY_SECONDS: Final = 600.0
WAITING_LOOKED_AT: Final = 100  # of each view; who comes after them has waited less
INDEX_PAUSE_SECONDS: Final = 0.05  # between two batches of a backlog: turns come first
NOBODY: Final = UUID(int=0)


@dataclass
class Keeper:
    """The loops of this process; several nodes may run them, the store lets each thing happen once."""

    store: Store
    talks: Talks
    sent_kept: timedelta
    """How long what arrived on a platform stays in the outbox."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _statuses: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    _heard: dict[UUID, datetime] = field(default_factory=dict)
    _slow_look: float = float("-inf")
    _tidied: float = float("-inf")

    def start(self) -> None:
        """Begin to look."""
        for name, look in (("keeper", self._look), ("index", self._index)):
            self._tasks.append(asyncio.create_task(self._again_and_again(look), name=f"console-{name}"))

    async def stop(self) -> None:
        """Finish the looks under way."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LOOK_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _again_and_again(self, look: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            await _safely(look)
            await self._pause(LOOK_SECONDS)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _look(self) -> None:
        for part in (self._move_on, self._catch_up, self._look_slowly, self._tidy):
            await _safely(part)

    async def _move_on(self) -> None:
        """Claims of agents who are gone, snoozes that are over."""
        for handled in [*await expire_absent(self.store), *await wake_due(self.store)]:
            await self.talks.announce(handled.conversation_id)

    async def _catch_up(self) -> None:
        """Consoles and customers hear of what other nodes changed."""
        if self.talks.desk.agent_ids():
            changed = await list_changed(self.store, since_seconds=OVERLAP_SECONDS)
            for one in changed:
                if self._heard.get(one.conversation_id) != one.at:
                    self.talks.touch(one.conversation_id)
            self._heard = {one.conversation_id: one.at for one in changed}

    async def _look_slowly(self) -> None:
        if not self.talks.desk.agent_ids() or time.monotonic() - self._slow_look < SLOW_LOOK_SECONDS:
            return
        self._slow_look = time.monotonic()
        await self._look_at_clocks()
        await self._look_at_colleagues()

    async def _look_at_clocks(self) -> None:
        for view in (View.QUEUE, View.OPEN):
            page = await list_conversations(self.store, ListFilter(view, NOBODY), limit=WAITING_LOOKED_AT)
            for summary in page.items:
                if summary.clock and summary.clock.breached and not self.talks.desk.knows_breach(summary.id):
                    self.talks.touch(summary.id)

    async def _look_at_colleagues(self) -> None:
        for agent in await list_agents(self.store):
            shown = (agent.status, agent.load)
            if self._statuses.get(agent.id) != shown:
                self._statuses[agent.id] = shown
                self.talks.desk.tell({"type": "presence", "agent": agent_object(agent)})

    async def _index(self) -> None:
        """Search finds what was written a moment ago."""
        while await index_new_messages(self.store) and not self._stopping.is_set():
            await self._pause(INDEX_PAUSE_SECONDS)

    async def _tidy(self) -> None:
        if time.monotonic() - self._tidied >= TIDY_SECONDS:
            self._tidied = time.monotonic()
            await forget_old_connections(self.store)
            await forget_old_access(self.store)
            await forget_old_updates(self.store)
            await self._forget_sent()

    async def _forget_sent(self) -> None:
        """In batches, with pauses: turns come first."""
        reached = await forget_sent(self.store, kept=self.sent_kept)
        while reached is not None and not self._stopping.is_set():
            await self._pause(INDEX_PAUSE_SECONDS)
            reached = await forget_sent(self.store, kept=self.sent_kept, after=reached)


async def _safely(look: Callable[[], Awaitable[None]]) -> None:
    """One thing that fails must not keep the others from happening."""
    try:
        await look()
    except KothaStoreError as error:
        log.warning("console.keeper_failed", look=_name(look), error=type(error).__name__)
    except Exception:
        log.exception("console.keeper_failed", look=_name(look))


def _name(look: Callable[[], Awaitable[None]]) -> str:
    return getattr(look, "__name__", "look").strip("_")
