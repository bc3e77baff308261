"""The web parts: installed by npm from their lock file, built by Vite when their sources changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.fingerprints import fingerprint
from tools.progress import ROOT, Reporter, StepFailed

WEB = ROOT / "web"
NODE_HINT = (
    "Install Node.js 20 or newer with npm (https://nodejs.org or your system's packages), then run again."
)
BUILD_HINT = "Read the lines above; `npm ci && npm run build` in that folder repeats it."


def web_parts() -> list[Path]:
    """The folders below web/ that are built."""
    return sorted(package.parent for package in WEB.glob("*/package.json"))


def modules_are_current(part: Path) -> bool:
    stamp = part / "node_modules" / ".installed"
    return stamp.exists() and stamp.read_text() == fingerprint([part / "package-lock.json"])


def install_modules(part: Path, reporter: Reporter) -> None:
    """`npm ci` when the lock changed since the last time."""
    if modules_are_current(part):
        return
    if shutil.which("npm") is None:
        raise StepFailed(f"npm was not found. {NODE_HINT}")
    reporter.run(
        ["npm", "ci", "--no-audit", "--no-fund"],
        doing=f"npm ci ({part.name})",
        on_failure=NODE_HINT,
        cwd=part,
    )
    (part / "node_modules" / ".installed").write_text(fingerprint([part / "package-lock.json"]))


def is_built(part: Path) -> bool:
    stamp = part / "dist" / ".built"
    return stamp.exists() and stamp.read_text() == fingerprint([part])


def build(part: Path, reporter: Reporter) -> None:
    """Build one part into its dist/ folder."""
    install_modules(part, reporter)
    reporter.run(["npm", "run", "build"], doing=f"vite build ({part.name})", on_failure=BUILD_HINT, cwd=part)
    (part / "dist" / ".built").write_text(fingerprint([part]))
