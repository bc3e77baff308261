"""The assistant's files: whatever is understood is answered."""

from pathlib import Path
from typing import Any

import yaml

from bot.doctor.findings import Finding, fail, ok
from bot.doctor.patient import Patient

ROOT = Path(__file__).resolve().parents[2]


async def check_intents(_patient: Patient) -> Finding:
    """Each intent of the domain has a rule, and each response a rule utters exists."""
    try:
        return inspect_dialogue(ROOT)
    except (OSError, yaml.YAMLError) as error:
        advice = "Put the repository's domain.yml and data beside the service"
        return fail("intents", f"the assistant's files cannot be read ({type(error).__name__})", advice)


def inspect_dialogue(root: Path) -> Finding:
    """The check, on a folder."""
    domain = _load(root / "domain.yml")
    steps = [step for file in sorted((root / "data" / "rules").glob("*.yml")) for step in _steps(_load(file))]
    answered = {step["intent"] for step in steps if "intent" in step}
    if silent := sorted({_name(intent) for intent in domain["intents"]} - answered):
        return fail(
            "intents", f"no rule answers {', '.join(silent)}", "Write one in data/rules and train again"
        )
    said = _responses(root, domain)
    uttered = {step["action"] for step in steps if str(step.get("action", "")).startswith("utter_")}
    if missing := sorted(uttered - said):
        advice = "Write them in data/responses and train again"
        return fail("intents", f"there is no response {', '.join(missing)}", advice)
    return ok("intents", f"{len(answered)} intents have rules, {len(said)} responses are there")


def _steps(rules: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for rule in rules.get("rules") or [] for step in rule["steps"]]


def _responses(root: Path, domain: dict[str, Any]) -> set[str]:
    files = (root / "data" / "responses").glob("*.yml")
    named = {name for file in files for name in _load(file).get("responses") or {}}
    return named | set(domain.get("responses") or {})


def _name(intent: str | dict[str, Any]) -> str:
    return intent if isinstance(intent, str) else next(iter(intent))


def _load(path: Path) -> dict[str, Any]:
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  a safe loader, in C
    return loaded if isinstance(loaded, dict) else {}


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
