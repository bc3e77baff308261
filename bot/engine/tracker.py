"""The tracker of one turn: Rasa's, without doing the same work again for every prediction and action."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.past_states import PastStates

Json = Any  # what JSON can hold

# Events that change which earlier events count; after any other, the new event is simply one more.
_REWRITING = (ActiveLoop, ActionReverted, Restarted, SessionStarted, UserUtteranceReverted)


class TurnTracker(DialogueStateTracker):
    """DialogueStateTracker of Rasa 3.6.21 with a cheap copy and remembered states.

    Rasa replays every event for each copy (one per action), filters all events for each question about them,
    and replays and featurises the conversation two or three times for each prediction.
    """

    def __init__(self, sender_id: str, slots: Iterable[Slot]) -> None:
        self._counting: list[Event] | None = None
        self._past: dict[tuple[bool, bool], PastStates] = {}
        super().__init__(sender_id, ())
        self.slots = {slot.name: copy_slot(slot) for slot in slots}

    def copy(self) -> TurnTracker:
        """The same state in a tracker of its own.

        Events are shared (Rasa shares them too: they do not change once logged); what they change is copied.
        """
        twin = TurnTracker.__new__(TurnTracker)
        twin.__dict__.update(self.__dict__)
        twin.events = self.events.copy()
        twin.slots = {name: copy_slot(slot) for name, slot in self.slots.items()}
        twin._counting = None
        twin._past = {}
        if self.active_loop is not None:
            twin.active_loop = dataclasses.replace(self.active_loop)
        return twin

    def update(self, event: Event, domain: Domain | None = None) -> None:
        """As Rasa's; what was remembered is brought up to date or forgotten."""
        if self._counting is not None:
            if self._rewrites(event):
                self._counting = None
                self._past.clear()
            else:
                self._counting.append(event)
        super().update(event, domain)

    def applied_events(self) -> list[Event]:
        """As Rasa's, worked out only when an event changes which earlier ones count."""
        if self._counting is None:
            self._counting = super().applied_events()
        return self._counting.copy()

    def past_states(
        self,
        domain: Domain,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Json] | None = None,
    ) -> list[State]:
        """As Rasa's; states of earlier actions are worked out once per turn."""
        key = (omit_unset_slots, ignore_rule_only_turns)
        past = self._past.get(key)
        if past is None:
            past = self._past[key] = PastStates(
                domain,
                self.slots.values(),
                omit_unset_slots,
                rule_only_data if ignore_rule_only_turns else None,
                ignore_rule_only_turns,
            )
        return past.states(self._counting if self._counting is not None else self.applied_events())

    def _rewrites(self, event: Event) -> bool:
        if isinstance(event, ActionExecuted):
            loops = {past.name for past in self.events if type(past) is ActiveLoop}
            return event.action_name in loops
        return isinstance(event, _REWRITING)


def copy_slot(slot: Slot) -> Slot:
    """What copy.copy does, without its detour through pickling."""
    twin = slot.__class__.__new__(slot.__class__)
    twin.__dict__.update(slot.__dict__)
    return twin
