"""The domain and the actions name the same things."""

from pathlib import Path
from typing import Any

import yaml

from actions.registry import build_actions
from tests.unit.actions.acting import Acting
from tests.unit.actions.conftest import Clock

ROOT = Path(__file__).resolve().parents[3]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


async def test_every_action_of_the_domain_is_registered_and_no_other(acting: Acting, clock: Clock) -> None:
    registered = [action.name() for action in build_actions(acting.store, clock)]
    assert sorted(registered) == sorted(DOMAIN["actions"])


def test_slots_do_not_influence_the_policies() -> None:
    # Rules decide by intents and forms alone; a fact that changed the next action could not be explained.
    influencing = [name for name, slot in DOMAIN["slots"].items() if slot["influence_conversation"]]
    assert influencing == []


def test_every_intent_has_a_rule() -> None:
    rules = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data" / "rules").glob("*.yml"))
    assert [intent for intent in DOMAIN["intents"] if f"intent: {intent}\n" not in rules] == []


def test_every_meaning_that_is_offered_has_words() -> None:
    labels = yaml.safe_load((ROOT / "actions" / "labels" / "en.yml").read_text(encoding="utf-8"))
    assert set(labels["meaning"]) <= set(DOMAIN["intents"])
