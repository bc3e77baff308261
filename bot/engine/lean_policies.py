"""Rasa's policies without the work they do for debug lines that nobody reads.

Both deep-copy the states they look at for every prediction, before it is known whether a line is logged.
"""

from __future__ import annotations

from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import GraphComponent
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

Json = Any  # what JSON can hold


class LeanRulePolicy(RulePolicy):
    """RulePolicy of Rasa 3.6.21 that writes no states for its debug lines."""

    @staticmethod
    def format_tracker_states(states: list[State]) -> str:
        """Only used for debug lines."""
        return ""


class LeanMemoizationPolicy(MemoizationPolicy):
    """MemoizationPolicy of Rasa 3.6.21 that copies no states for its debug line."""

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


# Exactly these classes: a subclass from elsewhere may rely on what is left out here.
LEAN: dict[type[GraphComponent], type[GraphComponent]] = {
    RulePolicy: LeanRulePolicy,
    MemoizationPolicy: LeanMemoizationPolicy,
}
