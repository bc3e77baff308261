"""`python -m bot.engine.nlu_benchmark --train a.csv --test b.csv [--oos LABEL]`: this pipeline on any labels.

Trains the pipeline of config.yml through Rasa's training graph on the first files and measures it on the
second ones. Progress goes to standard error; the last line of standard output is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.engine.labelled_files import check_labels, read_labelled
from bot.engine.logs import configure_logs
from bot.engine.model_file import unpacked
from bot.engine.rows import BadRows, Row
from bot.engine.scores import Judged, summarise
from bot.engine.splitting import FALLBACK

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config.yml"
EXIT_BAD_INPUT = 2
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(20))
REPORTED = ("n", "accuracy", "macro_f1", "by_lang", "ece", "p50_ms", "p95_ms")
_WARM_UP = 20  # rows read once before the clock runs
_ROWS_BETWEEN_SIGNS = 1000  # a line of progress this often

Json = Any  # what JSON can hold
Ranking = list[dict[str, Any]]
Rank = Callable[[str], Ranking]


def train(rows: Sequence[Row], archive: Path, config: Path = CONFIG) -> None:
    """Trains the understanding of `config` on the rows and packs it as Rasa does."""
    # Rasa's training code is heavy (TensorFlow): not before it is needed.
    from rasa.engine.caching import LocalTrainingCache
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.training.graph_trainer import GraphTrainer
    from rasa.shared.data import TrainingType

    from bot.engine.labelled_importer import LabelledImporter

    importer = LabelledImporter(rows, config)
    graph = DefaultV1Recipe().graph_config_for_recipe(
        importer.get_config(), {}, training_type=TrainingType.NLU
    )
    with tempfile.TemporaryDirectory() as folder:
        trainer = GraphTrainer(LocalModelStorage(Path(folder)), LocalTrainingCache(), DaskGraphRunner)
        trainer.train(graph, importer, archive, force_retraining=True)


def load_ranking(archive: Path) -> Rank:
    """The understanding of a model: every label of a text, likeliest first."""
    from rasa.core.channels.channel import UserMessage

    from bot.engine.graph_runner import PlainGraphRunner, without_commands
    from bot.engine.serving_storage import ServingModelStorage

    with unpacked(archive) as model:
        storage = ServingModelStorage.of(model.folder)
        runner = PlainGraphRunner.serving(storage)
    target = without_commands(storage.metadata.predict_schema, str(storage.metadata.nlu_target))

    def rank(text: str) -> Ranking:
        outputs = runner.run(inputs={"__message__": [UserMessage(text)]}, targets=[target])
        ranking: Ranking = outputs[target][0].as_dict(only_output_properties=True)["intent_ranking"]
        return [one for one in ranking if one["name"] != FALLBACK]

    return rank


def judge(rank: Rank, rows: Sequence[Row], out_of_scope: str) -> list[Judged]:
    """Ranks and times each row."""
    for row in rows[:_WARM_UP]:
        rank(row.text)
    judged = []
    for number, row in enumerate(rows, start=1):
        judged.append(_judge(rank, row, out_of_scope))
        if number % _ROWS_BETWEEN_SIGNS == 0:
            _tell(f"{number} of {len(rows)} rows")
    return judged


def figures(judged: Sequence[Judged], out_of_scope: str) -> dict[str, Json]:
    """The JSON line. Without `out_of_scope` rows their figures are None."""
    strangers = [one for one in judged if one.row.intent == out_of_scope]
    inside = [one for one in judged if one.row.intent != out_of_scope]
    summary = summarise(inside or judged)
    whole = summarise(judged)
    return {
        **{name: whole[name] for name in REPORTED},
        "ece": summary["ece"],
        "oos_recall": _share([one.likeliest == out_of_scope for one in strangers]),
        "in_scope_accuracy": _share([one.right for one in inside]),
        "rejection": [_rejection(inside, strangers, out_of_scope, threshold) for threshold in THRESHOLDS],
    }


def _judge(rank: Rank, row: Row, out_of_scope: str) -> Judged:
    started = time.perf_counter()
    ranking = rank(row.text)
    milliseconds = (time.perf_counter() - started) * 1000
    request = next((one for one in ranking if one["name"] != out_of_scope), ranking[0])
    return Judged(
        row,
        likeliest=ranking[0]["name"],
        likeliest_request=request["name"],
        answered=ranking[0]["name"],
        confidence=ranking[0]["confidence"],
        language="",
        entities=(),
        requests=1,
        milliseconds=milliseconds,
    )


def _rejection(
    inside: Sequence[Judged], strangers: Sequence[Judged], out_of_scope: str, threshold: float
) -> dict[str, Json]:
    """What is gained and lost when less confidence than `threshold`, too, counts as out of scope.

    The loss is of requests that would be understood if nothing were ever rejected.
    """

    def rejected(one: Judged) -> bool:
        return one.likeliest == out_of_scope or one.confidence < threshold

    return {
        "threshold": threshold,
        "in_scope_loss": _share(
            [rejected(one) and one.likeliest_request == one.row.intent for one in inside]
        ),
        "oos_recall": _share([rejected(one) for one in strangers]),
    }


def _share(held: Sequence[bool]) -> float | None:
    return round(float(np.mean(held)), 4) if held else None


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)  # noqa: T201  the command's progress


def _files(named: str) -> list[Path]:
    return [Path(name) for name in named.split(",") if name]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure this project's pipeline on any labelled texts.")
    parser.add_argument(
        "--train", type=_files, required=True, help="CSV with text,label; several: a.csv,b.csv"
    )
    parser.add_argument(
        "--test", type=_files, required=True, help="CSV with text,label; several: a.csv,b.csv"
    )
    parser.add_argument("--oos", default="", help="the label that means: none of the others")
    return parser.parse_args()


def main() -> int:
    """Parse the command line, train, measure, print."""
    arguments = _arguments()
    configure_logs("console")
    try:
        train_rows, test_rows = read_labelled(arguments.train), read_labelled(arguments.test)
        check_labels(test_rows, (row.intent for row in train_rows), arguments.oos)
    except (BadRows, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)  # noqa: T201  the command's result
        return EXIT_BAD_INPUT
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "benchmark.tar.gz")
        _tell(f"training on {len(train_rows)} rows")
        started = time.perf_counter()
        train(train_rows, archive)
        _tell(f"trained in {time.perf_counter() - started:.0f} s; measuring {len(test_rows)} rows")
        judged = judge(load_ranking(archive), test_rows, arguments.oos)
    print(json.dumps(figures(judged, arguments.oos), ensure_ascii=False))  # noqa: T201  the command's result
    return 0


if __name__ == "__main__":
    sys.exit(main())
