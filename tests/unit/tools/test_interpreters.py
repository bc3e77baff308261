import os
import sys
from pathlib import Path

import pytest

from tools.interpreters import InterpreterMissing, find_interpreter

HERE = (sys.version_info[0], sys.version_info[1])


def test_the_running_interpreter_is_found() -> None:
    assert Path(find_interpreter([HERE])).exists()


def test_a_virtual_environment_answers_with_the_interpreter_behind_it() -> None:
    assert ".venvs" not in find_interpreter([HERE])


def test_a_missing_interpreter_is_named_with_what_to_install() -> None:
    with pytest.raises(InterpreterMissing, match=r"Python 2\.6 was not found.*pyenv install 2\.6"):
        find_interpreter([(2, 6)])


def test_a_shim_that_does_not_answer_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.98"
    shim.write_text("#!/bin/sh\necho 'not activated' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    with pytest.raises(InterpreterMissing):
        find_interpreter([(3, 98)])


def test_an_interpreter_of_pyenv_is_found_without_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "versions" / "3.97.1" / "bin" / "python3.97"
    python.parent.mkdir(parents=True)
    # Answers like an interpreter: first its version, then its own path.
    python.write_text(f'#!/bin/sh\ncase "$2" in *version_info*) echo 3.97;; *) echo {python};; esac\n')
    python.chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find_interpreter([(3, 97)]) == str(python)
