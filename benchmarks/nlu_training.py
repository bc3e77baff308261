"""Training one side of the comparison, once for each state of its inputs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.environments import ENGINE
from tools.fingerprints import fingerprint
from tools.progress import ROOT

CACHE = ROOT / "var" / "cache" / "nlu-compare"
STOCK_CONFIG = ROOT / "benchmarks" / "stock_nlu.yml"
SIGN_SECONDS = 15.0  # a line of progress this often: the stock pipeline trains for many minutes
POLL_SECONDS = 0.2
SIDES = ("kotha", "stock")  # the quick one first: what is wrong shows early

Command = list[str | Path]


class TrainingFailed(Exception):
    """One side could not be trained: the end of its log is in the message."""


@dataclass(frozen=True)
class Trained:
    """A model and what training it cost."""

    model: Path
    seconds: float
    cpu_seconds: float  # of all its cores: other work beside it changes this least
    megabytes: float  # the most memory that training held


def train(side: str, nlu: Path) -> Trained:
    """The side's model of the data in `nlu`, from the cache when its inputs are the same."""
    inputs = [nlu, *_own_inputs(side)]
    name = f"{side}-{fingerprint(inputs)[:12]}"
    model, notes = CACHE / f"{name}.tar.gz", CACHE / f"{name}.json"
    if not (model.exists() and notes.exists()):
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = CACHE / f"draft-{os.getpid()}.tar.gz"
        spent = _run(side, _command(side, nlu, draft), CACHE / f"{name}.log")
        draft.replace(model)
        notes.write_text(json.dumps(spent))
    else:
        _tell(f"{side}: trained before, {model.relative_to(ROOT)}")
    noted = json.loads(notes.read_text())
    return Trained(model, noted["seconds"], noted["cpu_seconds"], noted["megabytes"])


def first_examples(nlu: Path, per_file: int) -> Path:
    """A small copy of the data, to try the comparison out: the first examples of each intent of each file."""
    return _part_of(nlu, f"first-{per_file}", lambda examples: examples[:per_file])


def one_of_every(nlu: Path, step: int) -> Path:
    """A copy with one of every `step` examples of each intent of each file, beginning with the first."""
    return _part_of(nlu, f"one-of-{step}", lambda examples: examples[::step])


def _part_of(nlu: Path, name: str, chosen: Callable[[list[str]], list[str]]) -> Path:
    target = CACHE / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in sorted(nlu.glob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for block in content["nlu"]:
            if "intent" in block and isinstance(block.get("examples"), str):
                block["examples"] = "".join(chosen(block["examples"].splitlines(keepends=True)))
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (target / file.name).write_text(text, encoding="utf-8")
    return target


def _own_inputs(side: str) -> list[Path]:
    if side == "stock":
        return [STOCK_CONFIG, ENGINE.pins]
    data = [ROOT / "data" / name for name in ("rules", "stories", "responses")]
    return [ROOT / "config.yml", ROOT / "domain.yml", *data, ROOT / "bot/engine/components", ENGINE.pins]


def _command(side: str, nlu: Path, output: Path) -> Command:
    if side == "stock":
        train_nlu: Command = [ENGINE.python, "-m", "rasa", "train", "nlu", "--config", STOCK_CONFIG]
        return [*train_nlu, "--nlu", nlu, "--out", output.parent, "--fixed-model-name", output.name]
    dialogue = [ROOT / "data" / name for name in ("rules", "stories", "responses")]
    return [ENGINE.python, "-m", "bot.engine.training", "--output", output, "--data", nlu, *dialogue]


def _run(side: str, command: Sequence[str | Path], log: Path) -> dict[str, float]:
    own_cache = log.with_suffix(".rasa")  # or stock Rasa finds parts that it trained another time
    shutil.rmtree(own_cache, ignore_errors=True)
    environment = {
        **os.environ,
        "RASA_CACHE_DIRECTORY": str(own_cache),
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
    }
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=log.parent, env=environment, stdout=output, stderr=output
        )
        try:
            usage = _wait(process, lambda: _tell(f"{side}: training, {_since(started):.0f} s …"))
        except BaseException:
            process.kill()
            raise
    shutil.rmtree(own_cache, ignore_errors=True)
    if process.returncode != 0:
        raise TrainingFailed(f"{side}: {log.read_text(errors='replace')[-2000:]}")
    _tell(f"{side}: trained in {_since(started):.0f} s")
    return {
        "seconds": round(_since(started), 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "megabytes": round(usage.ru_maxrss / 1024, 1),
    }


def _wait(process: subprocess.Popen[bytes], sign: Callable[[], None]) -> resource.struct_rusage:
    """What the process used in all; `sign` is called now and then while it runs."""
    last = time.monotonic()
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)  # Popen's own wait does not tell the memory
        if done:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage
        if _since(last) > SIGN_SECONDS:
            last = time.monotonic()
            sign()
        time.sleep(POLL_SECONDS)


def _since(started: float) -> float:
    return time.monotonic() - started


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
