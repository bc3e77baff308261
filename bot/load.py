"""Is the service keeping up? What it cannot keep up with is refused early, before it is accepted.

Overload is a judgement about customers, not about processors: as many conversations as there are turn workers
have waited too long. One conversation that is stuck is no overload.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from bot.errors import Overloaded
from bot.metrics import Metrics
from crm_store.domain.errors import KothaStoreError, StoreUnavailable, TooManyWaiting
from crm_store.use_cases.conversations import count_late
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

LOOK_SECONDS = 1.0  # an indexed read that stops after a few rows
STORE_FAILURES = 3  # writes in a row; one alone may be bad luck
# A locked SQLite makes each writer wait for seconds: then one at a time tries, the others hear no at once.
STORE_PROBE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """`per_customer` messages of a conversation may wait, fewer than `late_many` conversations so long."""

    per_customer: int
    late_seconds: float
    late_many: int


class Load:
    """How far behind the service is, as this process knows it."""

    def __init__(
        self, store: Store, metrics: Metrics, bounds: Bounds, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._bounds = bounds
        self._clock = clock
        self._failed = 0
        self._probe_at = 0.0
        self._stopping = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.is_overloaded = False

    @property
    def at_most_waiting(self) -> int:
        """How many messages of one conversation may wait for the bot now."""
        return 0 if self.is_overloaded else self.per_customer

    @property
    def per_customer(self) -> int:
        """How many may wait when all is well."""
        return self._bounds.per_customer

    @property
    def why(self) -> str | None:
        """What is wrong, for people; None when nothing is."""
        if self.is_overloaded:
            return f"overloaded: too many customers have waited {self._bounds.late_seconds:.0f} s"
        return "the database takes no writes" if self._failed >= STORE_FAILURES else None

    @contextlib.contextmanager
    def accepting(self) -> Iterator[None]:
        """Around the writing of a customer's message. StoreUnavailable, without a try, while writes fail:
        one a second is let through to see. Overloaded instead of TooManyWaiting when that is the cause.
        """
        self._check_store()
        try:
            yield
        except StoreUnavailable:
            self._failed += 1
            raise
        except TooManyWaiting:
            self._failed = 0
            if self.is_overloaded:
                raise Overloaded(self.why) from None
            raise
        self._failed = 0

    def _check_store(self) -> None:
        if self._failed < STORE_FAILURES:
            return
        now = self._clock()
        if now < self._probe_at:
            raise StoreUnavailable("the last writes failed")
        self._probe_at = now + STORE_PROBE_SECONDS

    async def look(self) -> None:
        """Ask the store how long customers wait."""
        bounds = self._bounds
        late = await count_late(self._store, seconds=bounds.late_seconds, at_most=bounds.late_many)
        was, self.is_overloaded = self.is_overloaded, late >= bounds.late_many
        self._metrics.overloaded.set(self.is_overloaded)
        if was != self.is_overloaded:
            log.warning("load.overloaded" if self.is_overloaded else "load.keeps_up", late=late)

    def start(self) -> None:
        """Begin to look now and then."""
        self._looking = asyncio.create_task(self._keep_looking(), name="load")

    async def stop(self) -> None:
        """Look no more. A look under way ends by itself: a cancelled read costs the store its connection."""
        self._stopping.set()
        if self._looking is not None:
            await self._looking

    async def _keep_looking(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.look()
            except KothaStoreError as error:
                log.warning("load.not_looked", error=type(error).__name__)
            except Exception:  # whoever stops looking leaves the door as it is, open or shut, for good
                log.exception("load.not_looked")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_SECONDS)
