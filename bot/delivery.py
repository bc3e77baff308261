"""Outbox -> platforms: in order within a conversation, part by part, retried for a day, dead letters kept.

The store hands out only the first unsent message of a conversation, and suppresses a bot's message whose
conversation changed hands before it left (G3). Each part that a platform confirmed is remembered at once, and
the rest of the message is withdrawn when a person took over in between.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from bot.channels.port import Channel
from bot.errors import (
    DeliveryFailure,
    DeliveryHeldBack,
    DeliveryPostponed,
    DeliveryRefused,
    DeliveryUncertain,
)
from bot.metrics import Metrics
from bot.traces import NOT_TRACED, Traces
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import (
    ConflictingWrite,
    KothaStoreError,
    MessageWithdrawn,
    StoreUnavailable,
    TurnLost,
)
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.outbox import (
    claim_outbox,
    extend_outbox_lease,
    mark_failed,
    mark_part_sent,
    mark_sent,
    mark_uncertain,
)
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

SENDERS_PER_CHANNEL = 4  # conversations served at the same time; platforms allow some 30 messages a second
# Each look takes the database's one writer for a moment: without news one sender looks, the others seldom.
SELDOM = 10
# How long after a crash others may take a message over: so long its customer waits. Renewed while it is being
# sent, and longer than a database takes to start anew: what was sent just before is then remembered in time.
LEASE_SECONDS = 20.0
RENEWALS_PER_LEASE = 4
# Looking for a part and sending it, of several calls with their time-outs. What hangs longer has failed.
PART_SECONDS = 50.0
# What was sent and not remembered is sent again, what failed and was not put back waits for the lease's end:
# a store that is away is asked again. A database that is started anew is back in some 10 s; this is twice it.
KEEP_PAUSES = (0.2, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0)
RETRIED_SECONDS = 24 * 3600.0  # an answer of yesterday helps nobody; then people should know
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0
MAX_DOUBLINGS = 10  # of the pause; beyond the longest anyway, and numbers stay small
# A part that may have arrived is sent once more where the platform cannot be asked: a repeat is better than
# silence, a third one is not (docs/decisions/uncertain-deliveries.md).
SENDS_IN_DOUBT = 2
STOP_SECONDS = 5.0  # for messages being sent when the service stops


Tell = Callable[[UUID, UUID], Awaitable[None]]
"""Is told the conversation and the message of which more is known now."""


async def _nobody(_conversation_id: UUID, _message_id: UUID) -> None:
    """Nobody looks."""


class Delivery:
    """The senders of every push channel of this process."""

    def __init__(
        self,
        store: Store,
        channels: Sequence[Channel],
        metrics: Metrics,
        *,
        poll_seconds: float,
        tell: Tell = _nobody,
        traces: Traces = NOT_TRACED,
    ) -> None:
        self._senders = {
            channel.name: ChannelSender(
                store, channel, metrics, poll_seconds=poll_seconds, tell=tell, traces=traces
            )
            for channel in channels
        }

    def start(self) -> None:
        """Start sending; what waited before the start is found by the first look."""
        for sender in self._senders.values():
            sender.start()

    def wake(self, channel: str) -> None:
        """Something was committed for this channel."""
        if sender := self._senders.get(channel):
            sender.wake.set()

    def wake_all(self) -> None:
        """Something was committed, for a channel the caller does not know."""
        for sender in self._senders.values():
            sender.wake.set()

    async def stop(self) -> None:
        """Stop; a message that cannot be finished is sent by the next process, after its lease."""
        await asyncio.gather(*(sender.stop() for sender in self._senders.values()))


class ChannelSender:
    """Sends one channel's messages."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        metrics: Metrics,
        *,
        poll_seconds: float,
        tell: Tell = _nobody,
        traces: Traces = NOT_TRACED,
    ) -> None:
        self._tell = tell
        self._traces = traces
        self._store = store
        self._channel = channel
        self._metrics = metrics
        self._poll_seconds = poll_seconds
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self._look_again_in: float | None = None  # seconds until something postponed here is due
        self.wake = asyncio.Event()

    def start(self) -> None:
        """Start the sender tasks."""
        self._tasks = [
            asyncio.create_task(self._run(seldom=n > 0), name=f"deliver-{self._channel.name}-{n}")
            for n in range(SENDERS_PER_CHANNEL)
        ]

    async def stop(self) -> None:
        """Let the messages being sent finish, within a limit."""
        self._stopping = True
        self.wake.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, *, seldom: bool) -> None:
        poll_seconds = self._poll_seconds * (SELDOM if seldom else 1)
        while not self._stopping:
            self.wake.clear()  # before looking, so that what is committed meanwhile is not slept over
            try:
                busy = await self.deliver_one()
            except KothaStoreError as error:
                log.warning("delivery.store", channel=self._channel.name, error=type(error).__name__)
                busy = False
            except Exception:
                log.exception("delivery.defect", channel=self._channel.name)
                busy = False
            if not busy and not self._stopping:
                await self._rest(poll_seconds)

    async def _rest(self, poll_seconds: float) -> None:
        """Until something is committed or due again, or for one slow poll."""
        soon, self._look_again_in = self._look_again_in, None
        seconds = poll_seconds if soon is None else min(soon, poll_seconds)
        try:
            async with asyncio.timeout(seconds):
                await self.wake.wait()
        except TimeoutError:
            return

    async def deliver_one(self) -> bool:
        """Send the message that is due longest; False when none is due."""
        item = await claim_outbox(self._store, lease_seconds=LEASE_SECONDS, channel=self._channel.name)
        if item is None:
            return False
        renewing = asyncio.create_task(self._renew_lease(item))
        try:
            with self._traces.delivery(item):
                await self._send(item)
        except TurnLost:
            self._count(item, "lost")
        except MessageWithdrawn:
            self._count(item, "withdrawn")
        finally:
            renewing.cancel()
        await self._tell(item.conversation_id, item.message_id)
        return True

    async def _renew_lease(self, item: OutboxItem) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / RENEWALS_PER_LEASE)
            try:
                await extend_outbox_lease(self._store, item, lease_seconds=LEASE_SECONDS)
            except TurnLost:
                return  # the next mark will find out
            except KothaStoreError as error:
                log.warning("delivery.lease_not_renewed", error=type(error).__name__)
            except Exception:
                log.exception("delivery.lease_not_renewed", message=str(item.message_id))

    async def _send(self, item: OutboxItem) -> None:
        if self._in_doubt(item) >= SENDS_IN_DOUBT:  # its sender died at it, again
            await self._give_up_in_doubt(item, "nobody knows whether it arrived")
            return
        try:
            sent = await self._send_parts(item)
        except (TurnLost, MessageWithdrawn):
            raise
        except DeliveryFailure as failure:
            await self._fail(item, failure)
        except Exception as error:
            log.exception("delivery.channel_defect", channel=item.channel, message=str(item.message_id))
            await self._fail(item, DeliveryUncertain(type(error).__name__))
        else:
            await _keep(lambda: mark_sent(self._store, item, parts=sent))
            self._count(item, "sent")

    async def _send_parts(self, item: OutboxItem) -> tuple[str, ...]:
        parts = self._channel.parts(item)
        sent = item.sent_parts
        for index in range(len(sent), len(parts)):
            look_first = index == len(item.sent_parts) and item.uncertain > 0
            sent = (*sent, await self._find_or_send(item, index, parts[index], look_first=look_first))
            if index + 1 < len(parts):
                await self._keep_parts(item, sent)
        return sent

    async def _keep_parts(self, item: OutboxItem, sent: tuple[str, ...]) -> None:
        await _keep(lambda: mark_part_sent(self._store, item, sent, lease_seconds=LEASE_SECONDS))

    async def _find_or_send(self, item: OutboxItem, index: int, part: JsonObject, *, look_first: bool) -> str:
        """Look before sending again: an earlier attempt may have arrived after all."""
        try:
            async with asyncio.timeout(PART_SECONDS):
                found = await self._channel.find_sent(item, index) if look_first else None
                return found or await self._channel.send_part(item, index, part) or ""
        except TimeoutError:
            raise DeliveryUncertain("it took too long") from None

    async def _fail(self, item: OutboxItem, failure: DeliveryFailure) -> None:
        error = f"{type(failure).__name__}: {failure}"
        uncertain = isinstance(failure, DeliveryUncertain)
        if uncertain and self._in_doubt(item) + 1 >= SENDS_IN_DOUBT:
            await self._give_up_in_doubt(item, error)
            return
        pause = retry_pause(item.attempts, item.age_seconds, failure)
        held_back = isinstance(failure, DeliveryHeldBack)
        self._note_due(pause)
        await _keep(
            lambda: mark_failed(
                self._store, item, error=error, retry_after=pause, uncertain=uncertain, untried=held_back
            )
        )
        if held_back:
            self._count(item, "held_back")
            return
        outcome = "dead" if pause is None else "postponed"
        log.warning("delivery.failed", outcome=outcome, channel=item.channel, message=str(item.message_id))
        self._count(item, outcome)

    def _note_due(self, pause: float | None) -> None:
        if pause is not None and (self._look_again_in is None or pause < self._look_again_in):
            self._look_again_in = pause

    def _in_doubt(self, item: OutboxItem) -> int:
        """How often this part may have been sent; a platform that can be asked leaves no doubt."""
        return 0 if self._channel.capabilities.reconcile else item.uncertain

    async def _give_up_in_doubt(self, item: OutboxItem, error: str) -> None:
        await _keep(lambda: mark_uncertain(self._store, item, error=error))
        log.warning("delivery.uncertain", channel=item.channel, message=str(item.message_id))
        self._count(item, "uncertain")

    def _count(self, item: OutboxItem, outcome: str) -> None:
        self._metrics.deliveries.labels(item.channel, outcome).inc()


async def _keep(mark: Callable[[], Awaitable[None]]) -> None:
    for pause in KEEP_PAUSES:
        try:
            return await mark()
        except (StoreUnavailable, ConflictingWrite):
            await asyncio.sleep(pause)
    return await mark()


def retry_pause(attempts: int, age_seconds: float, failure: DeliveryFailure) -> float | None:
    """Seconds until the next attempt after `attempts` (1 or more); None to give up."""
    if isinstance(failure, DeliveryHeldBack):
        return max(failure.retry_after or 0.0, 0.0)
    if isinstance(failure, DeliveryRefused) or age_seconds >= RETRIED_SECONDS:
        return None
    if isinstance(failure, DeliveryPostponed) and failure.retry_after is not None:
        return max(failure.retry_after, 0.0)
    return float(min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(attempts - 1, MAX_DOUBLINGS)))
