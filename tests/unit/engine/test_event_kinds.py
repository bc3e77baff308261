"""Telling events apart by their own type is right as long as these hold."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    LegacyForm,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.engine.event_kinds import LOOPS, REWRITING, all_count
from bot.engine.tracker import TurnTracker

ASKED_FOR_BY_NAME = [
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
]
TALK: list[Event] = [
    ActionExecuted("action_listen"),
    UserUttered("hello", {"name": "greet"}),
    ActionExecuted("utter_greet"),
    BotUttered("Hello!"),
]


@pytest.mark.parametrize("kind", ASKED_FOR_BY_NAME)
def test_nothing_is_derived_from_what_is_asked_for_by_name(kind: type[Event]) -> None:
    derived = {each.__module__ for each in all_subclasses(kind)}
    assert derived <= {"rasa.core.test"}  # what `rasa test` marks wrong predictions with


def test_the_old_name_of_a_loop_is_one_too() -> None:
    assert LegacyForm in LOOPS
    assert LegacyForm in REWRITING


@pytest.mark.parametrize("undoing", [UserUtteranceReverted(), Restarted(), ActiveLoop("form")])
def test_events_that_rewrite_are_seen(undoing: Event) -> None:
    assert all_count(TALK)
    assert not all_count([*TALK, undoing])


@pytest.mark.parametrize("more", [[], [UserUtteranceReverted()], [Restarted(), *TALK], [ActiveLoop("form")]])
def test_what_counts_is_what_rasa_counts(more: list[Event]) -> None:
    ours, rasas = TurnTracker("c", []), DialogueStateTracker("c", [])
    for event in (*TALK, *more):
        ours.update(event)
        rasas.update(event)
    assert ours.applied_events() == rasas.applied_events()
