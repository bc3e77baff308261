"""`make nlu-compare`: Kotha's understanding beside stock Rasa's default pipeline, on the same data and rows.

Both are trained on the same examples, then each understands the same rows in a process of its own on one
core: Kotha through the code of a live turn, stock Rasa through its own `Agent`. Stock Rasa takes hours for
all examples, so both may be trained on a part of them; then a column shows what Kotha makes of all. Progress
goes to standard error; the last line of standard output is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.nlu_training import SIDES, Trained, TrainingFailed, first_examples, one_of_every, train
from tools.environments import ENGINE
from tools.progress import ROOT

EVALUATION = ROOT / "tests" / "nlu" / "evaluation.jsonl"
NLU_DATA = ROOT / "data" / "nlu"
ON_ALL = "kotha_on_all"  # the model that is shipped, beside those of a part of the examples
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")

Figures = dict[str, Any]


class EvaluationFailed(Exception):
    """One side could not be measured: what it said is on standard error."""


def main() -> int:
    """Train both, measure both, print the table and the figures."""
    parser = argparse.ArgumentParser(prog="make nlu-compare", description=__doc__)
    parser.add_argument("--file", type=Path, default=EVALUATION, help="rows to measure with")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--share", type=_two_or_more, metavar="N", help="train on one of every N examples")
    part.add_argument(
        "--examples", type=int, help="train on the first examples of each intent and file only (a quick try)"
    )
    options = parser.parse_args()
    try:
        nlu = _data(options)
        trained = {side: train(side, nlu) for side in SIDES}
        if nlu != NLU_DATA:
            trained[ON_ALL] = train("kotha", NLU_DATA)
        figures = {side: measure(side, model, options.file.resolve()) for side, model in trained.items()}
    except (TrainingFailed, EvaluationFailed) as failure:
        print(failure, file=sys.stderr)
        return 1
    print(table(figures))
    print(json.dumps({"machine": machine.describe(), **figures}, ensure_ascii=False))
    return 0


def _two_or_more(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text}: give a whole number from 2 on, or leave it out for all")
    return int(text)


def _data(options: argparse.Namespace) -> Path:
    if options.share:
        return one_of_every(NLU_DATA, options.share)
    return first_examples(NLU_DATA, options.examples) if options.examples else NLU_DATA


def measure(side: str, trained: Trained, file: Path) -> Figures:
    """The figures of one side's model on the rows."""
    command = [ENGINE.python, "-m", "bot.engine.evaluate", "--model", trained.model, "--file", file]
    done = subprocess.run(
        [str(part) for part in (*command, *(["--stock"] if side == "stock" else []))],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=_on_one_core,
    )
    if done.returncode != 0:
        raise EvaluationFailed(f"{side}: the evaluation ended with {done.returncode}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return {
        **figures,
        "training_s": trained.seconds,
        "training_cpu_s": trained.cpu_seconds,
        "training_mb": trained.megabytes,
        "model_mb": round(trained.model.stat().st_size / 1e6, 1),
    }


def table(figures: Mapping[str, Figures]) -> str:
    """Both sides' figures, one line each, as Markdown; a third column where Kotha also learnt from all."""
    stock, kotha, on_all = figures["stock"], figures["kotha"], figures.get(ON_ALL)
    head = ["", "stock Rasa", "Kotha", "", *(["Kotha, all examples"] if on_all else [])]
    lines = [_line(head), "|---" * len(head) + "|"]
    for name, of in _rows(kotha):
        old, new = of(stock), of(kotha)
        cells = [name, _shown(old), _shown(new), _margin(old, new)]
        lines.append(_line([*cells, *([_shown(of(on_all))] if on_all else [])]))
    return "\n".join(lines)


def _rows(kotha: Figures) -> Iterator[tuple[str, Callable[[Figures], float | None]]]:
    for language in sorted(kotha["by_lang"]):
        yield f"accuracy, {language}", partial(_of_language, language)
    for name, key in (
        ("accuracy", "accuracy"),
        ("macro F1", "macro_f1"),
        ("out-of-scope recall", "oos_recall"),
        ("in-scope loss", "in_scope_loss"),
        ("calibration error", "ece"),
        ("parse p50, ms", "p50_ms"),
        ("parse p95, ms", "p95_ms"),
        ("training, s", "training_s"),
        ("training, s of CPU", "training_cpu_s"),
        ("training, MB", "training_mb"),
        ("resident, MB", "resident_mb"),
        ("model, MB", "model_mb"),
    ):
        yield name, partial(_named, key)


def _of_language(language: str, side: Figures) -> float | None:
    return side["by_lang"].get(language)  # type: ignore[no-any-return]


def _named(key: str, side: Figures) -> float | None:
    return side.get(key)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _shown(value: float | None) -> str:
    if value is None:
        return "n/a"
    return f"{value:.3f}" if value <= 1 else f"{value:,.1f}"


def _margin(old: float | None, new: float | None) -> str:
    if not old or new is None:
        return ""
    return f"{(new - old) * 100:+.1f} points" if max(old, new) <= 1 else f"{new / old:.2f}x"


def _on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


if __name__ == "__main__":
    sys.exit(main())
