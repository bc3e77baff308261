"""The loop that keeps threads up to date, and agents who work in Slack present.

Hints make it quick, the store makes it right: a thread is due when it says something else than the store,
whoever changed that, and its lease lets one process write it at a time.
"""

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog

from bot.channels.slack.agents.presence import SlackPresence
from bot.channels.slack.agents.rooms import RoomClosed
from bot.channels.slack.agents.writing import LEASE_SECONDS, ThreadWriter
from bot.channels.slack.client import SlackRefused
from bot.channels.slack.places import CHANNEL
from bot.errors import DeliveryHeldBack, DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from crm_store.domain.agent_threads import ThreadWork
from crm_store.domain.errors import KothaStoreError, TurnLost
from crm_store.use_cases.agent_accounts import list_team_channels, note_channel_trouble
from crm_store.use_cases.agent_threads import (
    claim_thread,
    give_thread_up,
    open_threads,
    postpone_thread,
)
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

STOP_SECONDS: Final = 3.0
GATHER_SECONDS: Final = 0.05  # a turn hints several times; one look serves them all
FIRST_RETRY_SECONDS: Final = 1.0
LONGEST_RETRY_SECONDS: Final = 60.0
MAX_DOUBLINGS: Final = 6
# The card was deleted in Slack: there is no thread to write in. A new request gets a new one.
THREAD_GONE: Final = frozenset({"message_not_found", "thread_not_found", "cant_update_message"})


@dataclass
class Following:
    """A companion of the Slack channel."""

    store: Store
    writer: ThreadWriter
    presence: SlackPresence
    teams: Collection[str]
    poll_seconds: float
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    troubles: dict[str, str] = field(default_factory=dict)
    _is_stopping: bool = False
    _task: asyncio.Task[None] | None = None
    _soon: float | None = None
    _is_used: bool = False

    @property
    def trouble(self) -> str | None:
        """Channels in which nothing can be posted; None when all is well."""
        return "; ".join(f"{place}: {why}" for place, why in sorted(self.troubles.items())) or None

    def hint(self, _conversation_id: UUID, _seq: int) -> None:
        """A conversation changed; of no interest while no team has a channel."""
        if self._is_used:
            self.wake.set()

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="slack-agents")

    async def stop(self) -> None:
        """Finish the thread that is being written."""
        self._is_stopping = True
        self.wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while not self._is_stopping:
            self.wake.clear()  # before looking, so that what changes meanwhile is not slept over
            try:
                await self.look()
            except KothaStoreError as error:
                log.warning("slack.agents_store", error=type(error).__name__)
            except Exception:
                log.exception("slack.agents_defect")
            if not self._is_stopping:
                await self._rest()

    async def look(self) -> None:
        """Everything that is due now."""
        self._soon = None
        await self.presence.look()
        self._is_used = await open_threads(self.store, CHANNEL, self.teams) is not None
        while not self._is_stopping:
            work = await claim_thread(self.store, CHANNEL, lease_seconds=LEASE_SECONDS)
            if work is None:
                return
            await self._write(work)

    async def _rest(self) -> None:
        seconds = self.poll_seconds if self._soon is None else min(self.poll_seconds, self._soon)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wake.wait()
                await asyncio.sleep(GATHER_SECONDS)

    async def _write(self, work: ThreadWork) -> None:
        try:
            await self.writer.write(work)
        except TurnLost:
            return
        except RoomClosed as closed:
            await self._say_trouble(work, closed.why)
            await postpone_thread(self.store, work, seconds=_pause(work, closed), in_doubt=False)
        except DeliveryHeldBack as held:
            self._soon = min(self._soon or LONGEST_RETRY_SECONDS, held.retry_after or 0.0)
            await postpone_thread(self.store, work, seconds=held.retry_after or 0.0, in_doubt=False)
        except DeliveryPostponed as away:
            await postpone_thread(self.store, work, seconds=_pause(work, away), in_doubt=False)
        except DeliveryRefused as refused:
            await self._refused(work, refused)
        except DeliveryUncertain:
            await postpone_thread(self.store, work, seconds=_pause(work), in_doubt=True)
        except KothaStoreError:
            raise  # the lease runs out, and what stands there is looked for first
        except Exception:
            log.exception("slack.agents_thread_defect", thread=str(work.thread.id))
            await postpone_thread(self.store, work, seconds=_pause(work), in_doubt=True)
        else:
            await self._say_trouble(work, None)

    async def _refused(self, work: ThreadWork, refused: DeliveryRefused) -> None:
        code = refused.code if isinstance(refused, SlackRefused) else str(refused)
        log.warning("slack.agents_refused", thread=str(work.thread.id), code=code)
        if code in THREAD_GONE and work.thread.root is not None:
            await give_thread_up(self.store, work)
            return
        await self._say_trouble(work, code)
        await postpone_thread(self.store, work, seconds=LONGEST_RETRY_SECONDS, in_doubt=False)

    async def _say_trouble(self, work: ThreadWork, why: str | None) -> None:
        """In the log, in /readyz and in the console's settings, once for each change."""
        thread = work.thread
        key = f"{thread.account}/{thread.place}"
        if self.troubles.get(key) == why:
            return
        if why is None:
            self.troubles.pop(key, None)
        else:
            self.troubles[key] = why
            log.error("slack.agents_channel", team=thread.account, channel=thread.place, why=why)
        for found in await list_team_channels(self.store):
            if (found.account, found.place) == (thread.account, thread.place):
                await note_channel_trouble(self.store, found, why)


def _pause(work: ThreadWork, failure: DeliveryPostponed | None = None) -> float:
    if failure is not None and failure.retry_after is not None:
        return failure.retry_after
    doubled = FIRST_RETRY_SECONDS * 2 ** min(work.thread.failures, MAX_DOUBLINGS)
    return float(min(LONGEST_RETRY_SECONDS, doubled))
