"""`python -m bot.engine.evaluate --model MODEL --file rows.jsonl`: how well a trained model understands.

Rows are JSON objects `{"text", "intent"}` with an optional `"lang"`; every text goes through the same nodes
of the model's graph as a live turn. The last line of standard output is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.engine.components.calibration import calibration_error
from bot.engine.errors import ModelUnusable
from bot.engine.model_file import component_modules, find_model, needs_tensorflow
from bot.engine.tensorflow_free import leave_out_tensorflow

FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
_WARM_UP = ("where is my order", "আমার অর্ডার কোথায়", "amar order kothay")
_PAIRS_SHOWN = 25

ParseData = dict[str, Any]
Parse = Callable[[str], ParseData]


class BadRows(Exception):
    """The file's rows cannot be measured: mend the line the message names."""


@dataclass(frozen=True)
class Row:
    """One message and what it means."""

    text: str
    intent: str
    lang: str


@dataclass(frozen=True)
class Judged:
    """A row and the model's answer; `likeliest` ignores the fallback, `answered` is what the dialogue got."""

    row: Row
    likeliest: str
    answered: str
    confidence: float
    language: str
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the right one."""
        return self.likeliest == self.row.intent


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON-lines file."""
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            rows.append(_read_row(line, f"{path}:{number}"))
    if not rows:
        raise BadRows(f"{path}: no rows")
    return rows


def load_parser(model: Path, folder: Path) -> Parse:
    """The understanding part of a model, unpacked into `folder`."""
    archive = find_model(model)
    if not needs_tensorflow(component_modules(archive)):
        leave_out_tensorflow()
    # Only now: they import what the line above may have left out.
    from rasa.core.channels.channel import UserMessage
    from rasa.engine import loader

    from bot.engine.graph_runner import PlainGraphRunner, without_commands
    from bot.engine.serving_storage import ServingModelStorage

    metadata, runner = loader.load_predict_graph_runner(
        folder, archive, ServingModelStorage, PlainGraphRunner
    )
    target = without_commands(metadata.predict_schema, str(metadata.nlu_target))

    def parse(text: str) -> ParseData:
        outputs = runner.run(inputs={"__message__": [UserMessage(text)]}, targets=[target])
        return dict(outputs[target][0].as_dict(only_output_properties=True))

    return parse


def judge(parse: Parse, rows: Iterable[Row]) -> list[Judged]:
    """Parses and times each row."""
    for text in _WARM_UP:
        parse(text)
    return [_judge(parse, row) for row in rows]


def summarise(judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of one evaluation."""
    times = np.array([one.milliseconds for one in judged])
    confidences = np.array([one.confidence for one in judged])
    right = np.array([one.right for one in judged], dtype=float)
    by_language: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_language[one.row.lang].append(one)
    strangers = [one for one in judged if one.row.intent == OUT_OF_SCOPE]
    return {
        "n": len(judged),
        "accuracy": _share(judged, lambda one: one.right),
        "macro_f1": _macro_f1(judged),
        "by_lang": {lang: _share(ones, lambda one: one.right) for lang, ones in sorted(by_language.items())},
        "oos_recall": _share(strangers, lambda one: one.answered in (OUT_OF_SCOPE, FALLBACK)),
        "ece": round(calibration_error(confidences, right), 4),
        "fallback": _share(judged, lambda one: one.answered == FALLBACK),
        "wrongly_sure": _share(judged, lambda one: not one.right and one.answered != FALLBACK),
        "needlessly_unsure": _share(judged, lambda one: one.right and one.answered == FALLBACK),
        "language_accuracy": {
            lang: _share(ones, lambda one: one.language == one.row.lang)
            for lang, ones in sorted(by_language.items())
        },
        "language_wrong": _share(judged, lambda one: one.language not in ("", one.row.lang)),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
    }


def list_confusions(judged: Iterable[Judged]) -> list[tuple[int, str, str, list[str]]]:
    """Pairs (how often, right intent, answered instead, examples), the most frequent first."""
    examples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in judged:
        if not one.right:
            examples[(one.row.intent, one.likeliest)].append(one.row.text)
    pairs = [(len(texts), right, instead, texts) for (right, instead), texts in examples.items()]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))


def _read_row(line: str, place: str) -> Row:
    try:
        content = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadRows(f"{place}: not JSON ({error.msg})") from error
    if not isinstance(content, dict) or not all(
        isinstance(content.get(key), str) for key in ("text", "intent")
    ):
        raise BadRows(f'{place}: a row is an object with the texts "text" and "intent"')
    return Row(content["text"], content["intent"], str(content.get("lang", "")))


def _judge(parse: Parse, row: Row) -> Judged:
    started = time.perf_counter()
    data = parse(row.text)
    milliseconds = (time.perf_counter() - started) * 1000
    ranking = [one for one in data["intent_ranking"] if one["name"] != FALLBACK]
    return Judged(
        row,
        likeliest=ranking[0]["name"],
        answered=data["intent"]["name"],
        confidence=ranking[0]["confidence"],
        language=data.get("language", ""),
        milliseconds=milliseconds,
    )


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float | None:
    return round(sum(1 for one in judged if holds(one)) / len(judged), 4) if judged else None


def _macro_f1(judged: Sequence[Judged]) -> float:
    meant = Counter(one.row.intent for one in judged)
    answered = Counter(one.likeliest for one in judged)
    right = Counter(one.row.intent for one in judged if one.right)
    return round(sum(2 * right[name] / (meant[name] + answered[name]) for name in meant) / len(meant), 4)


def _check_intents(rows: Iterable[Row], parse: Parse) -> None:
    known = {one["name"] for one in parse(_WARM_UP[0])["intent_ranking"]}
    unknown = sorted({row.intent for row in rows} - known)
    if unknown:
        raise BadRows(
            f"The model knows no such intents: {', '.join(unknown)}. It knows: {', '.join(sorted(known))}"
        )


def _print_confusions(judged: Sequence[Judged]) -> None:
    for count, right, instead, texts in list_confusions(judged)[:_PAIRS_SHOWN]:
        print(f"{count:3d}  {right} -> {instead}: {' | '.join(texts[:3])}")  # noqa: T201  the command's result


def main() -> int:
    """Parse the command line, evaluate, print."""
    parser = argparse.ArgumentParser(description="Measure how well a trained model understands.")
    parser.add_argument(
        "--model", type=Path, required=True, help="model archive, or the folder with the newest one"
    )
    parser.add_argument(
        "--file", type=Path, required=True, help="JSON lines with text, intent and optionally lang"
    )
    parser.add_argument("--confusions", action="store_true", help="list the pairs confused most often")
    arguments = parser.parse_args()
    try:
        rows = read_rows(arguments.file)
        with tempfile.TemporaryDirectory() as folder:
            parse = load_parser(arguments.model, Path(folder))
            _check_intents(rows, parse)
            judged = judge(parse, rows)
    except (BadRows, ModelUnusable, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201  the command's result
        return 2
    if arguments.confusions:
        _print_confusions(judged)
    print(json.dumps(summarise(judged), ensure_ascii=False))  # noqa: T201  the command's result
    return 0


if __name__ == "__main__":
    sys.exit(main())
