"""Outbox -> push channels: in order within a conversation, retried with back-off, dead letters kept.

The store hands out only the first unsent message of a conversation, and suppresses a bot's message whose
conversation changed hands before it left (G3).
"""

import asyncio
from collections.abc import Sequence

import structlog

from bot.channels.port import PushChannel
from bot.errors import DeliveryFailure, DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from bot.metrics import Metrics
from crm_store.domain.errors import KothaStoreError, TurnLost
from crm_store.domain.outbox import OutboxItem
from crm_store.use_cases.outbox import claim_outbox, mark_failed, mark_sent
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

SENDERS_PER_CHANNEL = 4  # conversations served at the same time; platforms allow some 30 messages a second
LEASE_SECONDS = 60.0  # longer than any platform call with its time-out
MAX_ATTEMPTS = 8  # with the pauses below some four minutes, then people should know
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0
STOP_SECONDS = 5.0  # for messages being sent when the service stops


class Delivery:
    """The senders of every push channel of this process."""

    def __init__(
        self, store: Store, channels: Sequence[PushChannel], metrics: Metrics, *, poll_seconds: float
    ) -> None:
        self._senders = {
            channel.name: ChannelSender(store, channel, metrics, poll_seconds=poll_seconds)
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

    def __init__(self, store: Store, channel: PushChannel, metrics: Metrics, *, poll_seconds: float) -> None:
        self._store = store
        self._channel = channel
        self._metrics = metrics
        self._poll_seconds = poll_seconds
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self.wake = asyncio.Event()

    def start(self) -> None:
        """Start the sender tasks."""
        self._tasks = [
            asyncio.create_task(self._run(), name=f"deliver-{self._channel.name}-{n}")
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

    async def _run(self) -> None:
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
                await self._rest()

    async def _rest(self) -> None:
        """Until something is committed, or for one slow poll."""
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self.wake.wait()
        except TimeoutError:
            return

    async def deliver_one(self) -> bool:
        """Send the message that is due longest; False when none is due."""
        item = await claim_outbox(self._store, lease_seconds=LEASE_SECONDS, channel=self._channel.name)
        if item is None:
            return False
        try:
            await self._send(item)
        except TurnLost:
            self._count(item, "lost")
        return True

    async def _send(self, item: OutboxItem) -> None:
        try:
            external_id = await self._find_or_send(item)
        except DeliveryFailure as failure:
            await self._fail(item, failure)
            return
        except Exception as error:
            log.exception("delivery.channel_defect", channel=item.channel, message=str(item.message_id))
            await self._fail(item, DeliveryUncertain(type(error).__name__))
            return
        await mark_sent(self._store, item, external_id=external_id)
        self._count(item, "sent")

    async def _find_or_send(self, item: OutboxItem) -> str | None:
        """Look before sending again: an earlier attempt may have arrived after all."""
        found = await self._channel.find_sent(item) if item.attempts > 1 else None
        return found or await self._channel.send(item)

    async def _fail(self, item: OutboxItem, failure: DeliveryFailure) -> None:
        pause = retry_pause(item.attempts, failure)
        await mark_failed(self._store, item, error=f"{type(failure).__name__}: {failure}", retry_after=pause)
        outcome = "dead" if pause is None else "postponed"
        log.warning("delivery.failed", outcome=outcome, channel=item.channel, message=str(item.message_id))
        self._count(item, outcome)

    def _count(self, item: OutboxItem, outcome: str) -> None:
        self._metrics.deliveries.labels(item.channel, outcome).inc()


def retry_pause(attempts: int, failure: DeliveryFailure) -> float | None:
    """Seconds until the next attempt after `attempts` (1 or more); None to give up."""
    if isinstance(failure, DeliveryRefused) or attempts >= MAX_ATTEMPTS:
        return None
    backoff = float(min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (attempts - 1)))
    if isinstance(failure, DeliveryPostponed) and failure.retry_after is not None:
        return max(failure.retry_after, 0.0)
    return backoff
