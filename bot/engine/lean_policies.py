"""Rasa's policies without work that does not change what they predict.

Both deep-copy the states they look at for every prediction, for debug lines that nobody reads; the rule
policy turns every rule round again for every question.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.graph import GraphComponent
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from bot.engine.lean_provider import LeanDomainProvider
from bot.engine.tracker import TurnTracker

Json = Any  # what JSON can hold


_HEARD: State = {PREVIOUS_ACTION: {ACTION_NAME: ACTION_LISTEN_NAME}}  # after a message of no known intent
_Rule = tuple[str, list[State]]  # its key in Rasa's table and its states, newest first
_Mark = tuple[str | None, str | None]  # names of the action before and of the intent


@dataclass(frozen=True)
class _Rules:
    """The rules of one lookup table, in drawers by what their newest state asks of the tracker's."""

    table: dict[str, str]
    drawers: dict[_Mark, list[_Rule]]
    longest: int

    @staticmethod
    def of(table: dict[str, str]) -> _Rules:
        rules = [(key, RulePolicy._rule_key_to_state(key)[::-1]) for key in table]
        drawers: dict[_Mark, list[_Rule]] = {}
        for rule in rules:
            drawers.setdefault(_asked_by(rule[1][0] if rule[1] else {}), []).append(rule)
        return _Rules(table, drawers, max((len(states) for _, states in rules), default=0))

    def that_may_fit(self, newest: State) -> list[_Rule]:
        """Every rule whose newest state asks for nothing else than these names, or for none."""
        action, intent = _mark(newest)
        marks = {(action, intent), (action, None), (None, intent), (None, None)}
        return [rule for mark in marks for rule in self.drawers.get(mark, ())]


def _asked_by(rule_state: State) -> _Mark:
    """What a rule's state asks for; a rule for the start of a conversation fits whatever the intent is."""
    if not rule_state.get(PREVIOUS_ACTION):
        return None, None
    action, intent = _mark(rule_state)
    return _asked(action), _asked(intent)


def _asked(name: str | None) -> str | None:
    return name if name and name != SHOULD_NOT_BE_SET else None


def _mark(state: State) -> _Mark:
    before, user = state.get(PREVIOUS_ACTION) or {}, state.get(USER) or {}
    return before.get(ACTION_NAME), user.get(INTENT)


class LeanRulePolicy(RulePolicy):
    """RulePolicy of Rasa 3.6.21 that writes no debug lines and keeps its rules ready to compare."""

    _ready: tuple[_Rules, ...] = ()  # one for each lookup table
    _for_text = False  # while rules for the text itself are looked for

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        """As Rasa's, without looking for rules about the text itself where there are none."""
        if use_text_for_last_user_input and not self._may_ask_for_text():
            return None, "", False
        self._for_text = use_text_for_last_user_input
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(
            tracker, domain, use_text_for_last_user_input
        )
        return found

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Json] | None = None,
    ) -> list[State]:
        """As Rasa's, as far back as rules go, and one more: so many states are surely no rule's."""
        longest = max(self._rules_of(table).longest for table in self._tables())
        with _looking_back(tracker, longest + 1):
            states: list[State] = super()._prediction_states(
                tracker, domain, use_text_for_last_user_input, rule_only_data
            )
        return states

    def _tables(self) -> tuple[dict[str, str], dict[str, str]]:
        return self.lookup[RULES], self.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]

    def _may_ask_for_text(self) -> bool:
        """Whether any rule may fit a message without its intent, which is how texts are asked for."""
        return any(self._rules_of(table).that_may_fit(_HEARD) for table in self._tables())

    def _create_feature_key(self, states: list[State]) -> str | None:
        """As Rasa's, but for text: what no rule was found for is asked again for the intent."""
        return "" if self._for_text else super()._create_feature_key(states)

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        """As Rasa's: the rules that fit the states, newest state first."""
        rules = self._rules_of(lookup)
        looked_at = states[-rules.longest :][::-1] if rules.longest else []
        fitting = rules.that_may_fit(looked_at[0] if looked_at else {})
        for index, state in enumerate(looked_at):
            fitting = [rule for rule in fitting if index >= len(rule[1]) or _fits(rule[1][index], state)]
        return {key for key, _ in fitting}

    def _rules_of(self, table: dict[str, str]) -> _Rules:
        for rules in self._ready:
            if rules.table is table:
                return rules
        rules = _Rules.of(table)
        self._ready = (*self._ready, rules)
        return rules

    @staticmethod
    def format_tracker_states(states: list[State]) -> str:
        """Only used for debug lines."""
        return ""


@contextmanager
def _looking_back(tracker: DialogueStateTracker, states: int) -> Iterator[None]:
    if not isinstance(tracker, TurnTracker):
        yield
        return
    tracker.wanted_states = states
    try:
        yield
    finally:
        tracker.wanted_states = None


def _fits(rule_state: State, state: State) -> bool:
    """`RulePolicy._is_rule_applicable` for one state of a rule; the action before is compared first."""
    of_rule, before = rule_state.get(PREVIOUS_ACTION), state.get(PREVIOUS_ACTION)
    if not of_rule or not before:
        return not of_rule and not before
    name = of_rule.get(ACTION_NAME)
    if name and name != before.get(ACTION_NAME):
        return False
    return bool(RulePolicy._does_rule_match_state(rule_state, state))


class LeanMemoizationPolicy(MemoizationPolicy):
    """MemoizationPolicy of Rasa 3.6.21 that copies no states and compresses no questions."""

    _plain: dict[str, str] | None = None  # its lookup table by uncompressed keys

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Json] | None = None,
        **kwargs: Json,
    ) -> PolicyPrediction:
        """As Rasa's."""
        states = self._prediction_states(tracker, domain, rule_only_data=rule_only_data)
        action = self.recall(states, tracker, domain, rule_only_data=rule_only_data)
        if action is None:
            return self._prediction(self._default_predictions(domain))
        return self._prediction(self._prediction_result(action, tracker, domain))

    def _recall_states(self, states: list[State]) -> str | None:
        """As Rasa's, which compresses every question to find it among compressed keys."""
        if not self.config["enable_feature_string_compression"]:
            found: str | None = super()._recall_states(states)
            return found
        if self._plain is None:
            self._plain = {_uncompressed(key): action for key, action in self.lookup.items()}
        return self._plain.get(json.dumps(states, sort_keys=True).replace('"', "")) if states else None


def _uncompressed(key: str) -> str:
    return zlib.decompress(base64.b64decode(key)).decode()


# Exactly these classes: a subclass from elsewhere may rely on what is left out here.
LEAN: dict[type[GraphComponent], type[GraphComponent]] = {
    RulePolicy: LeanRulePolicy,
    MemoizationPolicy: LeanMemoizationPolicy,
    DomainProvider: LeanDomainProvider,
}
