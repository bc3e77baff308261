"""What clients sent, what was acknowledged, what they saw: a file of its own, outside the store."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
"""`at` (seconds since 1970), `kind`, and what that kind says."""


class Ledger:
    """Appends to the file and keeps what the judge and the plan's clock need."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self.accepted = 0
        self._file = path.open("a", encoding="utf-8")

    def note(self, kind: str, **facts: object) -> None:
        """Write one entry down; it is in the file when this returns."""
        entry: Entry = {"at": round(time.time(), 3), "kind": kind, **facts}
        self.entries.append(entry)
        self.accepted += kind == "accepted"
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """No more entries."""
        self._file.close()


def read_ledger(path: Path) -> list[Entry]:
    """The entries of an earlier run."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def of_kind(entries: Iterable[Entry], *kinds: str) -> list[Entry]:
    """The entries of these kinds, in order."""
    return [entry for entry in entries if entry["kind"] in kinds]
