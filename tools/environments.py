"""The virtual environments: one a room, installed from hashed pins, re-used while the pins are unchanged."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.fingerprints import fingerprint
from tools.interpreters import ENGINE_VERSIONS, SERVICE_VERSIONS, find_interpreter
from tools.progress import ROOT, Reporter, StepFailed

FOLDER = ROOT / ".venvs"
REQUIREMENTS = ROOT / "requirements"
INSTALLER_HINT = "Check the network and the disk (the engine needs about 2 GB), then run the command again."


@dataclass(frozen=True)
class Environment:
    """One virtual environment and the interpreters that may carry it."""

    name: str
    versions: tuple[tuple[int, int], ...]
    about: str

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def pins(self) -> Path:
        return REQUIREMENTS / f"{self.name}.txt"

    @property
    def _stamp(self) -> Path:
        return self.folder / ".installed"

    def is_current(self) -> bool:
        """Whether it was completely installed from the pins as they are now."""
        return (
            self.python.exists()
            and self._stamp.exists()
            and self._stamp.read_text() == fingerprint([self.pins])
        )

    def install(self, reporter: Reporter) -> None:
        """Make it anew. The stamp is written last: an interrupted installation is done again."""
        interpreter = find_interpreter(self.versions)
        _check_disk()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self is UV:
            self._install_with_pip(reporter, interpreter)
        else:
            self._install_with_uv(reporter, interpreter)
        self._stamp.write_text(fingerprint([self.pins]))

    def _install_with_pip(self, reporter: Reporter, interpreter: str) -> None:
        venv: list[str | Path] = [interpreter, "-m", "venv", self.folder]
        reporter.run(venv, doing="venv", on_failure="Install Python's venv module.")
        pip: list[str | Path] = [self.python, "-m", "pip", "install", "--quiet", "--require-hashes"]
        reporter.run([*pip, "-r", self.pins], doing="pip install uv", on_failure=INSTALLER_HINT)

    def _install_with_uv(self, reporter: Reporter, interpreter: str) -> None:
        uv = UV.folder / "bin" / "uv"
        venv: list[str | Path] = [uv, "venv", "--quiet", "--python", interpreter, self.folder]
        reporter.run(
            venv,
            doing="venv",
            on_failure="Check that the folder .venvs can be written.",
        )
        install: list[str | Path] = [uv, "pip", "install", "--python", self.python]
        reporter.run(
            [*install, "--require-hashes", "--no-deps", "--compile-bytecode", "-r", self.pins],
            doing=f"uv pip install ({self.about})",
            on_failure=INSTALLER_HINT,
        )


UV = Environment("uv", SERVICE_VERSIONS, "the installer")
SERVICE = Environment("service", SERVICE_VERSIONS, "gateway and actions, 150 MB")
ENGINE = Environment("engine", ENGINE_VERSIONS, "Rasa without its GPU parts, 1.9 GB")
TOOLS = Environment("tools", SERVICE_VERSIONS, "tests and checks, 370 MB")

NEEDED_BYTES = 3_000_000_000  # the engine and the service together, with room for a model


def _check_disk() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise StepFailed(
            f"Only {free / 1e9:.1f} GB of disk are free here; set-up needs {NEEDED_BYTES / 1e9:.0f} GB."
        )
