"""What platforms tell us, stored first and then made known: the way in for every channel but the web.

A channel verifies and parses, calls one of these, and acknowledges after it has returned (CH1).
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import structlog

from bot.errors import Overloaded
from bot.fanout import Hub, Observer
from bot.floods import Floods
from bot.load import Load
from bot.metrics import Metrics
from bot.traces import NOT_TRACED, Traces
from crm_store.domain.conversations import AcceptedMessage
from crm_store.domain.errors import TooManyWaiting
from crm_store.domain.notes import Note
from crm_store.domain.received import Edited, Received
from crm_store.use_cases.receiving import (
    delete_received,
    edit_received,
    keep_dead_letter,
    receive,
    remember_update,
)
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()


class Inbox:
    """Stores what came, wakes workers and consoles, and counts."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        metrics: Metrics,
        *,
        wake_turns: Callable[[UUID], None],
        load: Load,
        floods: Floods,
        forward: Callable[[str], None],
        traces: Traces = NOT_TRACED,
    ) -> None:
        self._store = store
        self._hub = hub
        self._metrics = metrics
        self._wake_turns = wake_turns
        self._load = load
        self._floods = floods
        self._forward = forward
        self._traces = traces
        self.tell_note: Callable[[Note], None] = _tell_nobody

    async def take(self, received: Received) -> AcceptedMessage:
        """Store a message, or find the first copy of it (CH2), and have it answered.

        UnknownChoice when a button is not this conversation's, UpdateSeenBefore when its first copy is
        erased, StoreUnavailable when nothing was stored: only then is it not to be acknowledged.
        """
        began = time.time_ns()
        received, accepted = await self._receive(received)
        channel = received.sender.channel
        if accepted.duplicate:
            self._metrics.duplicates.labels(channel).inc()
            return accepted
        self._metrics.accepted.labels(channel).inc()
        self._traces.accepted(accepted.id, channel, began)
        self._floods.count(received.sender)
        if received.notices:
            self._forward(channel)
        if not received.quiet:
            self._wake_turns(accepted.conversation_id)
        if accepted.took_out:
            self._hub.announce_owner(accepted.conversation_id)
        self._hub.hint(accepted.conversation_id, accepted.seq)
        return accepted

    async def _receive(self, received: Received) -> tuple[Received, AcceptedMessage]:
        """Store it as it is, or what the bot cannot keep up with quietly; what was stored."""
        if received.quiet:
            return received, await receive(self._store, received)
        if self._floods.is_flooding(received.sender):
            return await self._keep_quietly(received, "rate_limited")
        if self._load.is_overloaded:
            received = self._told(received, "busy")
        bounded = replace(received, at_most_waiting=self._load.per_customer)
        try:
            with self._load.accepting():
                return bounded, await receive(self._store, bounded)
        except (TooManyWaiting, Overloaded):
            return await self._keep_quietly(received, "too_many_waiting")

    async def _keep_quietly(self, received: Received, code: str) -> tuple[Received, AcceptedMessage]:
        quiet = replace(self._told(received, "slow_down"), quiet=True)
        accepted = await receive(self._store, quiet)
        if not accepted.duplicate:
            self._metrics.refused.labels(code).inc()
        return quiet, accepted

    def _told(self, received: Received, sentence: str) -> Received:
        return replace(received, notices=(*received.notices, *self._floods.notice(received.sender, sentence)))

    async def edit(
        self, channel: str, account: str, external_id: str, text: str, *, update_id: str | None = None
    ) -> Edited | None:
        """The customer changed a message; None when we do not know it."""
        return await self._change(
            edit_received(self._store, channel, account, external_id, text, update_id=update_id)
        )

    async def delete(
        self, channel: str, account: str, external_id: str, *, update_id: str | None = None
    ) -> Edited | None:
        """The customer deleted a message; None when we do not know it."""
        return await self._change(
            delete_received(self._store, channel, account, external_id, update_id=update_id)
        )

    async def remember(self, channel: str, account: str, update_id: str) -> bool:
        """An update that is no message: False when it was handled before."""
        first = await remember_update(self._store, channel, account, update_id)
        if not first:
            self._metrics.duplicates.labels(channel).inc()
        return first

    async def bury(
        self,
        channel: str,
        account: str,
        external_id: str | None,
        reason: str,
        body: bytes,
        *,
        source_id: str | None = None,
    ) -> None:
        """Keep what nobody can read (TG4), so that it can be acknowledged and looked at."""
        await keep_dead_letter(self._store, channel, account, external_id, reason, body, source_id=source_id)
        self._metrics.dead_letters.labels(channel).inc()
        log.warning("inbox.dead_letter", channel=channel, account=account, reason=reason, size=len(body))

    def observe(self, observer: Observer) -> None:
        """Have every hint that a conversation changed passed on."""
        self._hub.observe(observer)

    def changed_hands(self, conversation_id: UUID, seq: int) -> None:
        """An agent did something from a platform: customers, consoles and turns look again."""
        self._hub.announce_owner(conversation_id)
        self._hub.hint(conversation_id, seq)
        self._wake_turns(conversation_id)

    def noted(self, note: Note) -> None:
        """An agent wrote a note from a platform: consoles show it at once."""
        self.tell_note(note)

    def ignore(self, channel: str, why: str) -> None:
        """Something that is acknowledged and means nothing to us; only counted."""
        self._metrics.ignored.labels(channel, why).inc()

    async def _change(self, change: Awaitable[Edited | None]) -> Edited | None:
        edited = await change
        if edited is not None and not edited.duplicate:
            if edited.waits:
                self._wake_turns(edited.conversation_id)
            self._hub.hint(edited.conversation_id, edited.seq)
        return edited


def _tell_nobody(_note: Note) -> None:
    """Until the console is there."""
