"""Custom actions: what the engine sends to the action server, and what it makes of the answer."""

from __future__ import annotations

from typing import Any

import orjson
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.action_server import ActionRejected, ActionServer
from bot.engine.errors import ActionsFailed
from bot.engine.event_codec import event_from_wire

SENT_TURNS = 2  # the contract asks for this turn's events; the one before lets an action repeat what was said
SENT_RANKING = 5  # the likeliest meanings, to ask the customer which was meant

Json = Any  # what JSON can hold


class KothaRemoteAction(RemoteAction):
    """Rasa's RemoteAction over kept-alive connections, with slim requests and a compiled check of answers.

    Replaces `RemoteAction.run` of Rasa 3.6.21, which sends the whole conversation and domain on a new
    connection, re-checks its own JSON schema on every answer, and looks every event's class up among all
    subclasses.
    """

    def __init__(self, name: str, server: ActionServer, domain: bytes) -> None:
        super().__init__(name, None)
        self._server = server
        self._sent_domain = domain

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """The replies and events of the action. ActionsFailed: the server gave no usable answer."""
        try:
            answer = await self._server.run(self.name(), sent_tracker(tracker), self._sent_domain)
        except ActionRejected as rejection:
            raise ActionExecutionRejection(self.name()) from rejection
        replies = await self._utter_responses(answer["responses"], output_channel, nlg, tracker)
        try:
            return [*replies, *map(event_from_wire, answer["events"])]
        except (KeyError, TypeError, ValueError) as error:
            raise ActionsFailed(f"{self.name()}: an event of the answer is incomplete") from error


def sent_domain(domain: Domain, *, with_forms: bool) -> bytes:
    """The part of the domain that the SDK's form validation reads, as finished JSON.

    Other actions get its outline only (an SDK that is sent no domain at all asks for it again).
    """
    outline: dict[str, Json] = {
        "slots": {},
        "forms": {},
        "responses": {},
        "actions": [],
        "intents": [],
        "entities": [],
    }
    if with_forms:
        whole = domain.as_dict()
        outline.update({key: whole.get(key, {}) for key in ("slots", "forms")})
    return orjson.dumps(outline, option=orjson.OPT_NON_STR_KEYS)


def sent_tracker(tracker: DialogueStateTracker) -> dict[str, Json]:
    """The tracker in Rasa's format with the events of the last turns."""
    events = list(tracker.events)
    return {
        "sender_id": tracker.sender_id,
        "slots": tracker.current_slot_values(),
        "latest_message": _sent_message(tracker.latest_message),
        "latest_event_time": events[-1].timestamp if events else None,
        "followup_action": tracker.followup_action,
        "paused": tracker.is_paused(),
        "events": [_sent_event(event) for event in events[_first_sent(events) :]],
        "latest_input_channel": tracker.latest_message.input_channel if tracker.latest_message else None,
        "active_loop": _sent_loop(tracker),
        "latest_action": tracker.latest_action,
        "latest_action_name": tracker.latest_action_name,
    }


def _first_sent(events: list[Event]) -> int:
    """Where the message before this one begins; the requests of one message are one turn."""
    starts: list[int] = []
    message = None
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, UserUttered):
            if starts and event.message_id == message:
                starts[-1] = index
            elif len(starts) == SENT_TURNS:
                break
            else:
                starts.append(index)
            message = event.message_id
    return starts[-1] if len(starts) == SENT_TURNS else 0


def _sent_message(message: UserUttered | None) -> dict[str, Json]:
    if message is None:
        return {}
    sent = {
        "text": message.text,
        "intent": message.intent,
        "entities": message.entities,
        "message_id": message.message_id,
        "metadata": message.metadata,
    }
    ranking: list[Json] = message.parse_data.get("intent_ranking") or []
    return {**sent, "intent_ranking": ranking[:SENT_RANKING]} if ranking else sent


def _sent_event(event: Event) -> dict[str, Json]:
    if isinstance(event, UserUttered):
        return {
            "event": "user",
            "timestamp": event.timestamp,
            "text": event.text,
            "parse_data": _sent_message(event),
            "input_channel": event.input_channel,
            "message_id": event.message_id,
            "metadata": event.metadata,
        }
    return event.as_dict()


def _sent_loop(tracker: DialogueStateTracker) -> dict[str, Json]:
    loop = tracker.active_loop
    if loop is None:
        return {}
    return {
        "name": loop.name,
        "is_interrupted": loop.is_interrupted,
        "rejected": loop.rejected,
        "trigger_message": None,
    }
