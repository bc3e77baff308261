"""The requests of one message, answered one after the other within its turn.

A request that asks something back (opens a form) comes last. When still another one waits behind it, the
customer is told so, the rest is kept in the slot `pending_requests`, and it is taken up in the turn that ends
the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rasa.shared.core.events import SlotSet, UserUttered

from bot.engine.processor import TurnOutput, TurnProcessor
from bot.engine.splitting import Parsed
from bot.engine.tracker import TurnTracker

PENDING_SLOT = "pending_requests"  # a model that lacks it has one request a message
SAY_LATER = "utter_requests_later"
SAY_NOW = "utter_request_now"
QUOTED_CHARS = 80  # of the customer's own words; enough to know which question is meant
KEPT_TEXT = 400  # of a request that waits; the dialogue state is bounded

UserEvent = Callable[[Parsed], UserUttered]


class Agenda:
    """Works off requests on one tracker."""

    def __init__(
        self, processor: TurnProcessor, tracker: TurnTracker, output: TurnOutput, user_event: UserEvent
    ) -> None:
        self._processor = processor
        self._tracker = tracker
        self._output = output
        self._user_event = user_event

    async def work_off(self, requests: Sequence[Parsed]) -> None:
        """Answer every request; what waited for a form comes after it."""
        waiting = self._forms_last(requests)
        while waiting:
            said = len(self._output.replies)
            await self._answer(waiting.pop(0))
            if not self._tracker.active_loop_name:
                waiting = waiting or await self._take_up()
            elif waiting:
                await self._put_off(waiting, said)
                return

    async def _answer(self, request: Parsed) -> None:
        self._tracker.update(self._user_event(request))
        await self._processor.answer(self._tracker, self._output)

    def _forms_last(self, requests: Sequence[Parsed]) -> list[Parsed]:
        if len(requests) < 2:
            return list(requests)
        return sorted(requests, key=self._opens_form)

    def _opens_form(self, request: Parsed) -> bool:
        trial = self._tracker.copy()
        trial.update(self._user_event(request))
        action, _ = self._processor.predict_next_with_tracker_if_should(trial)
        return action.name() in self._processor.domain.form_names

    async def _put_off(self, waiting: Sequence[Parsed], at: int) -> None:
        """Keep the rest, and say so before what the form asks."""
        kept = [*self._pending(), *map(_kept, waiting)]
        self._tracker.update(SlotSet(PENDING_SLOT, kept))
        words = _quoted(" … ".join(request["text"] for request in waiting))
        await self._processor.say(SAY_LATER, self._tracker, self._output, at=at, request=words)

    async def _take_up(self) -> list[Parsed]:
        """The next request that waited for a form, announced to the customer."""
        pending = self._pending()
        if not pending:
            return []
        request, *later = pending
        self._tracker.update(SlotSet(PENDING_SLOT, later or None))
        await self._processor.say(SAY_NOW, self._tracker, self._output, request=_quoted(request["text"]))
        return [request]

    def _pending(self) -> list[Parsed]:
        slot = self._tracker.slots.get(PENDING_SLOT)
        return list(slot.value or ()) if slot is not None else []


def _kept(request: Parsed) -> dict[str, Any]:
    """What is needed to answer it later, in few bytes."""
    entities = [{key: entity[key] for key in ("entity", "value")} for entity in request["entities"]]
    text = request["text"][:KEPT_TEXT]
    return {"text": text, "intent": request["intent"], "entities": entities, "intent_ranking": []}


def _quoted(text: str) -> str:
    text = " ".join(text.split()).rstrip(".;।,")
    return text if len(text) <= QUOTED_CHARS else f"{text[:QUOTED_CHARS]}…"
