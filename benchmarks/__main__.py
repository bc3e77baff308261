"""`make bench`: measure, print the table, write it to benchmarks/results/.

Both services run at once and take turns on the processor: each cell is measured on one side, then the other,
several times over, so that a noisy machine disturbs both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks import kotha, machine, messages
from benchmarks.load import Ask, Measured, by_length, closed_loop, middle
from benchmarks.report import Results, table, write
from benchmarks.stock import StockRasa
from tests.fixtures.service import Service
from tests.fixtures.web_client import WebClient
from tools.model import model_path

CONCURRENCY = (1, 8, 32)
LENGTHS = (10, 100, 1000)
AROUND = 10  # turns whose median stands for one length


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="window of one cell on one side")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often each cell is measured; the median counts"
    )
    parser.add_argument("--longest", type=int, default=max(LENGTHS), help="longest conversation")
    parser.add_argument("--name", default="bench", help="name of the result files")
    options = parser.parse_args()
    results = asyncio.run(run(options))
    print(f"\n{table(results)}\n\nwritten to {write(results, options.name).relative_to(Path.cwd())}")
    return 0


async def run(options: argparse.Namespace) -> Results:
    """Start both sides on one store and model, measure everything."""
    results = Results(machine.describe(), {"seconds per cell": options.seconds, "rounds": options.rounds})
    folder = Path(tempfile.mkdtemp(prefix="kotha-bench-"))
    async with AsyncExitStack() as stack:
        started = time.monotonic()
        service = await asyncio.to_thread(
            Service(folder, **kotha.LIMITS_OFF, **kotha.as_many_engines_as_cores()).start
        )
        stack.callback(service.stop)
        kotha_ready = time.monotonic() - started
        stock = await stack.enter_async_context(
            StockRasa(model=model_path(), database_url=service.database_url, log=folder / "stock.log")
        )
        customers = await kotha.customers(service, max(CONCURRENCY) + 1, stack)
        await _cells(results, options, stock, customers)
        await _lengths(results, options, stock, customers[-1])
        results.processes = {
            "stock": {"ready, s": stock.ready_seconds, "engine resident, MB": stock.resident_mb()},
            "kotha": {"ready, s": kotha_ready, "engine resident, MB": kotha.resident_mb(service)},
        }
    return results


async def _cells(
    results: Results, options: argparse.Namespace, stock: StockRasa, customers: Sequence[WebClient]
) -> None:
    loads: list[tuple[str, int, Callable[[int], list[str]]]] = [
        (f"mixed, {count} concurrent", count, messages.mixed) for count in CONCURRENCY
    ]
    loads.append((f"custom actions, {max(CONCURRENCY)} concurrent", max(CONCURRENCY), messages.actions_only))
    for load, count, texts in loads:
        sides: dict[str, list[Ask]] = {
            "stock": [stock.asker(customer.conversation) for customer in customers[:count]],
            "kotha": [kotha.asker(customer) for customer in customers[:count]],
        }
        runs: dict[str, list[Measured]] = {side: [] for side in sides}
        for _ in range(options.rounds):
            for customer in customers[:count]:
                await stock.forget(customer.conversation)
            for side, askers in sides.items():
                cell = await closed_loop(
                    askers, [texts(number) for number in range(count)], seconds=options.seconds, warm_up=1.0
                )
                runs[side].append(cell)
                print(
                    f"{load:<30} {side:<6} {cell.turns_per_second:6.1f}/s p95 {cell.p95_ms:6.0f} ms",
                    flush=True,
                )
        results.cells[load] = {side: middle(cells) for side, cells in runs.items()}


async def _lengths(
    results: Results, options: argparse.Namespace, stock: StockRasa, customer: WebClient
) -> None:
    lengths = [length for length in LENGTHS if length <= options.longest]
    await stock.forget(customer.conversation)
    sides = {"stock": stock.asker(customer.conversation), "kotha": kotha.asker(customer)}
    for side, ask in sides.items():
        print(f"one conversation of {max(lengths)} messages, {side} …", flush=True)
        results.lengths[side] = await by_length(ask, messages.mixed(), lengths, around=AROUND)


if __name__ == "__main__":
    sys.exit(main())
