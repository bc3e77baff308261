"""Programs from Debian's packages that tests need: Chromium, nginx, PostgreSQL, systemd."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.progress import Reporter

_VERSIONS = Path("/usr/lib/postgresql")  # Debian keeps PostgreSQL's programs apart, off PATH
_QUIETLY = {"DEBIAN_FRONTEND": "noninteractive"}


@dataclass(frozen=True)
class Programs:
    """What the packages bring: each row of `commands` are names of which one has to be there."""

    title: str
    commands: Sequence[Sequence[str]]
    packages: Sequence[str]

    def are_there(self) -> bool:
        """Whether each of them is on PATH, or where Debian puts it."""
        return all(any(map(_find, names)) for names in self.commands)

    def are_ready(self) -> bool:
        """There, or nothing that this command could change: the tests are then skipped with the reason."""
        return self.are_there() or not can_install()

    def install(self, reporter: Reporter) -> None:
        """With apt-get. Raises StepFailed, saying what to install by hand."""
        hint = f"Install by hand (Debian: apt-get install {' '.join(self.packages)})."
        reporter.run(["apt-get", "update", "-qq"], doing="apt-get update", on_failure=hint, env=_QUIETLY)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *self.packages]
        reporter.run(command, doing=f"apt-get install {self.packages[0]}", on_failure=hint, env=_QUIETLY)


CHROMIUM = Programs(
    "Chromium for the browser tests", [("chromium", "chromium-browser")], ["chromium", "fonts-noto-core"]
)
POSTGRESQL = Programs("PostgreSQL for the store's tests", [("initdb",), ("pg_ctl",)], ["postgresql"])
SERVERS = Programs(
    "nginx and systemd, which read the files of deploy/",
    [("nginx",), ("openssl",), ("systemd-analyze",)],
    ["nginx", "openssl", "systemd"],
)


def can_install() -> bool:
    """Root on Debian."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _find(program: str) -> bool:
    return shutil.which(program) is not None or any(_VERSIONS.glob(f"*/bin/{program}"))
