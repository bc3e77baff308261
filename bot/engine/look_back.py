"""How far the policies of a model look back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy

from bot.engine.graph_runner import PlainGraphRunner
from bot.engine.state import MAX_LOOK_BACK, LookBack

logger = logging.getLogger(__name__)


def look_back_of(runner: PlainGraphRunner) -> LookBack:
    """The longest rule and the longest history of the model's other policies, in actions."""
    policies = [component for component in runner.components() if isinstance(component, Policy)]
    rules = max((_longest_rule(policy) for policy in policies if isinstance(policy, RulePolicy)), default=1)
    others = [_history(policy) for policy in policies if not isinstance(policy, RulePolicy)]
    return LookBack(actions=max(rules, *others, 1), visible_actions=max(others, default=0))


def _longest_rule(policy: RulePolicy) -> int:
    tables = (policy.lookup.get(name, {}) for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH))
    return max(map(_states, _keys(tables)), default=1)


def _keys(tables: Iterable[dict[str, str]]) -> Iterable[str]:
    for table in tables:
        yield from table


def _states(rule_key: str) -> int:
    return len(json.loads(rule_key))


def _history(policy: Policy) -> int:
    history = getattr(policy.featurizer, "max_history", None)
    if history is None:
        logger.warning(
            "policy_history_unlimited", extra={"policy": type(policy).__name__, "used": MAX_LOOK_BACK}
        )
        return MAX_LOOK_BACK
    return int(history)
