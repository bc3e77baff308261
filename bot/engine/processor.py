"""One turn with Rasa's message processing.

TurnProcessor keeps the order and meaning of `rasa.core.processor.MessageProcessor` of Rasa 3.6.21 (pinned: it
overrides private methods) and replaces what costs or hides errors:

  * no tracker store and no lock: the tracker comes in and goes out;
  * a failing action fails the turn (Rasa logs it and goes on without its events);
  * a loop of actions fails the turn (Rasa stops and keeps silent);
  * actions come from a book made once, the graph runs without dask;
  * nothing is deep-copied for debug logs, which stay off.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rasa.core.actions.action import (
    Action,
    ActionBotResponse,
    ActionExecutionRejection,
    ActionListen,
    RemoteAction,
    create_bot_utterance,
)
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import ACTION_EXTRACT_SLOTS, REQUESTED_SLOT
from rasa.shared.core.events import ActionExecutionRejected, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.engine.action_book import ActionBook
from bot.engine.action_server import ActionServer
from bot.engine.answers import KothaResponses
from bot.engine.components.situation import ASKED, FORM
from bot.engine.errors import TurnFailed
from bot.engine.graph_runner import PlainGraphRunner, without_commands
from bot.engine.serving_storage import ServingModelStorage
from bot.engine.tracker import TurnTracker

CHANNEL = "kotha"  # what responses with a `channel:` see; the engine knows no real channel
MAX_PREDICTIONS = 10  # Rasa's own default: more actions in one turn are a loop

# Actions that only read the tracker they are given; they need no copy of it (forms try slots out in theirs).
READING = (ActionListen, ActionBotResponse, RemoteAction)

Json = Any  # what JSON can hold


@dataclass(frozen=True)
class Heard:
    """A text and the conversation it was said in, which tells what question it may answer."""

    text: str
    tracker: DialogueStateTracker


@dataclass
class TurnOutput(OutputChannel):
    """Collects what one turn says and does, and how long its parts took."""

    replies: list[BotUttered] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    predict_ms: float = 0.0
    actions_ms: float = 0.0

    @classmethod
    def name(cls) -> str:
        return CHANNEL


class TurnProcessor(MessageProcessor):
    """Understands one message, predicts and runs actions on the tracker it is given."""

    def __init__(self, model: Path, server: ActionServer) -> None:
        super().__init__(
            model,
            tracker_store=None,  # nothing that this class keeps of Rasa reads the two stores
            lock_store=None,
            generator=None,  # set below: it needs the model's domain
            max_number_of_predictions=MAX_PREDICTIONS,
        )
        self.nlg = KothaResponses(self.domain.responses)
        self._book = ActionBook(self.domain, server)
        self._understanding = without_commands(
            self.model_metadata.predict_schema, self.model_metadata.nlu_target
        )

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        """Of the unpacked model, with the plain runner and without the graph for training."""
        folder = Path(model_path)
        storage = ServingModelStorage.of(folder)
        return folder.name, storage.metadata, PlainGraphRunner.serving(storage)

    def understand(self, heard: Sequence[Heard]) -> list[dict[str, Json]]:
        """The parse data of each text, all understood in one go; a leading "/" means nothing (CH4)."""
        texts = [UserMessage(one.text, _NOWHERE, metadata=_question(one.tracker)) for one in heard]
        messages = self.graph_runner.run({PLACEHOLDER_MESSAGE: texts}, [self._understanding])[
            self._understanding
        ]
        return [self._parse_data(message) for message in messages]

    def _parse_data(self, message: Message) -> dict[str, Json]:
        parsed: dict[str, Json] = {"text": "", "intent": {"name": None, "confidence": 0.0}, "entities": []}
        parsed.update(message.as_dict(only_output_properties=True))
        for intent in (parsed["intent"], *parsed.get("intent_ranking", ())):
            intent["confidence"] = float(
                intent["confidence"]
            )  # components give numpy's numbers, JSON has none
        self._update_full_retrieval_intent(parsed)
        return parsed

    async def begin(self, tracker: TurnTracker, output: TurnOutput) -> None:
        """Start a session when the dialogue is new or the last message was too long ago."""
        await self._update_tracker_session(tracker, output)
        output.actions.clear()  # the start of a session is not something the bot did about this message

    async def answer(self, tracker: TurnTracker, output: TurnOutput) -> None:
        """Fill slots from the latest message, then act until the policies want to listen."""
        await self.run_action_extract_slots(output, tracker)
        await self._run_prediction_loop(output, tracker)

    async def say(
        self,
        response: str,
        tracker: DialogueStateTracker,
        output: TurnOutput,
        *,
        at: int | None = None,
        **values: str,
    ) -> None:
        """Say a response of the domain as reply number `at` (the last by default)."""
        message = await self.nlg.generate(response, tracker, CHANNEL, **values)
        if message is None:
            return  # the model has no such response, which the log says
        uttered = create_bot_utterance({"utter_action": response, **message})
        tracker.update(uttered)
        output.replies.insert(len(output.replies) if at is None else at, uttered)

    async def run_first(self, name: str, tracker: TurnTracker, output: TurnOutput) -> None:
        """Run an action before the message is looked at; for the policies it has not happened."""
        if name not in self.domain.action_names_or_texts:
            return  # the model is older than the action
        action = self._book.action(name)
        started = time.perf_counter()
        events = await action.run(output, self.nlg, tracker, self.domain)
        output.actions_ms += (time.perf_counter() - started) * 1000
        output.actions.append(name)
        await self.execute_side_effects(events, tracker, output)
        tracker.update_with_events(events, self.domain)

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """As Rasa's, without deep-copying the events for a debug line."""
        action = self._book.action(ACTION_EXTRACT_SLOTS)
        started = time.perf_counter()
        events = await action.run(output_channel, self.nlg, tracker, self.domain)
        output_channel.actions_ms += (time.perf_counter() - started) * 1000
        await self.execute_side_effects(events, tracker, output_channel)
        tracker.update_with_events(events, self.domain)
        return tracker

    def _get_action(self, action_name: str) -> Action:
        return self._book.action(action_name)

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> tuple[Action, PolicyPrediction]:
        """As Rasa's, with the action from the book."""
        if self.is_action_limit_reached(
            tracker, self.should_predict_another_action(tracker.latest_action_name)
        ):
            raise ActionLimitReached("too many actions in one turn")
        prediction = self._predict_next_with_tracker(tracker)
        name = self.domain.action_names_or_texts[prediction.max_confidence_index]
        return self._book.action(name), prediction

    async def _run_prediction_loop(self, output_channel: TurnOutput, tracker: DialogueStateTracker) -> None:
        """As Rasa's; too many actions fail the turn instead of ending it in silence."""
        going_on = True
        while going_on and self._should_handle_message(tracker):
            started = time.perf_counter()
            try:
                action, prediction = self.predict_next_with_tracker_if_should(tracker)
            except ActionLimitReached as error:
                raise TurnFailed(f"more than {self.max_number_of_predictions} actions in one turn") from error
            output_channel.predict_ms += (time.perf_counter() - started) * 1000
            if prediction.is_end_to_end_prediction:
                await self.run_action_extract_slots(output_channel, tracker)
            going_on = await self._run_action(action, tracker, output_channel, self.nlg, prediction)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: TurnOutput,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """As Rasa's; an exception fails the turn instead of losing the action's events."""
        temporary = tracker
        if prediction.events or not isinstance(action, READING):
            temporary = tracker.copy()  # the policy's events are discarded when the action declines
            temporary.update_with_events(prediction.events, self.domain)
        started = time.perf_counter()
        try:
            events = await action.run(output_channel, nlg, temporary, self.domain)
        except ActionExecutionRejection:
            tracker.update(
                ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence)
            )
            return self.should_predict_another_action(action.name())
        finally:
            output_channel.actions_ms += (time.perf_counter() - started) * 1000
        output_channel.actions.append(action.name())
        self._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events):
            await self.run_action_extract_slots(output_channel, tracker)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: Sequence[Event] | None,
        prediction: PolicyPrediction,
    ) -> None:
        """As Rasa's, without deep copies for debug lines."""
        events = list(events or ())
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    async def execute_side_effects(
        self, events: Sequence[Event], tracker: DialogueStateTracker, output_channel: TurnOutput
    ) -> None:
        """Collect the replies. Reminders are not the engine's: it keeps nothing between turns."""
        output_channel.replies += [event for event in events if isinstance(event, BotUttered)]


def _question(tracker: DialogueStateTracker) -> dict[str, Json]:
    """What the customer was asked: "2" picks something in one form and counts in another."""
    form = tracker.active_loop_name
    return {FORM: form, ASKED: tracker.get_slot(REQUESTED_SLOT)} if form else {}


_NOWHERE = TurnOutput()  # UserMessage makes an output channel of its own when it gets none
