"""`make test`: every kind of test, each runnable alone (`make test KIND=unit`), with one table at the end."""

from __future__ import annotations

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools import setup, web
from tools.environments import ENGINE, TOOLS
from tools.progress import ROOT, StepFailed

RESULTS = ROOT / "test-results"
_NOT_PASSED = ("failure", "error", "skipped")
WHOLE_SERVICE = [*setup.TO_RUN, setup.TOOLS_PYTHON]


@dataclass(frozen=True)
class Kind:
    """One kind of test: what it is for, what it needs, how it is run."""

    name: str
    about: str
    needs: list[setup.Part]
    command: list[str]
    folder: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one kind's report says."""

    kind: str
    code: int
    seconds: float
    passed: int
    failed: int
    skipped: list[str]  # "test: reason"
    rules: Mapping[str, int] = field(default_factory=dict)  # how many passing tests name each


def _pytest(python: Path, *arguments: str) -> list[str]:
    return [str(python), "-m", "pytest", "-q", *arguments]


def kinds() -> list[Kind]:
    """All kinds, quick ones first."""
    quick = [setup.INSTALLER, setup.TOOLS_PYTHON]
    engine = [setup.INSTALLER, setup.ENGINE_PYTHON]
    tests = [
        Kind(
            "unit",
            "gateway, store, actions, tools",
            quick,
            _pytest(TOOLS.python, "tests/unit", "--ignore=tests/unit/engine"),
        ),
        Kind(
            "contracts",
            "the store on SQLite and PostgreSQL",
            [*quick, setup.POSTGRESQL],
            _pytest(TOOLS.python, "tests/contracts"),
        ),
        Kind(
            "integration",
            "the gateway with a real store",
            [*quick, setup.POSTGRESQL, setup.SERVERS],
            _pytest(TOOLS.python, "tests/integration"),
        ),
        Kind(
            "engine",
            "the engine in its own interpreter, replayed against unmodified Rasa",
            engine,
            _pytest(
                ENGINE.python,
                "-c",
                "tests/unit/engine/pytest.ini",
                "--rootdir=.",
                "tests/unit/engine",
                "tests/replay",
            ),
        ),
    ]
    tests += [
        Kind(f"web-{part.name}", f"web/{part.name}", [setup.WEB_MODULES], ["npm", "test", "--silent"], part)
        for part in web.web_parts()
    ]
    tests += [
        Kind(
            "conversations",
            "the trained assistant",
            WHOLE_SERVICE,
            _pytest(TOOLS.python, "tests/conversations"),
        ),
        Kind(
            "faults",
            "a minute of kill -9 and broken connections",
            WHOLE_SERVICE,
            _pytest(TOOLS.python, "tests/faults", "-s"),
        ),
        Kind(
            "e2e",
            "the whole service in Chromium",
            [*WHOLE_SERVICE, setup.BROWSER],
            _pytest(TOOLS.python, "tests/e2e"),
        ),
    ]
    return tests


def run_tests(arguments: Sequence[str]) -> int:
    """Run the kinds named (all when none); answer 1 when a test failed or, in CI, was skipped."""
    chosen = _choose(arguments)
    needs = list(dict.fromkeys(part.title for kind in chosen for part in kind.needs))
    parts = {part.title: part for kind in chosen for part in kind.needs}
    setup.prepare([parts[title] for title in needs])
    RESULTS.mkdir(exist_ok=True)
    outcomes = [_run(kind) for kind in chosen]
    return _report(outcomes)


def _choose(arguments: Sequence[str]) -> list[Kind]:
    available = kinds()
    unknown = set(arguments) - {kind.name for kind in available}
    if unknown:
        names = " ".join(kind.name for kind in available)
        raise StepFailed(f"No such kind of test: {' '.join(sorted(unknown))}. There are: {names}")
    return [kind for kind in available if not arguments or kind.name in arguments]


def _run(kind: Kind) -> Outcome:
    print(f"\n=== {kind.name}: {kind.about}", flush=True)
    report = RESULTS / f"{kind.name}.xml"
    report.unlink(missing_ok=True)
    command = [*kind.command]
    if "pytest" in command:
        command.append(f"--junitxml={report}")
    started = time.monotonic()
    env = {**os.environ, "PYTHONPATH": str(ROOT), **kind.env}
    code = subprocess.run(command, cwd=kind.folder, env=env, stdin=subprocess.DEVNULL, check=False).returncode
    seconds = time.monotonic() - started
    if "pytest" not in command:
        return Outcome(kind.name, code, seconds, passed=int(code == 0), failed=int(code != 0), skipped=[])
    return _read(kind.name, report, code, seconds)


def _read(name: str, report: Path, code: int, seconds: float) -> Outcome:
    if not report.exists():
        return Outcome(name, code or 1, seconds, passed=0, failed=1, skipped=[])
    cases = ElementTree.parse(report).getroot().findall(".//testcase")  # noqa: S314  our own report
    failed = [case for case in cases if any(case.find(tag) is not None for tag in ("failure", "error"))]
    skipped = [
        f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}"
        for case in cases
        if (skip := case.find("skipped")) is not None
    ]
    passing = [case for case in cases if all(case.find(tag) is None for tag in _NOT_PASSED)]
    rules = Counter(
        rule
        for case in passing
        for named in case.iterfind("properties/property[@name='rules']")
        for rule in named.get("value", "").split()
    )
    return Outcome(name, code, seconds, len(passing), len(failed), skipped, rules)


def _report(outcomes: Sequence[Outcome]) -> int:
    print(f"\n{'kind':<16}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for outcome in outcomes:
        counts = f"{outcome.passed:>8}{outcome.failed:>8}{len(outcome.skipped):>9}{outcome.seconds:>9.0f}"
        print(f"{outcome.kind:<16}{counts}{'' if outcome.code == 0 else '   FAILED'}")
    skipped = [reason for outcome in outcomes for reason in outcome.skipped]
    for reason in skipped:
        print(f"skipped: {reason}")
    failed = any(outcome.code != 0 for outcome in outcomes)
    unexpected_skip = bool(skipped) and os.environ.get("CI") == "true"
    if unexpected_skip:
        print("A test was skipped: in CI every part must be there, so this run counts as failed.")
    if rules := sum((Counter(outcome.rules) for outcome in outcomes), Counter[str]()):
        print(
            "passing tests of each rule: "
            + ", ".join(f"{rule} {rules[rule]}" for rule in sorted(rules, key=_order))
        )
    passed_tests, failed_tests = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    print(f"{passed_tests} passed, {failed_tests} failed, {len(skipped)} skipped", flush=True)
    return 1 if failed or unexpected_skip else 0


def _order(rule: str) -> tuple[str, int]:
    """CH2 before CH10."""
    family = rule.rstrip("0123456789")
    return family, int(rule[len(family) :] or 0)
