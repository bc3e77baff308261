"""Find the Python interpreters that the two sides of the wall need.

Parses on any Python from 3.7 on (see `tools.__main__`), so it uses none of the newer syntax.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator, Sequence, Tuple  # noqa: UP035  an old python3 must be able to read this

Version = Tuple[int, int]  # noqa: UP006  an old python3 must be able to read this

SERVICE_VERSIONS = ((3, 11), (3, 12), (3, 13))
ENGINE_VERSIONS = ((3, 10),)  # Rasa 3.6 refuses 3.11


class InterpreterMissing(Exception):
    """No suitable Python was found: install one of the versions the message names."""


def find_interpreter(versions: Sequence[Version]) -> str:
    """Return the path of the first working interpreter of `versions` (pairs like `(3, 10)`).

    Looks at the running interpreter, on PATH, then in pyenv's versions; a pyenv shim that only
    says "not activated" is passed over because it is asked for its version first.
    """
    for version in versions:
        for candidate in _candidates(version):
            if _version_of(candidate) == version:
                return _real_path(candidate)
    names = " or ".join(_dotted(version) for version in versions)
    first = _dotted(versions[0])
    raise InterpreterMissing(
        f"Python {names} was not found on PATH or in pyenv. Install it (`pyenv install {first}`, or "
        f"your system's python{first} package with its venv module), then run the command again."
    )


def _dotted(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def _candidates(version: Version) -> Iterator[str]:
    name = f"python{_dotted(version)}"
    if sys.version_info[:2] == version:
        yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidate = Path(folder) / name
        if folder and candidate.exists():
            yield str(candidate)
    pyenv_versions = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    for root in sorted(pyenv_versions.glob(f"{_dotted(version)}.*"), reverse=True):
        yield str(root / "bin" / name)


def _ask(python: str, expression: str) -> str:
    try:
        answer = subprocess.run(
            [python, "-c", f"import sys, venv, ensurepip; print({expression})"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode().strip()


def _version_of(python: str) -> Version | None:
    answer = _ask(python, "'%d.%d' % sys.version_info[:2]")
    major, _, minor = answer.partition(".")
    return (int(major), int(minor)) if minor else None


def _real_path(python: str) -> str:
    # A shim depends on the folder it is called from; the executable behind it does not. Inside a virtual
    # environment the interpreter that made it is meant, so that environments are never stacked.
    return _ask(python, "getattr(sys, '_base_executable', sys.executable)") or python


def run_again_with_newer_python() -> None:
    """Replace this process by the same command under a Python that can run it; exit when there is none."""
    try:
        python = find_interpreter(SERVICE_VERSIONS)
    except InterpreterMissing as missing:
        sys.exit(str(missing))
    os.execv(python, [python, "-m", "tools", *sys.argv[1:]])  # noqa: S606  the same program, newer interpreter
