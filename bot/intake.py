"""Verified message -> durable row -> hints. The caller acknowledges after `take` has returned (CH1)."""

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from bot.fanout import Hub
from bot.load import Load
from bot.metrics import Metrics
from bot.traces import NOT_TRACED, Traces
from crm_store.domain.conversations import AcceptedMessage, Author, ConversationEvent, IncomingMessage
from crm_store.domain.errors import ConflictingWrite
from crm_store.use_cases.conversations import accept_message
from crm_store.use_cases.unit_of_work import Store

CONFLICT_RETRIES = 3  # two writers of one conversation collide at most a few times before one is through


class Intake:
    """The one way in, for every channel."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        metrics: Metrics,
        *,
        wake_turns: Callable[[UUID], None],
        load: Load,
        traces: Traces = NOT_TRACED,
    ) -> None:
        self._store = store
        self._hub = hub
        self._metrics = metrics
        self._wake_turns = wake_turns
        self._load = load
        self._traces = traces

    async def take(self, incoming: IncomingMessage, *, client_msg_id: str | None = None) -> AcceptedMessage:
        """Store a message, or find the first copy of it (CH2), then wake workers and sockets.

        UnknownChoice when a button is not this conversation's; StoreUnavailable, TooManyWaiting and
        Overloaded when nothing was stored.
        """
        began = time.time_ns()
        with self._load.accepting():
            accepted = await self._accept(replace(incoming, at_most_waiting=self._load.at_most_waiting))
        if accepted.duplicate:
            self._metrics.duplicates.labels(incoming.channel).inc()
            return accepted
        self._metrics.accepted.labels(incoming.channel).inc()
        self._traces.accepted(accepted.id, incoming.channel, began)
        self._wake_turns(accepted.conversation_id)
        if accepted.took_out:
            self._hub.announce_owner(accepted.conversation_id)
        self._tell_sockets(incoming, accepted, client_msg_id)
        return accepted

    async def _accept(self, incoming: IncomingMessage) -> AcceptedMessage:
        for _ in range(CONFLICT_RETRIES):
            try:
                return await accept_message(self._store, incoming)
            except ConflictingWrite:
                continue
        return await accept_message(self._store, incoming)

    def _tell_sockets(
        self, incoming: IncomingMessage, accepted: AcceptedMessage, client_msg_id: str | None
    ) -> None:
        # Only the store knows a button's title, and the files behind their ids.
        if incoming.text is None or incoming.attachments:
            self._hub.hint(accepted.conversation_id, accepted.seq)
            return
        event = ConversationEvent(
            seq=accepted.seq,
            id=accepted.id,
            at=accepted.at,
            author=Author.CUSTOMER,
            text=incoming.text,
            client_msg_id=client_msg_id,
            in_reply_to=None,
            buttons=(),
            card=None,
            language=None,
        )
        self._hub.offer(accepted.conversation_id, event)
