"""A turn: state and message in, replies and state out."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from rasa.shared.core.events import UserUttered

from bot.engine.agenda import PENDING_SLOT, Agenda
from bot.engine.errors import ActionsFailed, TurnFailed, UnreadableState
from bot.engine.facts import (
    DEFAULT_LANGUAGE,
    HANDED_BACK_FACT,
    LANGUAGES,
    MOOD_FACT,
    set_facts,
    spoken_language,
)
from bot.engine.follow_ups import LAST_SAID_SLOT, FollowUps
from bot.engine.metrics import Metrics
from bot.engine.mood_of_turn import mood_of_turn
from bot.engine.processor import CHANNEL, Heard, TurnOutput, TurnProcessor
from bot.engine.replies import replies_of
from bot.engine.requests import Choice, TurnRequest
from bot.engine.splitting import Piece, RequestSplitter, Understood
from bot.engine.state import LookBack, dump_state, restore_tracker
from bot.engine.tracker import TurnTracker
from bot.engine.typed_buttons import typed_choice
from bot.engine.waiting_texts import WaitingTexts

logger = logging.getLogger(__name__)

PICK_UP = "action_pick_up"  # a person had the conversation: say what they did, drop the form if told
ANSWERED_RANKING = 5  # the contract's
ENTITY_KEYS = ("entity", "value", "key", "start", "end", "role", "group")

Json = Any  # what JSON can hold


class Timings:
    """Milliseconds of the parts of one turn."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._parts: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what runs inside."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._parts[name] = (time.perf_counter() - began) * 1000

    def as_dict(self, output: TurnOutput) -> dict[str, float]:
        """The contract's `timings`."""
        measured = {
            "restore_ms": self._parts.get("restore", 0.0),
            "parse_ms": self._parts.get("parse", 0.0),
            "predict_ms": output.predict_ms,
            "actions_ms": output.actions_ms,
            "total_ms": (time.perf_counter() - self._began) * 1000,
        }
        return {name: round(value, 3) for name, value in measured.items()}


class TurnEngine:
    """Runs turns with one loaded model. Keeps nothing of a conversation."""

    def __init__(self, processor: TurnProcessor, look_back: LookBack, metrics: Metrics) -> None:
        self._processor = processor
        self._look_back = look_back
        self._metrics = metrics
        self._splitter = RequestSplitter()
        self._follow_ups = FollowUps.load()
        self._empty = restore_tracker("", None, processor.domain)
        self._waiting = WaitingTexts(self._understand_counted)

    def warm_up(self, text: str) -> None:
        """Parse a text and predict from it, so that the first customer does not pay for what is done once."""
        tracker = restore_tracker("warm-up", None, self._processor.domain)
        [parsed] = self._processor.understand([Heard(text, tracker)])
        tracker.update(_user_event(parsed, TurnRequest("warm-up", "warm-up", text, None, None, {})))
        self._processor.predict_next_with_tracker_if_should(tracker)

    def understand(self, text: str) -> Understood:
        """A text as the first message of a conversation."""
        text, pieces = self._pieces(text, self._empty)
        heard = _heard(text, pieces, self._empty)
        return self._requests(pieces, self._processor.understand(heard))

    async def run(self, request: TurnRequest) -> dict[str, Json]:
        """The answer of the contract. ActionsFailed or TurnFailed: there is no result."""
        try:
            return await self._run(request)
        except (ActionsFailed, TurnFailed):
            raise
        except Exception as error:
            # Whatever else breaks inside Rasa or a component is this one turn's failure, not the process's.
            logger.exception(
                "turn_broke", extra={"conversation": request.conversation, "message_id": request.message_id}
            )
            raise TurnFailed(f"{type(error).__name__} inside the engine") from error

    async def _run(self, request: TurnRequest) -> dict[str, Json]:
        timings, output = Timings(), TurnOutput()
        with timings.part("restore"):
            tracker = self._restore(request)
        with timings.part("parse"):
            understood = await self._understand(request, tracker)
        understanding = {**_understanding(understood, request), "model": self._processor.model_filename}
        facts = dict(request.facts)
        mood = mood_of_turn(understood.whole, tracker, facts.get(MOOD_FACT))
        if mood is not None:
            understanding["mood"] = mood
            facts[MOOD_FACT] = mood["conversation"]
        set_facts(tracker, facts, understanding["language"])
        await self._processor.begin(tracker, output)
        if facts.get(HANDED_BACK_FACT):
            await self._processor.run_first(PICK_UP, tracker, output)
        agenda = Agenda(self._processor, tracker, output, partial(_user_event, request=request))
        await agenda.work_off(understood.requests)
        replies = replies_of(output.replies)
        if not replies and set(output.actions) <= {"action_listen"}:
            raise TurnFailed("no action ran and nothing was said")
        return {
            "replies": replies,
            "state": self._dump(tracker),
            "understanding": understanding,
            "language": spoken_language(tracker) or DEFAULT_LANGUAGE,
            "actions": output.actions,
            "timings": timings.as_dict(output),
        }

    def _restore(self, request: TurnRequest) -> TurnTracker:
        domain = self._processor.domain
        try:
            return restore_tracker(request.conversation, request.state, domain)
        except UnreadableState as error:
            self._metrics.count("kotha_engine_states_unreadable_total")
            logger.error(
                "state_unreadable", extra={"conversation": request.conversation, "reason": str(error)}
            )
            return restore_tracker(request.conversation, None, domain)

    def _dump(self, tracker: TurnTracker) -> dict[str, Json] | None:
        state = dump_state(tracker, self._processor.domain, self._look_back)
        if state is None:
            self._metrics.count("kotha_engine_states_dropped_total")
            logger.error("state_dropped", extra={"conversation": tracker.sender_id})
        return state

    async def _understand(self, request: TurnRequest, tracker: TurnTracker) -> Understood:
        said = (request.text or "").strip()
        choice = request.choice or typed_choice(said, tracker.events)
        if choice is not None:
            chosen = _chosen(choice, said)
            return Understood(chosen, [chosen])
        text, pieces = self._pieces(said, tracker)
        heard = _heard(text, pieces, tracker)
        understood = self._requests(pieces, await self._waiting.understood(heard))
        return (
            understood if tracker.active_loop_name else self._follow_ups.read(understood, _last_said(tracker))
        )

    def _understand_counted(self, heard: Sequence[Heard]) -> list[dict[str, Json]]:
        began = time.thread_time()
        try:
            return self._processor.understand(heard)
        finally:
            self._metrics.observe_understanding(time.thread_time() - began)

    def _pieces(self, text: str, tracker: TurnTracker) -> tuple[str, list[Piece]]:
        """The text and what may be requests in it. Inside a form it is an answer, whatever it looks like."""
        text = text.strip()
        may_split = not tracker.active_loop_name and PENDING_SLOT in tracker.slots
        return text, self._splitter.pieces(text) if may_split else []

    def _requests(self, pieces: list[Piece], parses: list[dict[str, Json]]) -> Understood:
        whole, *others = parses
        return Understood(whole, self._splitter.requests(whole, pieces, others))


def _heard(text: str, pieces: Iterable[Piece], tracker: TurnTracker) -> list[Heard]:
    """The text, then each piece of it."""
    return [Heard(text, tracker), *(Heard(text[piece.start : piece.end], tracker) for piece in pieces)]


def _last_said(tracker: TurnTracker) -> list[str]:
    """The names of the last responses that answered something; a model may lack the slot."""
    slot = tracker.slots.get(LAST_SAID_SLOT)
    return [said.get("response", "") for said in (slot.value if slot else None) or ()]


def _chosen(choice: Choice, said: str = "") -> dict[str, Json]:
    """A choice in the shape of an understood text; `said` is what was typed, if anything was."""
    intent = {"name": choice.intent, "confidence": 1.0}
    end = len(said or choice.text)
    entities = [
        {"entity": name, "value": item, "start": 0, "end": end, "extractor": "choice"}
        for name, value in choice.entities.items()
        for item in (value if isinstance(value, list) else [value])
    ]
    return {"text": choice.text, "intent": intent, "entities": entities, "intent_ranking": [intent]}


def _user_event(parsed: dict[str, Json], request: TurnRequest) -> UserUttered:
    return UserUttered(
        parsed["text"],
        parsed["intent"],
        parsed["entities"],
        parsed,
        input_channel=CHANNEL,
        message_id=request.message_id,
        metadata={"message_id": request.message_id},
    )


def _understanding(understood: Understood, request: TurnRequest) -> dict[str, Json]:
    """The contract's `understanding`; positions count in the text as it was sent."""
    shift = len(request.text) - len(request.text.lstrip()) if request.text else 0
    entities = [
        {key: entity[key] for key in ENTITY_KEYS if entity.get(key) is not None}
        for entity in understood.whole["entities"]
    ]
    for entity in entities:
        entity.update({key: entity[key] + shift for key in ("start", "end") if key in entity})
    language = understood.whole.get("language")
    first = understood.requests[0]
    understanding = {
        **_ranked(first["intent"]),
        "entities": entities,
        "ranking": [_ranked(intent) for intent in first.get("intent_ranking", [])[:ANSWERED_RANKING]],
        "language": language if language in LANGUAGES else "",
    }
    if len(understood.requests) > 1:
        understanding["requests"] = [
            {**_ranked(part["intent"]), "text": part["text"]} for part in understood.requests
        ]
    return understanding


def _ranked(intent: dict[str, Json]) -> dict[str, Json]:
    return {"intent": intent.get("name"), "confidence": intent.get("confidence") or 0.0}
