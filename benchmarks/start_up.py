"""How long until the first message can be answered: stock, Kotha on a new store, and on a known one."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import kotha
from benchmarks.report import Results, Section
from benchmarks.rounds import rotated
from benchmarks.stock import StockRasa
from tests.fixtures.service import Service
from tools.model import model_path

STOCK, FIRST, AGAIN = "stock", "Kotha, new store", "Kotha, again"


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """Each starts alone; nothing else of the benchmark runs."""
    seconds: dict[str, list[float]] = {STOCK: [], FIRST: [], AGAIN: []}
    for number, order in enumerate(rotated([STOCK, "kotha"], options.rounds)):
        own = folder / f"start-{number}"
        await asyncio.to_thread(_start, own)  # the store stock's actions read; and both find the files cached
        for side in order:
            if side == STOCK:
                seconds[STOCK].append(await _stock(own))
            else:
                new = folder / f"start-{number}-new"
                seconds[FIRST].append(await asyncio.to_thread(_start, new))
                seconds[AGAIN].append(await asyncio.to_thread(_start, new))
        print(", ".join(f"{name} {found[-1]:.1f} s" for name, found in seconds.items()), flush=True)
    results.sections.append(compared(seconds))


def compared(seconds: Mapping[str, Sequence[float]]) -> Section:
    """The middle of the rounds, and what they lay between."""
    rows = {
        name: {"median, s": statistics.median(found), "least, s": min(found), "most, s": max(found)}
        for name, found in seconds.items()
    }
    return Section("ready after its start", rows)


def _start(folder: Path) -> float:
    began = time.monotonic()
    with Service(folder, **kotha.as_many_engines_as_cores()):
        return time.monotonic() - began


async def _stock(folder: Path) -> float:
    url = f"sqlite:///{folder / 'kotha.sqlite3'}"
    async with StockRasa(model=model_path(), database_url=url, log=folder / "stock.log") as stock:
        return stock.ready_seconds
