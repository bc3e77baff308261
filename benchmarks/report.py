"""The benchmark's table: printed, and written as Markdown and JSON to benchmarks/results/."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.load import Measured

CELLS = "| load | stock turns/s | Kotha turns/s | ratio | stock p50 / p95 ms | Kotha p50 / p95 ms | p95 |"
LENGTHS = "| conversation length | stock median ms | of its 10th | Kotha median ms | of its 10th |"
PROCESSES = "| process | stock | Kotha |"
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Section:
    """A table of Kotha alone: a row has a name and the same figures as the others."""

    title: str
    rows: Mapping[str, Mapping[str, float]]


@dataclass
class Results:
    """Everything one run measured."""

    machine: Mapping[str, str]
    settings: Mapping[str, float | str]
    cells: dict[str, dict[str, Measured]] = field(default_factory=dict)  # load -> side -> cell
    lengths: dict[str, dict[int, float]] = field(default_factory=dict)  # side -> length -> median ms
    processes: dict[str, dict[str, float]] = field(default_factory=dict)  # side -> what -> number
    sections: list[Section] = field(default_factory=list)


def table(results: Results) -> str:
    """Markdown: what was measured of cells, lengths, processes and sections, each with its ratio."""
    tables = [
        _table(CELLS, [_cell_row(load, sides) for load, sides in results.cells.items()]),
        _table(LENGTHS, _length_rows(results)),
        _table(PROCESSES, _process_rows(results)),
        *(_section(section) for section in results.sections),
    ]
    return "\n\n".join(part for part in tables if part)


def _table(head: str, rows: Sequence[str]) -> str:
    columns = head.count("|") - 1
    return "\n".join([head, "|" + "---|" * columns, *rows]) if rows else ""


def _section(section: Section) -> str:
    columns = list(next(iter(section.rows.values()), {}))
    rows = [
        f"| {name} | {' | '.join(_figure(row[column]) for column in columns)} |"
        for name, row in section.rows.items()
    ]
    return _table(f"| {section.title} | {' | '.join(columns)} |", rows)


def _figure(number: float) -> str:
    return (
        f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.2f}" if abs(number) < 10 else f"{number:.1f}"
    )


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
    return [
        f"| {length} | {_length_cells(stock, length)} | {_length_cells(kotha, length)} |"
        for length in sorted(kotha)
    ]


def _length_cells(side: Mapping[int, float], length: int) -> str:
    """Stock is not driven to every length: it grows without bound."""
    if length not in side:
        return "not run | "
    return f"{side[length]:.1f} | {_ratio(side[length], side[min(side)])}x"


def _process_rows(results: Results) -> list[str]:
    stock, kotha = results.processes.get("stock", {}), results.processes.get("kotha", {})
    return [f"| {what} | {stock[what]:.1f} | {kotha[what]:.1f} |" for what in kotha]


def _ratio(above: float, below: float) -> str:
    return f"{above / below:.2f}" if below else "n/a"


def _title(results: Results) -> str:
    beside_stock = results.cells or results.lengths
    return "Kotha against stock Rasa, side by side" if beside_stock else "Kotha, measured"


def write(results: Results, name: str, *, title: str = "") -> Path:
    """Write `<date>-<name>.md` and `.json`; return the Markdown's path."""
    RESULTS.mkdir(exist_ok=True)
    stem = f"{date.today().isoformat()}-{name}"  # noqa: DTZ011  the name of a file, not a moment
    machine = "\n".join(f"- {key}: {value}" for key, value in {**results.machine, **results.settings}.items())
    page = RESULTS / f"{stem}.md"
    page.write_text(f"# {title or _title(results)}\n\n{machine}\n\n{table(results)}\n")
    (RESULTS / f"{stem}.json").write_text(json.dumps(asdict(results), indent=1) + "\n")
    return page
