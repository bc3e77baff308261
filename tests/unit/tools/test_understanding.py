"""`make nlu-eval` finds the file its caller means."""

from pathlib import Path

import pytest

from tools.understanding import EXIT_USAGE, benchmark, evaluate, find_file


def test_the_file_is_looked_for_where_the_caller_is(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.touch()
    assert find_file("rows.jsonl", tmp_path) == file


def test_a_caller_may_also_name_a_file_of_the_repository(tmp_path: Path) -> None:
    found = find_file("tests/nlu/held_out.jsonl", tmp_path)
    assert found is not None
    assert found.is_file()


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert evaluate(["--caller", str(tmp_path), "--file", "none.jsonl"]) == EXIT_USAGE
    captured = capsys.readouterr()
    assert "none.jsonl: no such file" in captured.err
    assert captured.out == ""


def test_without_a_file_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate([]) == EXIT_USAGE
    assert "FILE=" in capsys.readouterr().err


def test_a_benchmark_needs_both_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark(["--train", "a.csv"]) == EXIT_USAGE
    assert "TRAIN=" in capsys.readouterr().err


def test_a_benchmark_names_the_file_it_cannot_find(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").touch()
    arguments = ["--caller", str(tmp_path), "--train", "a.csv", "--test", "a.csv,none.csv"]
    assert benchmark(arguments) == EXIT_USAGE
    captured = capsys.readouterr()
    assert "none.csv" in captured.err
    assert captured.out == ""
