"""What a turn costs against the number of customers in the store.

A service for each size, all of them running, each on its own copy of one store; the same customers of the
demo shop run the same script on each, in turns. The processor's time says it without the machine's noise.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path

from benchmarks import filled_store, kotha, messages
from benchmarks.beside_stock import WARM_UP_SECONDS
from benchmarks.load import Ask, Measured, closed_loop, middle
from benchmarks.processor_time import Spent, spent
from benchmarks.report import Results, Section
from benchmarks.rounds import in_turn
from tests.fixtures.service import Service

AT_ONCE = (1, 8)


@dataclass(frozen=True)
class Shop:
    """A service on a store of one size, and customers of the demo shop who write to it."""

    service: Service
    askers: Sequence[Ask]


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """Fill the copies, start the services, measure them at one and at several customers at once."""
    template = await filled_store.demo_store(folder / "customers")
    async with AsyncExitStack() as stack:
        shops = {
            size: await _shop(template, folder / f"customers-{size}", size, stack)
            for size in options.customers
        }
        for at_once in AT_ONCE:
            found = await in_turn(options.customers, options.rounds, partial(_cell, options, shops, at_once))
            cells = {size: middle([cell for cell, _ in windows]) for size, windows in found.items()}
            costs = {size: reduce(Spent.plus, [cost for _, cost in each]) for size, each in found.items()}
            results.sections.append(compared(at_once, cells, costs))


async def _shop(template: Path, folder: Path, size: int, stack: AsyncExitStack) -> Shop:
    store, began = filled_store.copy_of(template, folder), time.monotonic()
    await asyncio.to_thread(filled_store.fill, store, size)
    print(f"{size:,} customers: {store.stat().st_size / 1e6:,.0f} MB in {time.monotonic() - began:.0f} s")
    service = Service(folder, **kotha.LIMITS_OFF, **kotha.engines(1))
    await asyncio.to_thread(service.start)
    stack.callback(service.stop)
    customers = await kotha.customers(service, max(AT_ONCE), stack)
    return Shop(service, [kotha.asker(customer) for customer in customers])


async def _cell(
    options: argparse.Namespace, shops: Mapping[int, Shop], at_once: int, size: int
) -> tuple[Measured, Spent]:
    shop = shops[size]
    texts = [messages.mixed_in(options.wording)(number) for number in range(at_once)]
    before = await spent(shop.service)
    cell = await closed_loop(shop.askers[:at_once], texts, seconds=options.seconds, warm_up=WARM_UP_SECONDS)
    kotha.tell(f"{size:,} customers, {at_once} concurrent", "kotha", cell)
    return cell, (await spent(shop.service)).since(before)


def compared(at_once: int, cells: Mapping[int, Measured], costs: Mapping[int, Spent]) -> Section:
    """Each size with its ratio to the smallest store."""
    least = cells[min(cells)]
    turns = {size: cost.per_turn_ms()["together, ms"] for size, cost in costs.items()}
    least_cost = turns[min(turns)]
    rows = {
        f"{size:,}": {
            "turns/s": cell.turns_per_second,
            "p50 ms": cell.p50_ms,
            "of the smallest": cell.p50_ms / least.p50_ms if least.p50_ms else 0.0,
            "p95 ms": cell.p95_ms,
            "p95 of the smallest": cell.p95_ms / least.p95_ms if least.p95_ms else 0.0,
            "processor ms": turns[size],
            "processor of the smallest": turns[size] / least_cost if least_cost else 0.0,
        }
        for size, cell in cells.items()
    }
    return Section(f"customers in the store, mixed, {at_once} concurrent", rows)
