"""`make clean` removes what it is asked to, and nothing when it does not understand."""

from pathlib import Path

import pytest

from tools import cleaning
from tools.progress import StepFailed


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cleaning, "ROOT", tmp_path)
    for name in ("models", "var", ".venvs"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "left"), [([], {"var", ".venvs"}), (["all"], {"var"}), (["all", "data"], set())]
)
def test_data_and_environments_go_only_when_they_are_named(
    clone: Path, words: list[str], left: set[str]
) -> None:
    cleaning.clean(words)
    assert {folder.name for folder in clone.iterdir()} == left


def test_a_word_that_is_not_understood_removes_nothing(clone: Path) -> None:
    with pytest.raises(StepFailed, match="Unknown: everything"):
        cleaning.clean(["everything"])
    assert (clone / "models").exists()
