"""The tracker of one turn."""

from __future__ import annotations

import dataclasses

from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class TurnTracker(DialogueStateTracker):
    """Rasa's tracker with a cheap copy."""

    def copy(self) -> TurnTracker:
        """The same state in a tracker of its own.

        Replaces `DialogueStateTracker.copy`, which replays every event for each action that runs. Events are
        shared (Rasa shares them too: they do not change once logged); what events change is copied.
        """
        twin = TurnTracker.__new__(TurnTracker)
        twin.__dict__.update(self.__dict__)
        twin.events = self.events.copy()
        twin.slots = {name: _copied(slot) for name, slot in self.slots.items()}
        if self.active_loop is not None:
            twin.active_loop = dataclasses.replace(self.active_loop)
        return twin


def _copied(slot: Slot) -> Slot:
    twin = slot.__class__.__new__(slot.__class__)  # what copy.copy does, without its detour through pickling
    twin.__dict__.update(slot.__dict__)
    return twin
