"""Labelled files in, figures out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.engine.labelled_files import check_labels, read_labelled
from bot.engine.nlu_benchmark import EXIT_BAD_INPUT, figures, judge, load_ranking, train
from bot.engine.rows import BadRows, Row
from tests.unit.engine.tiny import ROOT

OTHER = "oos"
ROWS = [
    Row(text, label)
    for label, texts in {
        "greet": ("hello", "good morning", "hi there [friend](person)"),
        "track": ("where is my order", "track my parcel", "has it left yet"),
        OTHER: ("what is the capital of peru", "sing me a song", "who won the match"),
    }.items()
    for text in texts
]
SMALL_PIPELINE = """
recipe: default.v1
language: en
pipeline:
  - name: bot.engine.components.normaliser.Normaliser
  - name: bot.engine.components.tokenizer.Tokenizer
  - name: bot.engine.components.features.NgramFeaturizer
  - name: bot.engine.components.intents.BlendedIntentClassifier
"""


def written(folder: Path, content: str, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def ranking(label: str, confidence: float, other: str = "track") -> list[dict[str, object]]:
    return [{"name": label, "confidence": confidence}, {"name": other, "confidence": 1 - confidence}]


def test_quoted_texts_and_several_files_are_read(tmp_path: Path) -> None:
    first = written(tmp_path, 'text,label\n"hi, there",greet\n', "a.csv")
    second = written(tmp_path, "label,text,lang\ntrack,amar order koi,bn-Latn\n", "b.csv")
    rows = read_labelled([first, second])
    assert [(row.text, row.intent, row.lang) for row in rows] == [
        ("hi, there", "greet", "unknown"),
        ("amar order koi", "track", "bn-Latn"),
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "1: no column text or label"),
        ("text,intent\nhi,greet\n", "1: no column label"),
        ("text,label\nhi,greet\nhi,\n", "3: a row has"),
        ("text,label\nhi, there,greet\n", "2: a row has"),
        ("text,label\n", "no rows"),
    ],
)
def test_a_bad_file_is_refused_with_the_line(tmp_path: Path, content: str, complaint: str) -> None:
    with pytest.raises(BadRows, match=complaint):
        read_labelled([written(tmp_path, content)])


def test_a_label_nobody_trained_is_refused_and_the_one_for_the_rest_is_not() -> None:
    check_labels([Row("hi", "greet"), Row("peru?", OTHER)], ["greet"], OTHER)
    with pytest.raises(BadRows, match=r"line 7: .*'refund'"):
        check_labels([Row("money", "refund", line=7)], ["greet"], OTHER)


def test_a_pipeline_is_trained_and_ranks_every_label(tmp_path: Path) -> None:
    config = written(tmp_path, SMALL_PIPELINE, "config.yml")
    archive = tmp_path / "model.tar.gz"
    train(ROWS, archive, config)
    rank = load_ranking(archive)
    measured = figures(judge(rank, ROWS, OTHER), OTHER)
    assert measured["n"] == len(ROWS)
    assert measured["in_scope_accuracy"] == 1.0
    assert len(rank("anything")) == 3


def test_rejection_counts_only_what_would_have_been_right() -> None:
    answers = {
        "sure": ranking("greet", 0.9),
        "unsure": ranking("greet", 0.42),
        "wrong": ranking("track", 0.41, "greet"),
        "stranger": ranking("greet", 0.3),
        "known stranger": ranking(OTHER, 0.8),
    }
    rows = [Row(text, OTHER if "stranger" in text else "greet") for text in answers]
    measured = figures(judge(answers.__getitem__, rows, OTHER), OTHER)
    assert measured["in_scope_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert measured["oos_recall"] == 0.5
    at = {one["threshold"]: one for one in measured["rejection"]}
    assert (at[0.0]["in_scope_loss"], at[0.0]["oos_recall"]) == (0.0, 0.5)
    assert at[0.5]["in_scope_loss"] == pytest.approx(1 / 3, abs=1e-4)
    assert at[0.5]["oos_recall"] == 1.0


def test_the_command_answers_2_for_a_bad_file(tmp_path: Path) -> None:
    bad = written(tmp_path, "text,intent\n")
    command = [sys.executable, "-m", "bot.engine.nlu_benchmark", "--train", str(bad), "--test", str(bad)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == EXIT_BAD_INPUT
    assert "no column label" in ended.stderr
    assert ended.stdout == ""
