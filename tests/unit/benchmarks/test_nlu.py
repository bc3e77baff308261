"""Stock Rasa and Kotha side by side."""

from pathlib import Path

import pytest
import yaml

from benchmarks import nlu_training
from benchmarks.nlu import ON_ALL, table
from benchmarks.nlu_training import TrainingFailed, first_examples, one_of_every, train

STOCK = {
    "accuracy": 0.8,
    "by_lang": {"en": 0.9, "bn": 0.7},
    "p50_ms": 20.0,
    "training_s": 900.0,
    "oos_recall": None,
}
KOTHA = {
    "accuracy": 0.9,
    "by_lang": {"en": 0.95, "bn": 0.85},
    "p50_ms": 5.0,
    "training_s": 90.0,
    "oos_recall": 0.9,
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlu_training, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(nlu_training, "ROOT", tmp_path)


def test_shares_differ_in_points_and_costs_by_a_factor() -> None:
    lines = table({"stock": STOCK, "kotha": KOTHA}).splitlines()
    assert "| accuracy, bn | 0.700 | 0.850 | +15.0 points |" in lines
    assert "| parse p50, ms | 20.0 | 5.0 | 0.25x |" in lines
    assert "| out-of-scope recall | n/a | 0.900 |  |" in lines


def test_what_kotha_makes_of_all_examples_stands_beside_a_part() -> None:
    part = table({"stock": STOCK, "kotha": KOTHA, ON_ALL: {**KOTHA, "accuracy": 0.95}}).splitlines()
    assert part[0] == "|  | stock Rasa | Kotha |  | Kotha, all examples |"
    assert "| accuracy | 0.800 | 0.900 | +10.0 points | 0.950 |" in part
    assert len({line.count("|") for line in part}) == 1


def test_a_share_takes_examples_from_everywhere_and_leaves_other_blocks(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    intent = {"intent": "greet", "examples": "- hi\n- hello\n- hey\n- salam\n"}
    synonyms = {"synonym": "large", "examples": "- big\n- L\n"}
    (data / "a.en.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": [intent, synonyms]}))
    kept = yaml.safe_load((one_of_every(data, 3) / "a.en.yml").read_text())["nlu"]
    assert kept == [{"intent": "greet", "examples": "- hi\n- salam\n"}, synonyms]


def test_a_quick_try_takes_the_first_examples_of_each_intent(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    block = {"intent": "greet", "examples": "- hi\n- hello\n- hey\n"}
    (data / "smalltalk.en.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": [block]}))
    small = first_examples(data, 2)
    [kept] = yaml.safe_load((small / "smalltalk.en.yml").read_text())["nlu"]
    assert kept == {"intent": "greet", "examples": "- hi\n- hello\n"}


def test_a_side_is_trained_once_for_the_same_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[str] = []

    def pretend(side: str, command: list[Path], log: Path) -> dict[str, float]:
        trained.append(side)
        (log.parent / command[-1].name).write_bytes(b"model")
        return {"seconds": 12.0, "cpu_seconds": 20.0, "megabytes": 300.0}

    monkeypatch.setattr(nlu_training, "_run", pretend)
    monkeypatch.setattr(nlu_training, "_command", lambda side, nlu, output: [output])
    data = tmp_path / "nlu"
    data.mkdir()
    (data / "a.yml").write_text("nlu: []")
    first, second = train("stock", data), train("stock", data)
    assert first == second
    assert (first.seconds, first.cpu_seconds, first.model.read_bytes()) == (12.0, 20.0, b"model")
    (data / "a.yml").write_text("nlu: [1]")
    train("stock", data)
    assert trained == ["stock", "stock"]


def test_a_failed_training_is_told_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nlu_training, "_command", lambda *_: ["sh", "-c", "echo no room left; exit 3"])
    data = tmp_path / "nlu"
    data.mkdir()
    with pytest.raises(TrainingFailed, match="stock: no room left"):
        train("stock", data)
