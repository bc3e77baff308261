"""Turn workers: woken by hints and by a slow poll, so that no waiting conversation is forgotten."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import structlog

from bot.turns import TurnRunner
from crm_store.domain.errors import KothaStoreError, StoreUnavailable
from crm_store.use_cases.conversations import list_waiting
from crm_store.use_cases.turns import claim_turn
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

POLL_LIMIT = 500  # conversations taken from one poll; the next poll brings the rest
STORE_PAUSE_SECONDS = 1.0  # a store that is away is not asked in a tight loop
# A node without an engine lets others claim first: they hear of what it takes in and look within 0.05 s.
STEP_BACK_SECONDS = 0.5
START_LIMIT = 100_000  # what waited before the start keeps its place before what comes now; 10 MB of ids


@dataclass(frozen=True, slots=True)
class Pace:
    """How many turns at once, how long a claim lasts and how often the poll looks (seconds)."""

    workers: int
    lease_seconds: float
    poll_seconds: float


class TurnWorkers:
    """The turn loop of this process."""

    def __init__(
        self, store: Store, runner: TurnRunner, pace: Pace, *, steps_back: Callable[[], bool] = lambda: False
    ) -> None:
        self._steps_back = steps_back
        self._store = store
        self._runner = runner
        self._pace = pace
        self._queue: asyncio.Queue[UUID | None] = asyncio.Queue()
        self._queued: set[UUID] = set()
        self._busy: set[UUID] = set()
        self._again: set[UUID] = set()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._poller: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start working; what waited before the start is found by the first poll."""
        self._tasks = [
            asyncio.create_task(self._work(), name=f"turns-{n}") for n in range(self._pace.workers)
        ]
        self._poller = asyncio.create_task(self._poll(), name="turns-poll")

    def wake(self, conversation_id: UUID) -> None:
        """A message of this conversation waits. Cheap, and harmless when it is not true."""
        if conversation_id in self._busy:
            self._again.add(conversation_id)
        elif conversation_id not in self._queued and not self._stopping.is_set():
            self._queued.add(conversation_id)
            self._queue.put_nowait(conversation_id)

    def wake_later(self, conversation_id: UUID, seconds: float) -> None:
        """Wake in a while. Lost with the process, where the poll makes up for it."""
        asyncio.get_running_loop().call_later(seconds, self.wake, conversation_id)

    async def drain(self, seconds: float) -> None:
        """Stop claiming, let turns in flight finish within `seconds`, then cancel what is left."""
        self._stopping.set()
        tasks = [*self._tasks, *([self._poller] if self._poller else [])]
        for _ in self._tasks:
            self._queue.put_nowait(None)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            await _cancel(late)

    async def _poll(self) -> None:
        limit = START_LIMIT
        while not self._stopping.is_set():
            try:
                for conversation_id in await list_waiting(self._store, limit):
                    self.wake(conversation_id)
                limit = POLL_LIMIT
            except KothaStoreError as error:
                log.warning("turns.poll_failed", error=type(error).__name__)
            except Exception:
                log.exception("turns.poll_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._pace.poll_seconds)

    async def _work(self) -> None:
        while not self._stopping.is_set():
            conversation_id = await self._queue.get()
            if conversation_id is None:
                return
            self._queued.discard(conversation_id)
            self._busy.add(conversation_id)
            try:
                await self._serve_safely(conversation_id)
            finally:
                self._busy.discard(conversation_id)
                self._wake_if_asked(conversation_id)

    def _wake_if_asked(self, conversation_id: UUID) -> None:
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.wake(conversation_id)

    async def _serve_safely(self, conversation_id: UUID) -> None:
        """A failing turn must not end the worker: its lease runs out and the poll finds it again."""
        try:
            await self._serve(conversation_id)
        except StoreUnavailable as error:
            log.warning(
                "turns.store_unavailable",
                conversation=str(conversation_id),
                cause=type(error.__cause__).__name__,
            )
            await asyncio.sleep(STORE_PAUSE_SECONDS)
        except Exception:
            log.exception("turns.defect", conversation=str(conversation_id))

    async def _serve(self, conversation_id: UUID) -> None:
        """One turn when others wait, and to the end of the queue; alone, all its turns in a row."""
        if self._steps_back():
            await asyncio.sleep(STEP_BACK_SECONDS)
        claim = await claim_turn(
            self._store, lease_seconds=self._pace.lease_seconds, conversation_id=conversation_id
        )
        while claim is not None:
            finished = await self._runner.run(claim, keep_lease=self._is_idle)
            if finished.again_after is not None:
                self.wake_later(conversation_id, finished.again_after)
            elif finished.next is None and claim.more_waiting:
                self._again.add(conversation_id)
            claim = finished.next

    def _is_idle(self) -> bool:
        return self._queue.empty() and not self._stopping.is_set()


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
