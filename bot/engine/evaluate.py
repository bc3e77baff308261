"""`python -m bot.engine.evaluate --model MODEL --file rows.jsonl`: how well a trained model understands.

Every text is understood by the code that understands it in a live turn. The last line of standard output is
one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.engine.errors import ModelUnusable
from bot.engine.loading import WARM_UP_TEXTS, load_engine
from bot.engine.logs import configure_logs
from bot.engine.metrics import Metrics
from bot.engine.rows import BadRows, Entity, Row, check_intents, read_rows
from bot.engine.scores import OUT_OF_SCOPE, Judged, list_confusions, summarise
from bot.engine.settings import EngineSettings
from bot.engine.splitting import FALLBACK, Understood
from bot.engine.stock_rasa import load_stock_understanding

PAIRS_SHOWN = 25
EXAMPLES_SHOWN = 3
ROWS_BETWEEN_SIGNS = 500  # a line of progress this often
EXIT_BAD_INPUT = 2
_ANY_TEXT = "where is my order"  # every intent is ranked whatever is asked
_NO_ACTIONS = "http://127.0.0.1:9/webhook"  # understanding calls no action

Parsed = dict[str, Any]
Understand = Callable[[str], Understood]


def load_understanding(model: Path) -> Understand:
    """The understanding of a model as the engine serves it."""
    nobody = EngineSettings(model, 0, "", (_NO_ACTIONS,), "")
    return load_engine(nobody, Metrics()).turns.understand


def judge(understand: Understand, rows: Iterable[Row]) -> Iterator[Judged]:
    """Understands and times each row."""
    for row in rows:
        started = time.perf_counter()
        understood = understand(row.text)
        yield _judged(row, understood, (time.perf_counter() - started) * 1000)


def _judged(row: Row, understood: Understood, milliseconds: float) -> Judged:
    first = understood.requests[0]
    shift = len(row.text) - len(row.text.lstrip())
    ranking = [one for one in first["intent_ranking"] if one["name"] != FALLBACK]
    return Judged(
        row,
        likeliest=ranking[0]["name"],
        likeliest_request=next(one["name"] for one in ranking if one["name"] != OUT_OF_SCOPE),
        answered=first["intent"]["name"],
        confidence=ranking[0]["confidence"],
        language=first.get("language", ""),
        entities=tuple(_entity(entity, shift) for entity in understood.whole["entities"]),
        requests=len(understood.requests),
        milliseconds=milliseconds,
    )


def _entity(found: Parsed, shift: int) -> Entity:
    return Entity(found["entity"], found["start"] + shift, found["end"] + shift, found["value"])


def _with_progress(judged: Iterable[Judged], total: int) -> Iterator[Judged]:
    for number, one in enumerate(judged, start=1):
        if number % ROWS_BETWEEN_SIGNS == 0:
            print(f"{number} of {total} rows", file=sys.stderr, flush=True)  # noqa: T201  the command's progress
        yield one


def _known_intents(understand: Understand) -> set[str]:
    return {one["name"] for one in understand(_ANY_TEXT).whole["intent_ranking"]} - {FALLBACK}


def _print_confusions(judged: Sequence[Judged]) -> None:
    for count, right, instead, texts in list_confusions(judged)[:PAIRS_SHOWN]:
        shown = " | ".join(texts[:EXAMPLES_SHOWN])
        print(f"{count:3d}  {right} -> {instead}: {shown}")  # noqa: T201  the command's result


def _loaded(arguments: argparse.Namespace) -> Understand:
    understand = (load_stock_understanding if arguments.stock else load_understanding)(arguments.model)
    for text in WARM_UP_TEXTS:
        understand(text)
    return understand


def _resident_mb() -> float:
    """Memory of this process, which has the model loaded and nothing else of weight."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how well a trained model understands.")
    parser.add_argument(
        "--model", type=Path, required=True, help="model archive, or the folder with the newest one"
    )
    parser.add_argument(
        "--file", type=Path, required=True, help="JSON lines with text, intent, optionally lang and entities"
    )
    parser.add_argument(
        "--stock", action="store_true", help="understand with unmodified Rasa, for comparison"
    )
    parser.add_argument("--confusions", action="store_true", help="list the pairs confused most often")
    return parser.parse_args()


def main() -> int:
    """Parse the command line, evaluate, print."""
    arguments = _arguments()
    configure_logs("console")
    try:
        rows = read_rows(arguments.file)
        understand = _loaded(arguments)
        if not arguments.stock:  # which tells only the ten likeliest
            check_intents(rows, _known_intents(understand))
    except (BadRows, ModelUnusable, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)  # noqa: T201  the command's result
        return EXIT_BAD_INPUT
    judged = list(_with_progress(judge(understand, rows), len(rows)))
    if arguments.confusions:
        _print_confusions(judged)
    figures = {**summarise(judged), "resident_mb": _resident_mb()}
    print(json.dumps(figures, ensure_ascii=False))  # noqa: T201  the command's result
    return 0


if __name__ == "__main__":
    sys.exit(main())
