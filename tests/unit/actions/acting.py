"""Runs one action the way the engine does: a tracker goes in, events and responses come out."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml
from rasa_sdk.executor import ActionExecutor

from actions.registry import build_actions
from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.sessions import WebSession
from crm_store.use_cases.conversations import accept_message
from crm_store.use_cases.sessions import identify_web_session, open_web_session
from crm_store.use_cases.unit_of_work import Store

WIDGET = "demo"
Json = dict[str, Any]


def _fillable(variation: Json) -> list[str]:
    return [variation["text"], *(button["payload"] for button in variation.get("buttons", []))]


RESPONSES: dict[str, list[Json]] = {
    name: variations
    for path in sorted((Path(__file__).resolve().parents[3] / "data" / "responses").glob("*.yml"))
    for name, variations in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items()
}
PLACEHOLDERS = {
    name: {part[1] for text in _fillable(variations[0]) for part in string.Formatter().parse(text) if part[1]}
    for name, variations in RESPONSES.items()
}


def entity(name: str, value: str, text: str = "", written: str | None = None) -> Json:
    """An entity as the engine gives it; with `text`, where it stands in it."""
    start = text.index(written or value) if text else 0
    return {"entity": name, "value": value, "start": start, "end": start + len(written or value)}


@dataclass
class Outcome:
    """What an action answered."""

    responses: list[Json]
    events: list[Json]

    @property
    def said(self) -> list[str]:
        """Names of the responses, in order."""
        return [response["response"] for response in self.responses]

    @property
    def slots(self) -> Json:
        """The slots it set."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def next_action(self) -> str | None:
        """What it wants to run next."""
        return next((event["name"] for event in self.events if event["event"] == "followup"), None)

    @property
    def buttons(self) -> list[Json]:
        return [button for response in self.responses for button in response["buttons"]]


@dataclass
class Message:
    """What the customer wrote, as understood."""

    intent: str
    text: str = ""
    entities: Sequence[Json] = ()
    ranking: Sequence[str] = ()
    confidence: float = 0.9


@dataclass
class Dialogue:
    """Where the dialogue stands when the action runs."""

    slots: Json = field(default_factory=dict)
    form: str | None = None
    asked: str | None = None
    begins: bool = False
    ran_before: Sequence[str] = ()


class Acting:
    """One customer's side of the actions."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self._executor = ActionExecutor()
        for action in build_actions(store, clock):
            self._executor.register_action(action)
        self._session: WebSession | None = None
        self.message_id = uuid4()

    async def visit(self, persona: str | None) -> None:
        """Open the shop's page; logged in as `persona`, or anonymous."""
        self._session = await open_web_session(self.store, widget=WIDGET)
        if persona:
            self._session = await identify_web_session(
                self.store, widget=WIDGET, token=self._session.token, subject=persona
            )

    @property
    def conversation_id(self) -> UUID:
        assert self._session is not None, "visit() first"
        return self._session.conversation_id

    async def run(self, action: str, message: Message, dialogue: Dialogue | None = None) -> Outcome:
        """Run `action` on a new message."""
        assert self._session is not None, "visit() first"
        accepted = await accept_message(
            self.store,
            IncomingMessage(
                channel="web",
                account=WIDGET,
                identity_id=self._session.identity_id,
                conversation_id=self.conversation_id,
                external_id=str(uuid4()),
                text=message.text or message.intent,
                choice_id=None,
            ),
        )
        self.message_id = accepted.id
        return await self.run_again(action, message, dialogue)

    async def run_again(self, action: str, message: Message, dialogue: Dialogue | None = None) -> Outcome:
        """Run `action` on the message of the last run, as the engine does after a failure."""
        tracker = _tracker(self.conversation_id, self.message_id, message, dialogue or Dialogue())
        call = {"next_action": action, "tracker": tracker, "domain": {}}
        result = await self._executor.run(call)
        for response in result.responses:
            _check_filled(response)
        return Outcome(result.responses, result.events)


def _check_filled(response: Json) -> None:
    """Rasa shows `{number}` to the customer when an action forgets it; None and {} would be shown as well."""
    wanted = PLACEHOLDERS[response["response"]]
    missing = {name for name in wanted if not isinstance(response.get(name), str) or not response[name]}
    assert not missing, f"{response['response']} lacks {missing}"
    assert not any("{" in str(button["title"]) for button in response["buttons"])


def _tracker(conversation: UUID, message_id: UUID, message: Message, dialogue: Dialogue) -> Json:
    events: list[Json] = [
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": message.text},
    ]
    events += [{"event": "action", "name": name} for name in dialogue.ran_before]
    if dialogue.begins:
        events.append({"event": "active_loop", "name": dialogue.form})
    slots = {"language": "en", "requested_slot": dialogue.asked, **dialogue.slots}
    return {
        "sender_id": str(conversation),
        "slots": slots,
        "latest_message": {
            "text": message.text,
            "intent": {"name": message.intent, "confidence": message.confidence},
            "intent_ranking": [{"name": name, "confidence": 0.2} for name in message.ranking],
            "entities": list(message.entities),
            "message_id": str(message_id),
            "metadata": {"message_id": str(message_id)},
        },
        "events": events,
        "active_loop": {"name": dialogue.form} if dialogue.form else {},
        "latest_action_name": "action_listen",
    }
