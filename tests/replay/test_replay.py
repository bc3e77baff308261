"""The same conversations through unmodified Rasa and through the engine: same replies, actions and slots.

The reference is Rasa's own Agent with its own processor, graph runner, policies and tracker, which keeps the
whole conversation in memory; the engine gets nothing but its bounded state from one turn to the next.
"""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import Action
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecutionRejected, BotUttered, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.engine.facts import FACTS
from bot.engine.loading import LoadedEngine
from bot.engine.processor import TurnProcessor
from bot.engine.requests import Choice, TurnRequest
from bot.engine.state import restore_tracker
from bot.engine.turn import _chosen
from bot.engine.typed_buttons import typed_choice
from tests.unit.engine.fake_actions import FakeActions
from tests.unit.engine.tiny import ACTIONS_SECRET, NO_FACTS

Json = Any

CONVERSATIONS: dict[str, list[str]] = {
    "small talk": ["hello there", "thank you", "well done", "what is the return policy"],
    "custom action": ["where is my order", "where is order KT-10001 now", "run it twice now", "be silent"],
    "form": ["cancel my order", "it is KT-10001", "because it came late", "yes please", "thank you"],
    "form refused value": ["cancel my order", "it is KT-20002", "it is KT-10001", "changed my mind", "no"],
    "form started with its answer": ["please cancel order KT-10234", "because it came late", "yes"],
    "form interrupted": [
        "cancel my order",
        "what is the return policy",
        "it is KT-10001",
        "what is the return policy",
        "hello there",
        "because it came late",
        "what is the return policy",
        "yes",
        "thank you",
    ],
    "form left": [
        "cancel my order",
        "it is KT-10001",
        "stop this",
        "where is my order",
        "cancel my order",
        "stop",
    ],
    "form left and begun again": [
        "cancel my order",
        "stop this",
        "cancel my order",
        "it is KT-10001",
        "because it came late",
        "yes",
        "cancel my order",
        "it is KT-10234",
        "changed my mind",
        "no",
    ],
    "form not understood": [
        "cancel my order",
        "order policy thanks stop",
        "it is KT-10001",
        "because it came late",
        "yes",
    ],
    "stories": [
        "red colour",
        "well done",
        "red colour",
        "thank you",
        "red colour",
        "well done",
        "red colour",
    ],
    "story through rules": ["well done", *["thank you"] * 7, "red colour"],
    "fallback affirmed": ["order policy thanks stop", "/greet", "thank you"],
    "fallback rephrased": ["order policy thanks stop", "/out_of_scope", "thank you", "hello there"],
    "fallback twice": [
        "order policy thanks stop",
        "/out_of_scope",
        "order policy thanks stop",
        "/out_of_scope",
        "thank you",
    ],
    "fallback in a row": [
        "order policy thanks stop",
        "order policy thanks stop",
        "thank you",
        "order policy thanks stop",
        "hello",
    ],
    "nothing suits": ["/affirm", "yes", "hello there", "/deny", "well done", "/affirm", "red colour"],
    "buttons": [
        '/track_order{"order_number": "KT-10003"}',
        "/thank",
        "/cancel_order",
        '/inform{"order_number": "KT-10007"}',
    ],
    "restart": [
        "cancel my order",
        "it is KT-10001",
        "/restart",
        "where is my order",
        "it is KT-10001",
        "hello there",
    ],
    "back": ["where is order KT-10001 now", "well done", "/back", "thank you", "red colour"],
}
PHRASES = sorted({line for lines in CONVERSATIONS.values() for line in lines})


def _wandering(phrases: list[str], seed: int, turns: int) -> list[str]:
    return random.Random(seed).choices(phrases, k=turns)  # reproducible


CONVERSATIONS.update({f"wandering {seed}": _wandering(PHRASES, seed, 40) for seed in range(3)})
# Without those that begin again or undo, what happened long ago matters longer.
ONWARD = [phrase for phrase in PHRASES if phrase not in ("/restart", "/back", "stop", "stop this")]
CONVERSATIONS.update({f"wandering onward {seed}": _wandering(ONWARD, seed, 60) for seed in range(3)})


class Watched:
    """Notes what Rasa's processor does, changing nothing."""

    def __init__(self, processor: MessageProcessor) -> None:
        self.actions: list[str] = []
        self.uttered: list[BotUttered] = []
        self._run_action = processor._run_action
        self._send_bot_messages = processor._send_bot_messages
        processor._run_action = self.run_action
        processor._send_bot_messages = self.send_bot_messages

    async def run_action(
        self, action: Action, tracker: DialogueStateTracker, *others: Json, **named: Json
    ) -> bool:
        going_on = await self._run_action(action, tracker, *others, **named)
        if not isinstance(tracker.events[-1], ActionExecutionRejected):
            self.actions.append(action.name())
        return going_on

    async def send_bot_messages(self, events: list[Event], *others: Json) -> None:
        self.uttered += [event for event in events if isinstance(event, BotUttered)]
        await self._send_bot_messages(events, *others)


class Rasa:
    """Unmodified Rasa."""

    def __init__(self, agent: Agent, watched: Watched, conversation: str) -> None:
        self._agent = agent
        self._watched = watched
        self._conversation = conversation
        self._begun = False

    async def say(self, line: str) -> dict[str, Json]:
        message = UserMessage(line, CollectingOutputChannel(), self._conversation, message_id="m")
        choice = _choice(line) if line.startswith("/") else await self._typed(line)
        if choice is not None:
            # As a click on a button: Rasa's own way to hand over what is already understood.
            message.parse_data = _chosen(choice)
            message.text = message.parse_data["text"]
        self._watched.actions.clear()
        self._watched.uttered.clear()
        await self._agent.handle_message(message)
        tracker = await self._agent.tracker_store.retrieve(self._conversation)
        assert tracker is not None
        actions = self._watched.actions[0 if self._begun else 1 :]  # the first of all starts the session
        self._begun = True
        return {
            "replies": _replies(self._watched.uttered),
            "actions": actions,
            "slots": _slots(tracker.current_slot_values()),
            "loop": tracker.active_loop_name,
            "rejected": tracker.is_active_loop_rejected,
            "latest_action": tracker.latest_action_name,
        }

    async def _typed(self, line: str) -> Choice | None:
        """The button whose title was typed: what the engine adds to Rasa before anything is understood."""
        tracker = await self._agent.tracker_store.retrieve(self._conversation)
        return typed_choice(line, tracker.events) if tracker is not None else None


class Kotha:
    """The engine, with nothing but its state between turns."""

    def __init__(self, loaded: LoadedEngine, conversation: str) -> None:
        self._turns = loaded.turns
        self._conversation = conversation
        self._state: Json = None

    async def say(self, line: str) -> dict[str, Json]:
        answer = await self._turns.run(self._request(line))
        self._state = answer["state"]
        tracker = restore_tracker(self._conversation, self._state, self._turns._processor.domain)
        return {
            "replies": [(reply["text"], reply["response"], reply["card"]) for reply in answer["replies"]],
            "actions": answer["actions"],
            "slots": _slots(tracker.current_slot_values()),
            "loop": tracker.active_loop_name,
            "rejected": tracker.is_active_loop_rejected,
            "latest_action": tracker.latest_action_name,
        }

    def _request(self, line: str) -> TurnRequest:
        if not line.startswith("/"):
            return TurnRequest(self._conversation, "m", line, None, self._state, NO_FACTS)
        return TurnRequest(self._conversation, "m", None, _choice(line), self._state, NO_FACTS)


def _choice(line: str) -> Choice:
    intent, brace, entities = line[1:].partition("{")
    return Choice(intent, json.loads(brace + entities) if brace else {})


def _replies(uttered: list[BotUttered]) -> list[tuple[Json, Json, Json]]:
    return [
        (event.text or None, event.metadata.get("utter_action"), (event.data.get("custom") or {}).get("card"))
        for event in uttered
    ]


def _slots(values: dict[str, Json]) -> dict[str, Json]:
    return {
        name: value
        for name, value in values.items()
        if name not in FACTS and name != "session_started_metadata"
    }


@pytest.fixture(scope="session")
def agent(model: Path, action_server: FakeActions) -> Iterator[Agent]:
    endpoint = EndpointConfig(action_server.url, headers={"Authorization": f"Bearer {ACTIONS_SECRET}"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield Agent.load(str(model), action_endpoint=endpoint)


@pytest.fixture(scope="session")
def watched(agent: Agent) -> Watched:
    assert agent.processor is not None
    return Watched(agent.processor)


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_same_as_unmodified_rasa(
    agent: Agent, watched: Watched, engine: LoadedEngine, name: str
) -> None:
    rasa, kotha = Rasa(agent, watched, name), Kotha(engine, name)
    for number, line in enumerate(CONVERSATIONS[name]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = await rasa.say(line)
        assert await kotha.say(line) == expected, f"turn {number}: {line!r}"


async def test_reference_is_not_ours(agent: Agent) -> None:
    """Guards the test itself: the reference must be Rasa's own classes."""
    assert agent.processor is not None
    assert not isinstance(agent.processor, TurnProcessor)
    assert type(agent.processor.graph_runner).__name__ == "DaskGraphRunner"
    assert ACTION_SESSION_START_NAME in agent.domain.action_names_or_texts
