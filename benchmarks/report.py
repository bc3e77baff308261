"""The benchmark's table: printed, and written as Markdown and JSON to benchmarks/results/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.load import Measured

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass
class Results:
    """Everything one run measured."""

    machine: Mapping[str, str]
    settings: Mapping[str, float]
    cells: dict[str, dict[str, Measured]] = field(default_factory=dict)  # load -> side -> cell
    lengths: dict[str, dict[int, float]] = field(default_factory=dict)  # side -> length -> median ms
    processes: dict[str, dict[str, float]] = field(default_factory=dict)  # side -> what -> number


def table(results: Results) -> str:
    """Markdown: throughput and latency cells, growth with length, processes, each with its ratio."""
    lines = [
        "| load | stock turns/s | Kotha turns/s | ratio | stock p50 / p95 ms | Kotha p50 / p95 ms | p95 |",
        "|---|---|---|---|---|---|---|",
        *(_cell_row(load, sides) for load, sides in results.cells.items()),
        "",
        "| conversation length | stock median ms | of its 10th | Kotha median ms | of its 10th |",
        "|---|---|---|---|---|",
        *_length_rows(results),
        "",
        "| process | stock | Kotha |",
        "|---|---|---|",
        *_process_rows(results),
    ]
    return "\n".join(lines)


def _cell_row(load: str, sides: Mapping[str, Measured]) -> str:
    stock, kotha = sides["stock"], sides["kotha"]
    return (
        f"| {load} | {stock.turns_per_second:.1f} | {kotha.turns_per_second:.1f} "
        f"| **{_ratio(kotha.turns_per_second, stock.turns_per_second)}x** "
        f"| {stock.p50_ms:.0f} / {stock.p95_ms:.0f} | {kotha.p50_ms:.0f} / {kotha.p95_ms:.0f} "
        f"| **1/{_ratio(stock.p95_ms, kotha.p95_ms)}** |"
    )


def _length_rows(results: Results) -> list[str]:
    stock, kotha = results.lengths.get("stock", {}), results.lengths.get("kotha", {})
    first = min(kotha, default=0)
    return [
        f"| {length} | {stock[length]:.1f} | {_ratio(stock[length], stock[first])}x "
        f"| {kotha[length]:.1f} | {_ratio(kotha[length], kotha[first])}x |"
        for length in sorted(kotha)
    ]


def _process_rows(results: Results) -> list[str]:
    stock, kotha = results.processes["stock"], results.processes["kotha"]
    return [f"| {what} | {stock[what]:.1f} | {kotha[what]:.1f} |" for what in kotha]


def _ratio(above: float, below: float) -> str:
    return f"{above / below:.2f}" if below else "n/a"


def write(results: Results, name: str) -> Path:
    """Write `<date>-<name>.md` and `.json`; return the Markdown's path."""
    RESULTS.mkdir(exist_ok=True)
    stem = f"{date.today().isoformat()}-{name}"  # noqa: DTZ011  the name of a file, not a moment
    machine = "\n".join(f"- {key}: {value}" for key, value in {**results.machine, **results.settings}.items())
    page = RESULTS / f"{stem}.md"
    page.write_text(f"# Kotha against stock Rasa, side by side\n\n{machine}\n\n{table(results)}\n")
    (RESULTS / f"{stem}.json").write_text(json.dumps(asdict(results), indent=1) + "\n")
    return page
