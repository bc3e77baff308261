"""The dialogue's state between turns: opaque to the gateway, bounded, versioned.

A state is a list of packed events from which Rasa's tracker is rebuilt by replaying them, so that everything
in Rasa that looks back (rules, stories, forms, two-stage fallback, rewinding) finds what it would find with
the whole conversation. It consists of

  * the last KEPT_TURNS turns as they happened;
  * before them, as many earlier turns as the policies look back at, reduced to the events that still count
    (`DialogueStateTracker.applied_events`: undone events and the inner turns of forms are gone);
  * before those, one event for each slot that was set, for the loop that was active, and `action_listen`.

Facts are not in it, except the language this conversation is held in: they come with every turn (facts.py).

Reducing a prefix first and continuing from the result gives the same events as reducing the whole, because
`applied_events` is a fold; this is what makes forgetting safe. tests/replay holds it against unmodified Rasa.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.errors import UnreadableState
from bot.engine.event_codec import pack, unpack
from bot.engine.event_kinds import BEGINNING, LOOPS, all_count
from bot.engine.facts import FACTS, LANGUAGE_SLOT, set_initial, spoken_language
from bot.engine.tracker import TurnTracker

STATE_VERSION = 1
KEPT_TURNS = 4  # two-stage fallback looks three user messages back, through undone ones; one more for actions
MAX_STATE_BYTES = 32 * 1024  # the contract's
# Actions. Turns made by rules do not count for stories, so without a limit the search never ends; what a
# story began eight rule-made turns ago is over for the customer too, and each action kept costs every turn.
MAX_LOOK_BACK = 16
_KEPT_ELSEWHERE = (BotUttered, DefinePrevUserUtteredFeaturization)
FEWER_TURNS = (KEPT_TURNS, 2, 1)  # what is tried when slots or texts make the state too large

Json = Any  # what JSON can hold


@dataclass(frozen=True)
class LookBack:
    """How many past actions the policies of a model look at."""

    actions: int  # the longest rule
    visible_actions: int  # the longest max_history of policies that do not see turns made by rules


def dump_state(tracker: DialogueStateTracker, domain: Domain, look_back: LookBack) -> dict[str, Json] | None:
    """The state after a turn; None (begin afresh) when even one turn does not fit MAX_STATE_BYTES."""
    for turns in FEWER_TURNS:
        state = _dump(tracker, domain, look_back, turns)
        if len(orjson.dumps(state)) <= MAX_STATE_BYTES:
            return state
    return None


def restore_tracker(conversation: str, state: Json, domain: Domain) -> TurnTracker:
    """The tracker that `dump_state` was given, as far as anything looks back; empty for None."""
    tracker = TurnTracker(conversation, domain.slots)
    if state is None:
        return tracker
    try:
        for event in _events_of(state, domain, tracker.slots):
            tracker.update(event)
        set_initial(tracker, LANGUAGE_SLOT, state["language"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnreadableState(f"{type(error).__name__} while reading the state") from error
    return tracker


def _events_of(state: Json, domain: Domain, slots: Collection[str]) -> Iterable[Event]:
    if state["v"] != STATE_VERSION:
        raise UnreadableState("the state is of another version")
    at = float(state["at"])
    for packed in state["events"]:
        event = unpack(packed, at)
        if type(event) is SlotSet and event.key not in slots:
            continue  # the model has changed and no longer has this slot
        if type(event) in LOOPS and event.name and event.name not in domain.action_names_or_texts:
            continue
        yield event


def _dump(tracker: DialogueStateTracker, domain: Domain, look_back: LookBack, turns: int) -> dict[str, Json]:
    events = _since_last_start(list(tracker.events))
    recent_start = _start_of_turn(events, turns)
    earlier = _applied(events[:recent_start])
    cut = _cut(earlier, tracker.applied_events(), look_back)
    base = _summary(earlier[:cut], tracker, domain) if cut else []
    passed = _only_last_values(_slot_runs_merged(_lean(earlier[cut:])), tracker)
    kept = base + passed + _only_last_replies(events[recent_start:])
    packed = [pack(event) for event in kept if not (type(event) is SlotSet and event.key in FACTS)]
    language = spoken_language(tracker)
    return {"v": STATE_VERSION, "at": _last_user_time(tracker), "language": language, "events": packed}


def _since_last_start(events: list[Event]) -> list[Event]:
    """Nothing before a restart or the start of a session counts."""
    for index in range(len(events) - 1, -1, -1):
        if type(events[index]) in BEGINNING:
            return events[index + 1 :]
    return events


def _start_of_turn(events: Sequence[Event], turns: int) -> int:
    """Where the last `turns` turns begin: at the customer's message."""
    starts = [index for index, event in enumerate(events) if type(event) is UserUttered]
    return starts[-turns] if len(starts) >= turns else 0


def _applied(events: list[Event]) -> list[Event]:
    if all_count(events):
        return events
    scratch = DialogueStateTracker("", [])
    scratch.events.extend(events)
    return scratch.applied_events()


def _cut(earlier: list[Event], applied: list[Event], look_back: LookBack) -> int:
    """How many of the `earlier` events may be summed up without a policy noticing."""
    known = set(map(id, earlier))
    counted = [event for event in applied if type(event) is ActionExecuted]
    seen = [action for action in counted if id(action) not in known]
    waiting = set(map(id, counted)) - set(map(id, seen))
    for index in range(len(earlier) - 1, -1, -1):
        event = earlier[index]
        if type(event) is ActionExecuted and id(event) in waiting:
            seen.append(event)
        elif type(event) is UserUttered and _suffices(seen, look_back):
            return index
    return 0


def _suffices(actions: list[ActionExecuted], look_back: LookBack) -> bool:
    visible = sum(not action.hide_rule_turn for action in actions)
    enough_for_stories = visible > look_back.visible_actions or len(actions) >= MAX_LOOK_BACK
    return len(actions) > look_back.actions and enough_for_stories


def _summary(events: list[Event], tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """What `events` left behind, as events."""
    set_then = {event.key for event in events if type(event) is SlotSet}
    then = TurnTracker(tracker.sender_id, [slot for slot in domain.slots if slot.name in set_then])
    for event in events:
        then.update(event)
    summary: list[Event] = [
        SlotSet(slot.name, slot.value) for slot in then.slots.values() if slot.value != slot.initial_value
    ]
    if then.active_loop_name:
        # With an execution of the loop before it, later ones are recognised as its continuation.
        summary += [ActionExecuted(then.active_loop_name), ActiveLoop(then.active_loop_name)]
    if then.is_paused():
        summary.append(ConversationPaused())
    return [*summary, ActionExecuted(ACTION_LISTEN_NAME)]


def _lean(events: list[Event]) -> list[Event]:
    """Without replies, and without what is kept elsewhere: a message knows how it was featurised."""
    return [event for event in events if type(event) not in _KEPT_ELSEWHERE]


def _only_last_replies(events: list[Event]) -> list[Event]:
    """What the bot said is kept for the last turn only (to repeat it); policies do not look at it."""
    last = _start_of_turn(events, 1)
    return _lean(events[:last]) + events[last:]


def _slot_runs_merged(events: list[Event]) -> list[Event]:
    """Of the slots set between two actions only the last values count; a long form would pile them up."""
    merged: list[Event] = []
    for is_slot, run in itertools.groupby(events, key=lambda event: type(event) is SlotSet):
        if is_slot:
            merged += {event.key: event for event in run if type(event) is SlotSet}.values()
        else:
            merged += run
    return merged


def _only_last_values(events: list[Event], tracker: DialogueStateTracker) -> list[Event]:
    """Of slots that policies do not see, only the last value of past turns counts; some are large."""
    kept: list[Event] = []
    later: set[str] = set()
    for event in reversed(events):
        if type(event) is SlotSet and _is_unseen(tracker.slots.get(event.key)):
            if event.key in later:
                continue
            later.add(event.key)
        kept.append(event)
    return kept[::-1]


def _is_unseen(slot: Slot | None) -> bool:
    return slot is not None and not slot.has_features()


def _last_user_time(tracker: DialogueStateTracker) -> float:
    times = [event.timestamp for event in tracker.events if type(event) is UserUttered]
    return round(times[-1], 3) if times else 0.0
