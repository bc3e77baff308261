"""Telling events apart, hundreds of times a turn.

Rasa's events are abstract classes, and `isinstance` asks those in Python: a tenth of a turn's work beside
understanding. An event's own type is enough: none of the classes asked for by name has subclasses, and of
those that rewrite what happened the subclasses are listed, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from rasa.shared.core.events import (
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.utils.common import all_subclasses

# Events that change which earlier events count; after any other, the new event is simply one more.
_REWRITING = (ActiveLoop, ActionReverted, Restarted, SessionStarted, UserUtteranceReverted)
REWRITING: frozenset[type[Event]] = frozenset(
    kind for base in _REWRITING for kind in (base, *all_subclasses(base))
)
LOOPS = frozenset((ActiveLoop, *all_subclasses(ActiveLoop)))
BEGINNING = (Restarted, SessionStarted)  # nothing before them counts


def all_count(events: Iterable[Event]) -> bool:
    """Whether none of the events undoes or replaces another, so that each of them counts."""
    return REWRITING.isdisjoint(map(type, events))
