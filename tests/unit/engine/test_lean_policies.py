"""What the lean policies and slot extraction leave out, and when they must not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.action_book import ActionBook
from bot.engine.action_server import ActionServer
from bot.engine.lean_policies import LeanMemoizationPolicy, LeanRulePolicy
from bot.engine.tracker import TurnTracker

Json = Any

LISTENED = {"action_name": "action_listen"}
GREETED = [{"prev_action": LISTENED, "user": {"intent": "greet", "entities": ("name",)}}]


def memoization(*, compressed: bool) -> LeanMemoizationPolicy:
    """A policy that remembers what followed a greeting."""
    policy = LeanMemoizationPolicy.__new__(LeanMemoizationPolicy)
    policy.config = {"enable_feature_string_compression": compressed}
    policy.lookup = {policy._create_feature_key(GREETED): "utter_greet"}
    return policy


def rules(*newest_states: Json, unhappy: tuple[Json, ...] = ()) -> LeanRulePolicy:
    """A policy with a rule for each of these states."""
    policy = LeanRulePolicy.__new__(LeanRulePolicy)
    policy.lookup = {
        RULES: {json.dumps([state]): "utter_x" for state in newest_states},
        RULES_FOR_LOOP_UNHAPPY_PATH: {json.dumps([state]): "x" for state in unhappy},
    }
    return policy


def book(*mappings: Json) -> ActionBook:
    """The actions of a domain with one slot."""
    slot = {"type": "text", "influence_conversation": False, "mappings": list(mappings)}
    domain = Domain.from_dict(
        {"version": "3.1", "intents": ["greet"], "entities": ["name"], "slots": {"name": slot}}
    )
    return ActionBook(domain, ActionServer("http://127.0.0.1:1/webhook", "secret"))


@pytest.mark.parametrize("compressed", [True, False])
def test_what_is_remembered_is_found_however_it_is_kept(compressed: bool) -> None:
    policy = memoization(compressed=compressed)
    assert policy._recall_states(GREETED) == "utter_greet"
    assert policy._recall_states([{"prev_action": LISTENED, "user": {"intent": "thank"}}]) is None
    assert policy._recall_states([]) is None


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (rules({"prev_action": LISTENED, "user": {"intent": "greet"}}), False),
        (rules({"prev_action": {"action_name": "utter_greet"}}), False),
        (rules({"prev_action": LISTENED, "user": {"text": "hello"}}), True),
        (rules({"prev_action": LISTENED}), True),
        (rules(unhappy=({"prev_action": LISTENED, "user": {"text": "hello"}},)), True),
    ],
)
def test_rules_about_texts_are_looked_for_where_there_may_be_some(
    policy: LeanRulePolicy, asked: bool
) -> None:
    assert policy._may_ask_for_text() is asked


@pytest.mark.filterwarnings("ignore:Slot auto-fill")  # Rasa says so of every domain
@pytest.mark.parametrize(
    ("mappings", "filled"),
    [
        ([{"type": "custom"}], False),
        ([{"type": "custom", "action": "action_find_name"}], True),
        ([{"type": "custom"}, {"type": "from_entity", "entity": "name"}], True),
        ([{"type": "from_text"}], True),
    ],
)
def test_messages_are_searched_for_slots_where_they_can_fill_any(mappings: list[Json], filled: bool) -> None:
    assert book(*mappings).messages_fill_slots is filled


def test_rules_are_given_the_latest_states_and_no_more() -> None:
    domain = Domain.from_dict({"version": "3.1", "intents": ["greet"], "actions": ["utter_greet"]})
    ours, rasas = TurnTracker("c", []), DialogueStateTracker("c", [])
    asked: list[list[State]] = []
    for _ in range(3):
        for event in (
            ActionExecuted("action_listen"),
            UserUttered("hello", {"name": "greet"}),
            ActionExecuted("utter_greet"),
        ):
            ours.update(event)
            rasas.update(event)
            ours.wanted_states = 3
            asked.append(ours.past_states(domain))
            assert asked[-1] == rasas.past_states(domain)[-3:]
            ours.wanted_states = None
            assert ours.past_states(domain) == rasas.past_states(domain)
    assert {len(states) for states in asked} == {2, 3}
