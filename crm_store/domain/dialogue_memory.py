"""What the opaque dialogue state remembers, as far as people need to see it: slots and the form under way.

The engine writes the state as a short list of packed events (docs/decisions/engine-dialogue-state.md). Only
the two kinds that matter here are read; anything unknown is passed over, a damaged state remembers nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_store.domain.conversations import JsonObject


@dataclass(frozen=True, slots=True)
class DialogueMemory:
    """`form` is the name of the form the customer is in, without `_form`."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    form: str | None = None


def read_memory(state: JsonObject | None) -> DialogueMemory:
    """What a stored dialogue state remembers."""
    events = (state or {}).get("events")
    if not isinstance(events, list):
        return DialogueMemory()
    slots: dict[str, Any] = {}
    form: str | None = None
    for event in events:
        kind = event.get("e") if isinstance(event, dict) else None
        if kind == "slot":
            slots[str(event.get("k"))] = event.get("v")
        elif kind == "active_loop":
            form = event.get("n")
    known = {name: value for name, value in slots.items() if value is not None}
    return DialogueMemory(known, form.removesuffix("_form") if isinstance(form, str) else None)
