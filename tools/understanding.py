"""The commands that measure understanding, and the one that lists what may have been misunderstood."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import setup
from tools.environments import ENGINE, SERVICE, TOOLS
from tools.model import model_path
from tools.progress import ROOT

EXIT_USAGE = 2
NO_FILE = "Name the file with the rows to measure: make nlu-eval FILE=rows.jsonl"

NO_FILES = "Name the files: make nlu-benchmark TRAIN=a.csv TEST=b.csv [OOS=label]"


def evaluate(arguments: Sequence[str]) -> int:
    """Train when the model is stale, then measure; standard output belongs to the figures alone."""
    parser = argparse.ArgumentParser(prog="make nlu-eval")
    parser.add_argument("--caller", type=Path, default=Path.cwd(), help="folder that FILE is relative to")
    parser.add_argument("--file", default="", help="JSON lines with text and intent")
    given, passed_on = parser.parse_known_args(arguments)
    if not given.file:
        print(NO_FILE, file=sys.stderr)
        return EXIT_USAGE
    file = find_file(given.file, given.caller)
    if file is None:
        print(f"{given.file}: no such file; give its path from where you are", file=sys.stderr)
        return EXIT_USAGE
    with contextlib.redirect_stdout(sys.stderr):
        setup.prepare(setup.TO_TRAIN)
    return _run(["-m", "bot.engine.evaluate", "--model", model_path(), "--file", file, *passed_on])


def compare(arguments: Sequence[str]) -> int:
    """Train and measure stock Rasa's default pipeline beside this one."""
    with contextlib.redirect_stdout(sys.stderr):
        setup.prepare([setup.INSTALLER, setup.ENGINE_PYTHON, setup.TOOLS_PYTHON])
    command = [str(TOOLS.python), "-m", "benchmarks.nlu", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def review(arguments: Sequence[str]) -> int:
    """Export what was kept for a person to label; standard output is the YAML alone."""
    with contextlib.redirect_stdout(sys.stderr):
        setup.prepare([setup.INSTALLER, setup.SERVICE_PYTHON])
    command = [str(SERVICE.python), "-m", "bot.review_export", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def benchmark(arguments: Sequence[str]) -> int:
    """Train the pipeline on some files and measure it on others; the assistant's model has no part in it."""
    parser = argparse.ArgumentParser(prog="make nlu-benchmark")
    parser.add_argument("--caller", type=Path, default=Path.cwd(), help="folder that files are relative to")
    parser.add_argument("--train", default="", help="CSV with text and label; several: a.csv,b.csv")
    parser.add_argument("--test", default="", help="CSV with text and label; several: a.csv,b.csv")
    parser.add_argument("--oos", default="", help="the label of rows that belong to none of the others")
    given = parser.parse_args(arguments)
    if not (given.train and given.test):
        print(NO_FILES, file=sys.stderr)
        return EXIT_USAGE
    try:
        train, test = (_find_files(names, given.caller) for names in (given.train, given.test))
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return EXIT_USAGE
    with contextlib.redirect_stdout(sys.stderr):
        setup.prepare([setup.INSTALLER, setup.ENGINE_PYTHON])
    return _run(["-m", "bot.engine.nlu_benchmark", "--train", train, "--test", test, "--oos", given.oos])


def _find_files(names: str, caller: Path) -> str:
    """`a.csv,b.csv` with whole paths."""
    files = {name: find_file(name, caller) for name in names.split(",")}
    missing = [name for name, file in files.items() if file is None]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)}: no such file; give the path from where you are")
    return ",".join(map(str, files.values()))


def find_file(name: str, caller: Path) -> Path | None:
    """The file as the caller means it: `make -C` and programs change folders behind a caller's back."""
    places = (folder / Path(name).expanduser() for folder in (caller, Path.cwd(), ROOT))
    return next((place.resolve() for place in places if place.is_file()), None)


def engine_environment() -> Mapping[str, str]:
    """What every program of the engine's interpreter needs to see."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",  # as the engine is run
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


def _run(arguments: Sequence[str | Path]) -> int:
    command = [str(part) for part in (ENGINE.python, *arguments)]
    return subprocess.run(command, cwd=ROOT, env=engine_environment(), check=False).returncode
