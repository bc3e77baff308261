"""The tracker of one turn: Rasa's, without doing the same work again for every prediction and action."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.event_kinds import REWRITING, all_count
from bot.engine.past_states import PastStates, Said

Json = Any  # what JSON can hold


class TurnTracker(DialogueStateTracker):
    """DialogueStateTracker of Rasa 3.6.21 with a cheap copy and remembered states.

    Rasa replays every event for each copy (one per action), filters all events for each question about them,
    and replays and featurises the conversation two or three times for each prediction.
    """

    def __init__(self, sender_id: str, slots: Iterable[Slot]) -> None:
        self._counting: list[Event] | None = None
        self._past: dict[tuple[bool, bool, int | None], PastStates] = {}
        self._said: Said = {}
        self.wanted_states: int | None = None  # how many of the latest states whoever asks looks at; all
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
        if self.model_id or self.assistant_id:  # which it would write into the event; an engine's has neither
            super().update(event, domain)
        else:
            self.events.append(event)
            event.apply_to(self)

    def applied_events(self) -> list[Event]:
        """As Rasa's, worked out only when an event changes which earlier ones count."""
        if self._counting is None:
            self._counting = list(self.events) if all_count(self.events) else super().applied_events()
        return self._counting.copy()

    def past_states(
        self,
        domain: Domain,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Json] | None = None,
    ) -> list[State]:
        """As Rasa's; states of earlier actions are worked out once per turn."""
        key = (omit_unset_slots, ignore_rule_only_turns, self.wanted_states)
        past = self._past.get(key)
        if past is None:
            past = self._past[key] = PastStates(
                domain,
                self.slots.values(),
                omit_unset_slots,
                rule_only_data if ignore_rule_only_turns else None,
                ignore_rule_only_turns,
                self._said,
                self.wanted_states,
            )
        return past.states(self._counting if self._counting is not None else self.applied_events())

    def _rewrites(self, event: Event) -> bool:
        if type(event) is ActionExecuted:
            return any(type(past) is ActiveLoop and past.name == event.action_name for past in self.events)
        return type(event) in REWRITING


def copy_slot(slot: Slot) -> Slot:
    """What copy.copy does, without its detour through pickling."""
    twin = slot.__class__.__new__(slot.__class__)
    twin.__dict__.update(slot.__dict__)
    return twin
