"""Two engine processes against one, at the same load: what the second core is worth.

Twice: the whole service, and the engines alone. How busy the whole machine was stands beside it: where one
engine, its service and the customers already take all cores, a second engine has nothing to run on.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from benchmarks import engines_alone, kotha, messages
from benchmarks.beside_stock import WARM_UP_SECONDS
from benchmarks.load import Ask, Measured, closed_loop, middle
from benchmarks.report import Results, Section
from benchmarks.rounds import in_turn
from tests.fixtures.service import Service
from tools.secrets_file import kept_secrets

ENGINES = (1, 2)
CUSTOMERS = 32


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """The whole service with each number of engines, then the engines without it."""
    await _measure_service(results, options, folder)
    await _measure_engines(results, options, folder / "engines-alone")


async def _measure_service(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """A service with each number of engines; they take turns on the machine."""
    async with AsyncExitStack() as stack:
        askers = {count: await _service(folder / f"engines-{count}", count, stack) for count in ENGINES}
        busy: dict[int, list[float]] = {count: [] for count in ENGINES}

        async def measure_one(count: int) -> Measured:
            texts = [messages.mixed_in(options.wording)(number) for number in range(CUSTOMERS)]
            psutil.cpu_percent()  # the next call tells the mean since this one, of all cores
            cell = await closed_loop(askers[count], texts, seconds=options.seconds, warm_up=WARM_UP_SECONDS)
            busy[count].append(psutil.cpu_percent())
            kotha.tell(f"mixed, {CUSTOMERS} concurrent", f"{count} eng", cell)
            return cell

        found = await in_turn(ENGINES, options.rounds, measure_one)
    cells = {count: middle(cells) for count, cells in found.items()}
    means = {count: statistics.mean(shares) for count, shares in busy.items()}
    results.sections.append(compared(f"engine processes, mixed, {CUSTOMERS} concurrent", cells, means))


async def _measure_engines(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """One and both of two engines that nobody else asks anything."""
    with Service(folder, **kotha.engines(max(ENGINES))) as service:
        secret = kept_secrets(folder)["KOTHA_ENGINE_SECRET"]
        turns = engines_alone.requests(service.engine_urls[0], secret, messages.UNDERSTANDING)
        busy: dict[int, list[float]] = {count: [] for count in ENGINES}

        async def measure_one(count: int) -> Measured:
            psutil.cpu_percent()
            cell = engines_alone.drive(
                service.engine_urls[:count], turns, seconds=options.seconds, warm_up=WARM_UP_SECONDS
            )
            busy[count].append(psutil.cpu_percent())
            kotha.tell("engines alone", f"{count} eng", cell)
            return cell

        found = await in_turn(ENGINES, options.rounds, measure_one)
    cells = {count: middle(cells) for count, cells in found.items()}
    means = {count: statistics.mean(shares) for count, shares in busy.items()}
    results.sections.append(compared("engine processes alone, no custom actions", cells, means))


async def _service(folder: Path, engines: int, stack: AsyncExitStack) -> Sequence[Ask]:
    service = Service(folder, **kotha.LIMITS_OFF, **kotha.engines(engines))
    await asyncio.to_thread(service.start)
    stack.callback(service.stop)
    return [kotha.asker(customer) for customer in await kotha.customers(service, CUSTOMERS, stack)]


def compared(title: str, cells: dict[int, Measured], busy: dict[int, float]) -> Section:
    """Each number of engines with its ratio to the smallest; `busy` is the percentage of all cores."""
    one = cells[min(cells)].turns_per_second
    rows = {
        f"{count}": {
            "turns/s": cell.turns_per_second,
            "of one": cell.turns_per_second / one if one else 0.0,
            "p50 ms": cell.p50_ms,
            "p95 ms": cell.p95_ms,
            "machine busy, %": busy[count],
        }
        for count, cell in cells.items()
    }
    return Section(title, rows)
