"""The live end of transcripts for consoles: agents see more of each event than the customer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from bot.console.plain import plain
from bot.fanout import PAGE, HubOf, Whisper
from crm_store.domain.agent_events import AgentEvent
from crm_store.use_cases.conversation_lists import find_agent_event, list_agent_events
from crm_store.use_cases.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class TalkEvent:
    """A line of a transcript, and whose transcript it is."""

    conversation_id: UUID
    event: AgentEvent

    @property
    def seq(self) -> int:
        """Its place."""
        return self.event.seq


TalkHub = HubOf[TalkEvent]


def event_frame(line: TalkEvent) -> bytes:
    """An `event` frame."""
    frame = {"type": "event", "conversation": str(line.conversation_id), "event": plain(line.event)}
    return orjson.dumps(frame)


class TalkReader:
    """Reads events for the hub. What a bot's answer tells of the message before it is sent along.

    The engine's understanding stands on the customer's message, which consoles were shown before it was
    known: that event is said once more, whole, with its own id and seq.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.hub: TalkHub = HubOf(self.read, event_frame)

    async def read(self, conversation_id: UUID, after_seq: int, limit: int) -> Sequence[TalkEvent]:
        """The events after a seq."""
        found = await list_agent_events(self._store, conversation_id, after_seq=after_seq, limit=limit)
        await self._say_again(conversation_id, found.events)
        return [TalkEvent(conversation_id, event) for event in found.events]

    async def tell_again(self, conversation_id: UUID, message_id: UUID) -> None:
        """Say an event once more, for more is known of it; nothing when nobody looks, or it is gone."""
        if not self.hub.has_listeners(conversation_id):
            return
        event = await find_agent_event(self._store, conversation_id, message_id)
        if event is not None:
            frame = event_frame(TalkEvent(conversation_id, event))
            self.hub.whisper(conversation_id, Whisper(event.seq, frame))

    async def _say_again(self, conversation_id: UUID, events: Sequence[AgentEvent]) -> None:
        here = {event.id for event in events}
        answered = {event.in_reply_to for event in events if event.in_reply_to is not None} - here
        if len(events) >= PAGE:
            return
        for message_id in answered:
            await self.tell_again(conversation_id, message_id)
