"""The states policies look at, one for each past action and one for now.

Replaces `Domain.states_for_tracker_history` of Rasa 3.6.21, which replays the conversation for each question.
The states of past actions do not change (whatever undoes an action makes the tracker forget them), so each
question only adds what has happened since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rasa.shared.core.constants import ACTIVE_LOOP, PREVIOUS_ACTION, SLOTS, USER
from rasa.shared.core.domain import Domain, State, SubState
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

Json = Any  # what JSON can hold
# What a message adds to a state, by the message's identity and how it is to be read.
Said = dict[tuple[int, bool | None], tuple[UserUttered | None, SubState]]


class _Replay(DialogueStateTracker):
    """Replays events for their states only: slots without features are not there."""

    def _set_slot(self, key: str, value: Json) -> None:
        slot = self.slots.get(key)
        if slot is not None:
            slot.value = value


class PastStates:
    """Rasa's algorithm, which can go on where it stopped."""

    def __init__(
        self,
        domain: Domain,
        slots: Iterable[Slot],
        omit_unset_slots: bool,
        rule_only_data: dict[str, Json] | None,
        ignore_rule_only_turns: bool,
        said: Said,
        wanted: int | None = None,
    ) -> None:
        """`wanted`: how many of the latest states are asked for; None for all."""
        self._domain = domain
        self._omit_unset_slots = omit_unset_slots
        self._rule_only_data = rule_only_data
        self._ignore_rule_only_turns = ignore_rule_only_turns
        self._replay = _Replay("", [slot for slot in slots if slot.has_features()])
        self._said = said
        # States that hide turns made by rules are made of one another: there each is needed for the next.
        self._wanted = None if ignore_rule_only_turns else wanted
        self._replayed = 0
        self._states: list[State] = []
        self._last_ml_action: SubState | None = None
        self._was_hidden = False

    def states(self, events: Sequence[Event]) -> list[State]:
        """The states for `events`, which begin with those given before; the caller may change the states."""
        new = events[self._replayed :]
        left = sum(type(event) is ActionExecuted for event in new)
        for event in new:
            if type(event) is ActionExecuted:
                if self._wanted is None or left < self._wanted:
                    self._add_state(event.hide_rule_turn)
                left -= 1
            event.apply_to(self._replay)
        self._replayed = len(events)
        states = [*self._states, *self._present()]
        return [_copied(state) for state in states[-(self._wanted or len(states)) :]]

    def _present(self) -> list[State]:
        """The state now, which the next event may still change."""
        remembered = self._states, self._last_ml_action, self._was_hidden
        self._states = self._states[-1:]
        before = len(self._states)
        self._add_state(hidden=False)
        present = self._states[before:]
        self._states, self._last_ml_action, self._was_hidden = remembered
        return present

    def _add_state(self, hidden: bool) -> None:
        """One round of `states_for_tracker_history`."""
        replay, domain = self._replay, self._domain
        if self._ignore_rule_only_turns:
            if not self._was_hidden:
                self._last_ml_action = domain._get_prev_action_sub_state(replay)
            if not replay.followup_action and replay.latest_action_name != replay.active_loop_name:
                self._was_hidden = hidden
            if self._was_hidden:
                return
        state = self._active_state()
        if self._ignore_rule_only_turns:
            domain._remove_rule_only_features(state, self._rule_only_data)
            if self._states:
                domain._substitute_rule_only_user_input(state, self._states[-1])
            if self._last_ml_action:
                state[PREVIOUS_ACTION] = self._last_ml_action
        self._states.append(domain._clean_state(state))

    def _active_state(self) -> State:
        """As `Domain.get_active_state`, before empty parts are left out; a message is looked at once."""
        replay, domain = self._replay, self._domain
        message = replay.latest_message
        key = (id(message), message.use_text_for_featurization if message else None)
        found = self._said.get(key)
        if found is None:  # kept with the message, so that no other one gets its identity
            found = self._said[key] = (message, domain._get_user_sub_state(replay))
        return {
            USER: found[1].copy(),
            SLOTS: domain._get_slots_sub_state(replay, omit_unset_slots=self._omit_unset_slots),
            PREVIOUS_ACTION: domain._get_prev_action_sub_state(replay),
            ACTIVE_LOOP: domain._get_active_loop_sub_state(replay),
        }


def _copied(state: State) -> State:
    return {part: dict(values) for part, values in state.items()}
