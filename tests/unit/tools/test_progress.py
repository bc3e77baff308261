"""What a command says while it makes something."""

import sys
from pathlib import Path

import pytest

from tools import progress, setup
from tools.progress import Reporter, StepFailed, _last_line


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("fitting networks\n\x1b[0m\n", "fitting networks"),
        ("\x1b[94mStarting to train\x1b[0m\n\n", "Starting to train"),
        ("10%\r20%\r", "20%"),
        ("", ""),
    ],
)
def test_the_last_line_that_says_something_is_shown(tmp_path: Path, written: str, shown: str) -> None:
    log = tmp_path / "setup.log"
    log.write_text(written)
    assert _last_line(log) == shown


def test_a_clone_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(progress, "LOG_FOLDER", tmp_path / "file" / "log")
    with pytest.raises(StepFailed, match="a clone that this account may write to"):
        Reporter(terminal=False).run([sys.executable, "-V"], doing="looking", on_failure="Look again.")


def test_set_up_in_such_a_clone_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(setup, "FOLDER", tmp_path / "file" / "venvs")
    with pytest.raises(StepFailed, match="a clone that this account may write to"):
        setup.prepare([])
