"""`make clean`: remove what the commands made and can make again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from tools.progress import ROOT, StepFailed

MADE = [
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    ".rasa",
    "test-results",
    "models",
]
MADE_EXPENSIVELY = [".venvs"]
# The demo's database and secrets are somebody's data: removed only when asked for by name.
DATA = ["var"]
WORDS = {"all", "data"}


def clean(arguments: Sequence[str]) -> int:
    """Remove caches, builds and models; with `all` the environments too, with `data` the data directory."""
    if unknown := set(arguments) - WORDS:
        raise StepFailed(
            f"Nothing was removed. Unknown: {' '.join(sorted(unknown))}. There are all and data."
        )
    doomed = [
        *MADE,
        *(MADE_EXPENSIVELY if "all" in arguments else []),
        *(DATA if "data" in arguments else []),
    ]
    folders = [ROOT / name for name in doomed]
    for pattern in ("web/*/dist", *(["web/*/node_modules"] if "all" in arguments else [])):
        folders.extend(ROOT.glob(pattern))
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)
            print(f"removed {folder.relative_to(ROOT)}")
    return 0
