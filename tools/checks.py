"""`make check`: format, lint, types, imports. Quick, and the same on every machine."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tools import setup, web
from tools.environments import ENGINE, TOOLS
from tools.progress import ROOT

BIN = TOOLS.folder / "bin"
SERVICE_CODE = ["bot", "actions", "crm_store", "tools", "benchmarks", "tests"]
ENGINE_CODE = ["bot/engine"]


def _checks() -> list[tuple[str, list[str | Path], Path]]:
    mypy: list[str | Path] = [BIN / "mypy", "--no-error-summary"]
    engine_types = ["--config-file", "bot/engine/mypy.ini", "--python-executable", str(ENGINE.python)]
    checks: list[tuple[str, list[str | Path], Path]] = [
        ("format", [BIN / "ruff", "format", "--check", "--quiet", "."], ROOT),
        ("lint", [BIN / "ruff", "check", "--quiet", "."], ROOT),
        ("imports", [BIN / "lint-imports", "--no-cache"], ROOT),
        ("types", [*mypy, *(name for name in SERVICE_CODE if (ROOT / name).exists())], ROOT),
        ("types (engine)", [*mypy, *engine_types, *ENGINE_CODE], ROOT),
        ("repository", [TOOLS.python, "-m", "tools.hygiene"], ROOT),
        ("dependencies", [TOOLS.python, "-m", "tools.dependencies"], ROOT),
    ]
    checks += [
        (f"types (web/{part.name})", ["npm", "run", "--silent", "check"], part) for part in web.web_parts()
    ]
    return checks


def run_checks(arguments: Sequence[str]) -> int:
    """Run every check, show the output of those that fail, answer 1 when one did."""
    setup.prepare(setup.TO_CHECK)
    failed = [name for name, command, folder in _checks() if not _passes(name, command, folder)]
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all clean'}", flush=True)
    return 1 if failed else 0


def _passes(name: str, command: Sequence[str | Path], folder: Path) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    verdict = "ok" if result.returncode == 0 else "FAILED"
    print(f"check {name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
    if result.returncode != 0:
        print(result.stdout.decode(errors="replace"), flush=True)
    return result.returncode == 0


def format_code(arguments: Sequence[str]) -> int:
    """Format and fix what can be fixed without thinking."""
    setup.prepare([setup.INSTALLER, setup.TOOLS_PYTHON])
    subprocess.run([BIN / "ruff", "check", "--fix", "--quiet", "."], cwd=ROOT, check=False)
    return subprocess.run([BIN / "ruff", "format", "."], cwd=ROOT, check=False).returncode
