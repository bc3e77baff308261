"""The commands behind the Makefile."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence

from tools import checks, cleaning, dependencies, locking, setup, testing, understanding, web
from tools.environments import ENGINE, SERVICE, TOOLS, UV
from tools.interpreters import InterpreterMissing
from tools.progress import ROOT, StepFailed


def run(arguments: Sequence[str]) -> int:
    """Prepare everything and become the supervisor."""
    setup.prepare(setup.TO_RUN)
    os.chdir(ROOT)
    os.execv(SERVICE.python, [str(SERVICE.python), "-m", "tools.supervisor", *arguments])  # noqa: S606  our own file


def train(arguments: Sequence[str]) -> int:
    """Train the model if its inputs changed."""
    setup.prepare(setup.TO_TRAIN)
    return 0


def bench(arguments: Sequence[str]) -> int:
    """Measure Kotha against stock Rasa on the same model and messages."""
    setup.prepare([*setup.TO_RUN, setup.TOOLS_PYTHON])
    os.chdir(ROOT)
    os.execv(TOOLS.python, [str(TOOLS.python), "-m", "benchmarks", *arguments])  # noqa: S606  our own file


def faults(arguments: Sequence[str]) -> int:
    """Break the running service at random and judge from outside."""
    setup.prepare([*setup.TO_RUN, setup.TOOLS_PYTHON])
    os.chdir(ROOT)
    os.execv(TOOLS.python, [str(TOOLS.python), "-m", "tests.faults", *arguments])  # noqa: S606  our own file


def doctor(arguments: Sequence[str]) -> int:
    """Examine the service; nothing is installed for it."""
    if not SERVICE.python.exists():
        raise StepFailed("fail  set-up: the service's environment is not there. Make it with `make run`.")
    os.chdir(ROOT)
    os.execv(SERVICE.python, [str(SERVICE.python), "-m", "tools.doctor", *arguments])  # noqa: S606  our own file


def audit(arguments: Sequence[str]) -> int:
    """Ask for known vulnerabilities of what we depend on, where somebody answers."""
    setup.prepare([setup.INSTALLER, setup.TOOLS_PYTHON])
    # The tools' pins hold the service's, too.
    return dependencies.audit(web.web_parts(), [TOOLS.pins, ENGINE.pins, UV.pins])


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "test": testing.run_tests,
    "check": checks.run_checks,
    "audit": audit,
    "format": checks.format_code,
    "train": train,
    "bench": bench,
    "faults": faults,
    "doctor": doctor,
    "nlu-eval": understanding.evaluate,
    "nlu-compare": understanding.compare,
    "nlu-review": understanding.review,
    "nlu-benchmark": understanding.benchmark,
    "lock": locking.lock,
    "clean": cleaning.clean,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; answer the exit code. A failure ends in one clear line on standard error."""
    for number in (
        signal.SIGTERM,
        signal.SIGHUP,
    ):  # as Ctrl-C: what was started ends too, and no half model stays
        signal.signal(number, signal.default_int_handler)
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python3 -m tools {{{'|'.join(COMMANDS)}}} (see `make help`)", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except (StepFailed, InterpreterMissing) as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nStopped. Nothing is half-done: the same command goes on where this one was.", file=sys.stderr
        )
        return 130
