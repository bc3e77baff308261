"""What every process holds, read from the kernel and kept as lines of a CSV.

RSS counts pages that are shared with others, and those of files. `private` is what would be free if the
process ended; `anonymous` is what it asked for itself, without files.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import psutil

KIB = 1024
MB = 1e6
SUPERVISOR = "supervisor"
# Whose process it is, by a word of its command line.
PROGRAMS = {"bot.engine.server": "engine", "actions.server": "actions", "bot": "gateway"}


@dataclass(frozen=True)
class Sample:
    """One process at one moment: bytes and counts; `at` is seconds since the beginning."""

    at: float
    process: str
    pid: int
    rss: int
    pss: int
    private: int
    anonymous: int
    files: int
    threads: int


def samples(supervisor: psutil.Process, at: float) -> list[Sample]:
    """Every process of the service now, the supervisor first; one that just ended is left out."""
    found = []
    for name, process in _named(supervisor):
        try:
            found.append(_sample(round(at, 1), name, process))
        except (psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
            continue
    return found


def _named(supervisor: psutil.Process) -> Iterator[tuple[str, psutil.Process]]:
    """Several of a kind are told apart by their command line, which survives a restart."""
    yield SUPERVISOR, supervisor
    count = Counter[str]()
    for command, _, process in sorted((each.cmdline(), each.pid, each) for each in supervisor.children()):
        if name := program_of(command):
            count[name] += 1
            yield (name if count[name] == 1 else f"{name}{count[name]}"), process


def program_of(command: Sequence[str]) -> str:
    """Which program a command line starts; nothing when it is none of ours."""
    return next((name for word, name in PROGRAMS.items() if word in command), "")


def _sample(at: float, name: str, process: psutil.Process) -> Sample:
    sizes = rollup(Path(f"/proc/{process.pid}/smaps_rollup").read_text())
    return Sample(
        at,
        name,
        process.pid,
        rss=sizes["Rss"],
        pss=sizes["Pss"],
        private=sizes["Private_Clean"] + sizes["Private_Dirty"],
        anonymous=sizes["Anonymous"],
        files=process.num_fds(),
        threads=process.num_threads(),
    )


def rollup(text: str) -> dict[str, int]:
    """Bytes by name, of the kernel's `smaps_rollup`."""
    rows = (line.split() for line in text.splitlines()[1:])
    return {name.rstrip(":"): int(kibibytes) * KIB for name, kibibytes, _ in rows}


def append(page: Path, found: Sequence[Sample]) -> None:
    """Add lines; the first time with a head."""
    is_new = not page.exists()
    with page.open("a", newline="") as lines:
        writer = csv.DictWriter(lines, [field.name for field in fields(Sample)])
        if is_new:
            writer.writeheader()
        writer.writerows(asdict(sample) for sample in found)


def read(page: Path) -> list[Sample]:
    """All samples of a log, in their order."""
    with page.open(newline="") as lines:
        return [_from_row(row) for row in csv.DictReader(lines)]


def _from_row(row: dict[str, str]) -> Sample:
    counts = {
        name: int(row[name]) for name in ("pid", "rss", "pss", "private", "anonymous", "files", "threads")
    }
    return Sample(float(row["at"]), row["process"], **counts)
