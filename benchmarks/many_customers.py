"""What a turn costs against the number of customers in the store.

A service for each size, all of them running, each on its own copy of one store; the same customers of the
demo shop run the same script on each, in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from benchmarks import filled_store, kotha, messages
from benchmarks.beside_stock import WARM_UP_SECONDS
from benchmarks.load import Ask, Measured, closed_loop, middle
from benchmarks.report import Results, Section
from benchmarks.rounds import in_turn
from tests.fixtures.service import Service

AT_ONCE = (1, 8)


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """Fill the copies, start the services, measure them at one and at several customers at once."""
    template = await filled_store.demo_store(folder / "customers")
    async with AsyncExitStack() as stack:
        askers = {
            size: await _service(template, folder / f"customers-{size}", size, stack)
            for size in options.customers
        }
        for at_once in AT_ONCE:
            few = {size: each[:at_once] for size, each in askers.items()}
            found = await in_turn(options.customers, options.rounds, partial(_cell, options, few))
            cells = {size: middle(measured) for size, measured in found.items()}
            results.sections.append(compared(at_once, cells))


async def _service(template: Path, folder: Path, size: int, stack: AsyncExitStack) -> Sequence[Ask]:
    store, began = filled_store.copy_of(template, folder), time.monotonic()
    await asyncio.to_thread(filled_store.fill, store, size)
    print(f"{size:,} customers: {store.stat().st_size / 1e6:,.0f} MB in {time.monotonic() - began:.0f} s")
    service = Service(folder, **kotha.LIMITS_OFF, **kotha.engines(1))
    await asyncio.to_thread(service.start)
    stack.callback(service.stop)
    return [kotha.asker(customer) for customer in await kotha.customers(service, max(AT_ONCE), stack)]


async def _cell(options: argparse.Namespace, askers: Mapping[int, Sequence[Ask]], size: int) -> Measured:
    texts = [messages.mixed_in(options.wording)(number) for number in range(len(askers[size]))]
    cell = await closed_loop(askers[size], texts, seconds=options.seconds, warm_up=WARM_UP_SECONDS)
    kotha.tell(f"{size:,} customers, {len(texts)} concurrent", "kotha", cell)
    return cell


def compared(at_once: int, cells: dict[int, Measured]) -> Section:
    """Each size with its ratio to the smallest store."""
    least = cells[min(cells)]
    rows = {
        f"{size:,}": {
            "turns/s": cell.turns_per_second,
            "p50 ms": cell.p50_ms,
            "of the smallest": cell.p50_ms / least.p50_ms if least.p50_ms else 0.0,
            "p95 ms": cell.p95_ms,
            "p95 of the smallest": cell.p95_ms / least.p95_ms if least.p95_ms else 0.0,
        }
        for size, cell in cells.items()
    }
    return Section(f"customers in the store, mixed, {at_once} concurrent", rows)
