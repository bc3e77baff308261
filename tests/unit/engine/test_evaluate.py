"""Rows in, figures out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.engine.evaluate import judge
from bot.engine.loading import LoadedEngine
from bot.engine.rows import BadRows, Entity, Row, check_intents, read_rows
from bot.engine.scores import Judged, list_confusions, summarise
from tests.unit.engine.tiny import ROOT

Json = Any


def rows_file(folder: Path, *rows: Json) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def judged(intent: str, likeliest: str, *, answered: str | None = None, **given: Json) -> Judged:
    row = Row("…", intent, given.pop("lang", "en"), given.pop("told", None))
    values = {
        "likeliest_request": likeliest,
        "confidence": 0.9,
        "language": "en",
        "entities": (),
        "requests": 1,
        "milliseconds": 1.0,
    }
    return Judged(row, likeliest, answered=answered or likeliest, **{**values, **given})


def test_rows_are_read_with_language_and_entities(tmp_path: Path) -> None:
    entity = {"entity": "order_number", "start": 9, "end": 17, "value": "KT-10234"}
    path = rows_file(
        tmp_path,
        {"text": "where is KT-10234", "intent": "track_order", "lang": "en", "entities": [entity]},
        {"text": "hi", "intent": "greet"},
    )
    first, second = read_rows(path)
    assert first.lang == "en"
    assert first.entities == (Entity("order_number", 9, 17, "KT-10234"),)
    assert (second.lang, second.entities) == ("unknown", None)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "a row is an object"),
        ('{"text": "hi"}', "a row is an object"),
        ('{"text": " ", "intent": "greet"}', "a row is an object"),
        ('{"text": "hi", "intent": "greet", "entities": [{"entity": "phone"}]}', "an entity is"),
    ],
)
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"text": "hi", "intent": "greet"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(BadRows, match=rf"rows\.jsonl:3: {complaint}"):
        read_rows(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match="no rows"):
        read_rows(rows_file(tmp_path))


def test_unknown_intents_are_named_with_their_lines() -> None:
    rows = [Row("a", "greet", line=1), Row("b", "buy_house", line=2), Row("c", "buy_house", line=7)]
    with pytest.raises(BadRows, match=r"buy_house \(lines 2, 7\)\. It knows: greet, thank"):
        check_intents(rows, {"greet", "thank"})


def test_figures_are_counted_by_language() -> None:
    figures = summarise(
        [
            judged("greet", "greet"),
            judged("greet", "thank"),
            judged("thank", "thank", lang="bn", language="bn"),
        ]
    )
    assert figures["n"] == 3
    assert figures["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["by_lang"] == {"bn": 1.0, "en": 0.5}
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 2 / 3) / 2, abs=1e-4)
    assert {"oos_recall", "ece", "p50_ms", "p95_ms"} <= figures.keys()


def test_rows_that_do_not_tell_their_language_judge_no_language() -> None:
    untold = [judged("greet", "greet", lang="unknown", language="en")]
    assert summarise(untold)["by_lang"] == {"unknown": 1.0}
    assert (summarise(untold)["language_accuracy"], summarise(untold)["language_wrong"]) == ({}, None)


def test_a_fallback_counts_as_recognising_what_is_out_of_scope() -> None:
    figures = summarise(
        [
            judged("out_of_scope", "greet", answered="nlu_fallback"),
            judged("out_of_scope", "out_of_scope"),
            judged("out_of_scope", "greet"),
        ]
    )
    assert figures["oos_recall"] == pytest.approx(2 / 3, abs=1e-4)


def test_only_what_would_have_been_understood_is_lost_by_rejecting_it() -> None:
    figures = summarise(
        [
            judged("greet", "greet", answered="nlu_fallback"),
            judged("greet", "out_of_scope", likeliest_request="greet"),
            judged("greet", "thank", answered="nlu_fallback"),
            judged("greet", "greet"),
        ]
    )
    assert (figures["in_scope_loss"], figures["in_scope_rejected"]) == (0.5, 0.75)


def test_entities_need_the_right_name_place_and_value() -> None:
    told = (Entity("phone", 0, 5, "+880"), Entity("date", 6, 9, None))
    found = (Entity("phone", 0, 5, "+880"), Entity("date", 6, 9, "2026-01-01"), Entity("city", 10, 15, "x"))
    wrong_place = (Entity("phone", 5, 9, "+880"),)
    figures = summarise(
        [
            judged("inform", "inform", told=told, entities=found),
            judged("inform", "inform", told=told[:1], entities=wrong_place),
            judged("inform", "inform", entities=found),
        ]
    )
    assert figures["entity_rows"] == 2
    assert figures["entity_f1"] == pytest.approx(2 * 2 / (3 + 4), abs=1e-4)
    assert figures["entity_f1_by_name"] == {"city": 0.0, "date": 1.0, "phone": 0.5}


def test_an_entity_found_in_part_of_its_place_is_found() -> None:
    told = (Entity("date", 4, 18, "2026-11-20"),)
    found = (Entity("date", 8, 20, "2026-11-20"),)
    assert summarise([judged("inform", "inform", told=told, entities=found)])["entity_f1"] == 1.0


def test_rows_without_entities_have_no_entity_figure() -> None:
    assert "entity_f1" not in summarise([judged("greet", "greet")])


def test_the_most_frequent_confusion_comes_first() -> None:
    pairs = list_confusions([judged("a", "b"), judged("c", "d"), judged("c", "d"), judged("e", "e")])
    assert [pair[:3] for pair in pairs] == [(2, "c", "d"), (1, "a", "b")]


def test_rows_are_understood_as_a_live_turn_would(loaded: LoadedEngine) -> None:
    [one] = judge(loaded.turns.understand, [Row("hello there", "greet")])
    assert one.right
    assert (one.answered, one.language, one.requests) == ("greet", "en", 1)


def test_the_command_ends_with_one_line_of_json(model: Path, tmp_path: Path) -> None:
    done = evaluate(model, rows_file(tmp_path, {"text": "hello there", "intent": "greet", "lang": "en"}))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["accuracy"] == 1.0


def test_the_command_refuses_unknown_intents(model: Path, tmp_path: Path) -> None:
    done = evaluate(model, rows_file(tmp_path, {"text": "hello there", "intent": "greeting"}))
    assert done.returncode == 2
    assert "greeting (line 1)" in done.stderr
    assert done.stdout == ""


def evaluate(model: Path, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.engine.evaluate", "--model", str(model), "--file", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
