"""What a soak's figures say: how fast each process grew after the warm-up, and who was forgotten."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.memory_log import MB, Sample, read

MEMORY, COUNTS, SETTINGS = "memory.csv", "counts.json", "run.json"
FLAT_MB_AN_HOUR = 1.0  # the promise
HOUR = 3600.0
# Fewer looks than these say nothing about hours.
FEWEST_LOOKS = 10


class TooShort(Exception):
    """There are too few looks after the warm-up: let it run longer, or look more often (`--every`)."""


@dataclass(frozen=True)
class Growth:
    """One process after the warm-up; megabytes, and megabytes an hour."""

    mb_an_hour: float  # Theil-Sen: a burst in between, or at one end, does not move it
    by_least_squares: float
    private_an_hour: float
    first: float
    last: float
    most: float
    files: tuple[int, int]
    threads: tuple[int, int]
    restarts: int

    @property
    def is_flat(self) -> bool:
        """Whether it kept the promise; a process that began anew proves nothing."""
        return self.mb_an_hour < FLAT_MB_AN_HOUR and not self.restarts

    def row(self) -> dict[str, float]:
        """For the table."""
        return {
            "MB/h": self.mb_an_hour,
            "by least squares": self.by_least_squares,
            "private, MB/h": self.private_an_hour,
            "after warm-up, MB": self.first,
            "at the end, MB": self.last,
            "most, MB": self.most,
            "files, first": self.files[0],
            "files, last": self.files[1],
            "threads, first": self.threads[0],
            "threads, last": self.threads[1],
            "restarts": self.restarts,
        }


@dataclass(frozen=True)
class Verdict:
    """Everything a run's folder says."""

    growth: Mapping[str, Growth]
    counts: Mapping[str, Any]
    settings: Mapping[str, Any]
    hours: float

    @property
    def is_good(self) -> bool:
        """All flat, nobody forgotten."""
        forgotten = self.counts["lost"] + self.counts["unanswered"]
        return not forgotten and all(growth.is_flat for growth in self.growth.values())


def judge(folder: Path, *, warm_up: float) -> Verdict:
    """Read the figures of a run that has ended or goes on. TooShort when nothing can be said yet."""
    samples = read(folder / MEMORY)
    end = max(sample.at for sample in samples)
    growth = {name: growth_of(own) for name, own in _by_process(samples, after=warm_up * end).items()}
    counts, settings = (json.loads((folder / name).read_text()) for name in (COUNTS, SETTINGS))
    return Verdict(growth, counts, settings, end / HOUR)


def _by_process(samples: Sequence[Sample], *, after: float) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        if sample.at >= after:
            found.setdefault(sample.process, []).append(sample)
    return found


def growth_of(samples: Sequence[Sample]) -> Growth:
    """Of one process's samples."""
    if len(samples) < FEWEST_LOOKS:
        raise TooShort(
            f"{len(samples)} looks at {samples[0].process} after the warm-up, {FEWEST_LOOKS} needed"
        )
    hours = [sample.at / HOUR for sample in samples]
    sizes = [sample.rss / MB for sample in samples]
    return Growth(
        mb_an_hour=theil_sen(hours, sizes),
        by_least_squares=statistics.linear_regression(hours, sizes).slope,
        private_an_hour=theil_sen(hours, [sample.private / MB for sample in samples]),
        first=sizes[0],
        last=sizes[-1],
        most=max(sizes),
        files=(samples[0].files, samples[-1].files),
        threads=(samples[0].threads, samples[-1].threads),
        restarts=len({sample.pid for sample in samples}) - 1,
    )


def theil_sen(xs: Sequence[float], ys: Sequence[float]) -> float:
    """The median of the slopes between any two points."""
    return statistics.median(_slopes(xs, ys))


def _slopes(xs: Sequence[float], ys: Sequence[float]) -> Iterator[float]:
    for (x, y), (later, then) in combinations(zip(xs, ys, strict=True), 2):
        if later != x:
            yield (then - y) / (later - x)


def write(verdict: Verdict, name: str) -> Path:
    """The tables, in `benchmarks/results/`; the Markdown's path."""
    promise = f"every process under {FLAT_MB_AN_HOUR:.0f} MB/h, nothing lost, nothing unanswered"
    settings = {
        **verdict.settings,
        "ran, hours": round(verdict.hours, 2),
        "visits": _listed(verdict.counts["visits"]),
        "trouble": _listed(verdict.counts["trouble"]) or "none",
        promise: "kept" if verdict.is_good else "NOT kept",
    }
    sections = [
        report.Section(
            "resident memory after the warm-up", {name: each.row() for name, each in verdict.growth.items()}
        ),
        report.Section("what customers saw", {"messages": customers_row(verdict.counts)}),
    ]
    return report.write(report.Results({}, settings, sections=sections), name, title="Hours at a steady rate")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def customers_row(counts: Mapping[str, Any]) -> dict[str, float]:
    """Messages by what came of them. The last ones before a run was stopped are not read back."""
    read_back = sum(counts[name] for name in ("answered", "unanswered", "lost"))
    median, p95, p99 = counts["seconds"] or (0.0, 0.0, 0.0)
    return {
        **{name: counts[name] for name in ("sent", "accepted", "answered", "unanswered", "lost")},
        "not read back": counts["accepted"] - read_back,
        "connections made again": counts["reloads"],
        "p50 ms": 1000 * median,
        "p95 ms": 1000 * p95,
        "p99 ms": 1000 * p99,
    }
