"""Whether something must be made again: a fingerprint of what it is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.progress import ROOT

SKIPPED = {"__pycache__", "node_modules", "dist", ".venvs"}


def fingerprint(paths: Iterable[Path], *, extra: str = "") -> str:
    """The SHA-256 (hex) of the names and contents of files, folders taken whole."""
    digest = hashlib.sha256(extra.encode())
    for file in sorted(_files(paths)):
        digest.update(str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                file
                for file in path.rglob("*")
                if file.is_file() and not SKIPPED & set(file.relative_to(path).parts)
            )
        elif path.exists():
            yield path
