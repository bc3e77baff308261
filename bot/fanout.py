"""Hints and live feeds: how a committed event reaches the sockets of its conversation.

A hint says "conversation X reached seq N" and nothing more. Each listener reads rows after its own last
seq; the rows of a conversation are read and encoded once however many listen. The database is the truth:
a lost hint costs a listener one slow poll, never an event.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

from crm_store.domain.conversations import ConversationEvent

PAGE = 200  # events read at once
KEPT_EVENTS = 64  # encoded events a live conversation keeps for its other listeners
KEPT_WHISPERS = 32  # a listener this far behind gains nothing from older "typing" signs


class HasSeq(Protocol):
    """What a feed needs to know of an event."""

    @property
    def seq(self) -> int:
        """Its place in the transcript."""
        ...


EventT = TypeVar("EventT", bound=HasSeq)
ReadEvents: TypeAlias = Callable[[UUID, int, int], Awaitable[Sequence[EventT]]]
Encode: TypeAlias = Callable[[EventT], bytes]
Observer: TypeAlias = Callable[[UUID, int], None]


@dataclass(frozen=True, slots=True)
class Line:
    """An encoded event."""

    seq: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Whisper:
    """Something that is not kept ("typing", "read"); belongs right after the event `seq`."""

    seq: int
    data: bytes


@dataclass(eq=False)
class Listener:
    """One socket's ear. `stop_code` is set when the socket has to close."""

    conversation_id: UUID
    session: str
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    whispers: deque[Whisper] = field(default_factory=lambda: deque(maxlen=KEPT_WHISPERS))
    stop_code: int | None = None
    owner_due: bool = False
    """Somebody else may answer the conversation now: look, and tell the client."""

    def stop(self, code: int) -> None:
        """Ask the socket to close with this code."""
        self.stop_code = self.stop_code or code
        self.wake.set()


class FeedOf(Generic[EventT]):
    """The live end of one conversation's transcript."""

    def __init__(self, conversation_id: UUID, read: ReadEvents[EventT], encode: Encode[EventT]) -> None:
        self._conversation_id = conversation_id
        self._read = read
        self._encode = encode
        self._lines: deque[Line] = deque(maxlen=KEPT_EVENTS)
        self._hinted = 0
        self._lock = asyncio.Lock()
        self.listeners: set[Listener] = set()

    def hint(self, seq: int) -> None:
        """The conversation has reached `seq`: wake everybody."""
        self._hinted = max(self._hinted, seq)
        for listener in self.listeners:
            listener.wake.set()

    def offer(self, event: EventT) -> None:
        """Take an event the caller has at hand, which saves reading it, when it is the next one."""
        if not self._lines or self._lines[-1].seq == event.seq - 1:
            self._lines.append(Line(event.seq, self._encode(event)))
        self.hint(event.seq)

    def reaches_beyond(self, seq: int) -> bool:
        """Whether a hint promised events after `seq`."""
        return self._hinted > seq

    async def after(self, seq: int, *, look: bool) -> list[Line]:
        """The events after `seq`, at most a page; `look` in the database even when no hint promises any."""
        if (kept := self._kept_after(seq)) or not (look or self.reaches_beyond(seq)):
            return kept
        async with self._lock:
            return self._kept_after(seq) or await self._read_after(seq)

    def _kept_after(self, seq: int) -> list[Line]:
        if not self._lines or seq < self._lines[0].seq - 1:
            return []
        newer = itertools.takewhile(lambda line: line.seq > seq, reversed(self._lines))  # mostly one or two
        return [*newer][::-1]

    async def _read_after(self, seq: int) -> list[Line]:
        events = await self._read(self._conversation_id, seq, PAGE)
        lines = [Line(event.seq, self._encode(event)) for event in events]
        if lines and self._continues(lines[0].seq):
            self._lines.extend(line for line in lines if line.seq > self._last_kept())
        return lines

    def _continues(self, seq: int) -> bool:
        return not self._lines or seq <= self._lines[-1].seq + 1

    def _last_kept(self) -> int:
        return self._lines[-1].seq if self._lines else 0


class HubOf(Generic[EventT]):
    """Every live conversation of this process."""

    def __init__(self, read: ReadEvents[EventT], encode: Encode[EventT]) -> None:
        self._read = read
        self._encode = encode
        self._feeds: dict[UUID, FeedOf[EventT]] = {}
        self._observers: list[Observer] = []

    def listen(self, conversation_id: UUID, session: str) -> tuple[FeedOf[EventT], Listener]:
        """Join a conversation's feed; leave it with `leave`."""
        feed = self._feeds.get(conversation_id)
        if feed is None:
            feed = self._feeds[conversation_id] = FeedOf(conversation_id, self._read, self._encode)
        listener = Listener(conversation_id, session)
        feed.listeners.add(listener)
        return feed, listener

    def leave(self, listener: Listener) -> None:
        """The last one out closes the feed."""
        feed = self._feeds.get(listener.conversation_id)
        if feed is not None:
            feed.listeners.discard(listener)
            if not feed.listeners:
                del self._feeds[listener.conversation_id]

    def hint(self, conversation_id: UUID, seq: int) -> None:
        """Tell the listeners that the conversation reached `seq`."""
        if feed := self._feeds.get(conversation_id):
            feed.hint(seq)
        self._tell_observers(conversation_id, seq)

    def offer(self, conversation_id: UUID, event: EventT) -> None:
        """Like `hint`, for a caller that has the event at hand."""
        if feed := self._feeds.get(conversation_id):
            feed.offer(event)
        self._tell_observers(conversation_id, event.seq)

    def observe(self, observer: Observer) -> None:
        """Have every hint passed on, also of conversations nobody listens to (the agents' console does)."""
        self._observers.append(observer)

    def _tell_observers(self, conversation_id: UUID, seq: int) -> None:
        for observer in self._observers:
            observer(conversation_id, seq)

    def announce_owner(self, conversation_id: UUID) -> None:
        """The conversation may have changed hands: its sockets look who has it."""
        if feed := self._feeds.get(conversation_id):
            for listener in feed.listeners:
                listener.owner_due = True
                listener.wake.set()

    def whisper(self, conversation_id: UUID, *whispers: Whisper) -> None:
        """Pass on what is not kept."""
        if feed := self._feeds.get(conversation_id):
            for listener in feed.listeners:
                listener.whispers.extend(whispers)
                listener.wake.set()

    def has_listeners(self, conversation_id: UUID) -> bool:
        """Whether anybody here follows the conversation."""
        return conversation_id in self._feeds

    def stop_session(self, session: str, code: int) -> None:
        """Close the sockets of one session (it was replaced)."""
        for listener in self._listeners():
            if listener.session == session:
                listener.stop(code)

    def stop_all(self, code: int) -> None:
        """Close every socket (the server drains)."""
        for listener in self._listeners():
            listener.stop(code)

    def _listeners(self) -> list[Listener]:
        return [listener for feed in self._feeds.values() for listener in feed.listeners]


Feed: TypeAlias = FeedOf[ConversationEvent]
Hub: TypeAlias = HubOf[ConversationEvent]
"""What customers' sockets read; the agents' consoles have a hub of their own, with more in each event."""
