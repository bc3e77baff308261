"""What other processes committed, passed on to what runs here: workers, sockets, senders, consoles.

Nothing depends on it: each of them looks by itself now and then, and the database is the truth.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

import structlog

from bot.fanout import Hub
from bot.metrics import Metrics
from crm_store.domain.errors import KothaStoreError
from crm_store.domain.hints import ConversationHint, Hint, MessageHint, NoteHint, OutboxHint, SeenHint
from crm_store.domain.notes import Note
from crm_store.use_cases.notes import find_note
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()

# Who took a message in answers it, mostly: the others look a moment later, and find it claimed. Without the
# pause every claim would be tried by every process at once, and all but one would wait for a row's lock.
AFTER_YOU_SECONDS: Final = 0.05
# Hints that need a look in the store before anybody can be told. Behind that many, consoles reload sooner.
MOST_WAITING: Final = 1000


class Workers(Protocol):
    """Who answers."""

    def wake_later(self, conversation_id: UUID, seconds: float) -> None: ...


class Senders(Protocol):
    """Who delivers."""

    def wake(self, channel: str) -> None: ...


class Consoles(Protocol):
    """Who shows agents what happens."""

    def customer_saw(self, conversation_id: UUID, seq: int) -> None: ...
    def note_written(self, note: Note) -> None: ...
    def is_watched(self, conversation_id: UUID) -> bool: ...
    async def tell_again(self, conversation_id: UUID, message_id: UUID) -> None: ...


@dataclass
class Hints:
    """Listens while the gateway runs."""

    store: Store
    hub: Hub
    workers: Workers
    senders: Senders
    consoles: Consoles
    metrics: Metrics
    _looks: asyncio.Queue[MessageHint | NoteHint] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Listen, where somebody speaks."""
        source = self.store.hints()
        if source is not None:
            self._listening(False)
            follow = source.follow(self.tell, self._listening)
            self._tasks.append(asyncio.create_task(follow, name="hints"))
            self._tasks.append(asyncio.create_task(self._look(), name="hints-looks"))

    async def stop(self) -> None:
        """Hear nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tell(self, hint: Hint) -> None:
        """Pass one hint on."""
        self.metrics.hints.labels(type(hint).__name__.removesuffix("Hint").lower()).inc()
        match hint:
            case ConversationHint():
                self._tell_conversation(hint)
            case OutboxHint(channel):
                self.senders.wake(channel)
            case SeenHint(conversation_id, seq):
                self.consoles.customer_saw(conversation_id, seq)
            case MessageHint() | NoteHint() if self.consoles.is_watched(hint.conversation_id):
                with contextlib.suppress(asyncio.QueueFull):
                    self._looks.put_nowait(hint)

    def _tell_conversation(self, hint: ConversationHint) -> None:
        if hint.waits:
            self.workers.wake_later(hint.conversation_id, AFTER_YOU_SECONDS)
        if hint.moved:
            self.hub.announce_owner(hint.conversation_id)
        self.hub.hint(hint.conversation_id, hint.last_seq)

    async def _look(self) -> None:
        while True:
            hint = await self._looks.get()
            try:
                await self._tell_consoles(hint)
            except KothaStoreError as error:
                log.warning("hints.not_told", error=type(error).__name__)
            except Exception:
                log.exception("hints.defect")

    async def _tell_consoles(self, hint: MessageHint | NoteHint) -> None:
        if isinstance(hint, MessageHint):
            await self.consoles.tell_again(hint.conversation_id, hint.message_id)
            return
        note = await find_note(self.store, hint.conversation_id, hint.note_id)
        if note is not None:
            self.consoles.note_written(note)

    def _listening(self, now: bool) -> None:
        self.metrics.hints_listening.set(now)
