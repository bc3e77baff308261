"""The parts that have a stock side: throughput, conversation length, and what the processes are."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import reduce
from pathlib import Path

from benchmarks import filled_store, kotha, messages
from benchmarks.load import Ask, Measured, by_length, closed_loop, middle
from benchmarks.processor_time import Spent, spent
from benchmarks.report import Results, Section
from benchmarks.rounds import rotated
from benchmarks.stock import StockRasa
from tests.fixtures.service import Service
from tests.fixtures.web_client import WebClient
from tools.model import model_path

LENGTHS = (10, 100, 1000, 10_000)
LONGEST_OF_STOCK = 1000  # its 1,000th message takes a second, its 10,000th would take hours
AROUND = 10  # turns whose median stands for one length
WARM_UP_SECONDS = 1.0
FILLED = 100  # customers, so that more than the demo shop's 60 can write at once


async def measure(results: Results, options: argparse.Namespace, folder: Path) -> None:
    """Start both sides on one store and model; the parts that were asked for."""
    async with AsyncExitStack() as stack:
        store = await filled_store.demo_store(folder)
        await asyncio.to_thread(filled_store.fill, store, FILLED)
        started = time.monotonic()
        chosen = kotha.engines(options.engines) if options.engines else kotha.as_many_engines_as_cores()
        service = await asyncio.to_thread(Service(folder, **kotha.LIMITS_OFF, **chosen).start)
        stack.callback(service.stop)
        kotha_ready = time.monotonic() - started
        stock = await stack.enter_async_context(
            StockRasa(model=model_path(), database_url=service.database_url, log=folder / "stock.log")
        )
        customers = await kotha.customers(service, max(options.concurrent) + 1, stack)
        if "throughput" in options.parts:
            await _cells(results, options, stock, service, customers)
        if "length" in options.parts:
            await _lengths(results, options, stock, customers[-1])
        results.processes = {
            "stock": {"ready, s": stock.ready_seconds, "engine resident, MB": stock.resident_mb()},
            "kotha": {"ready, s": kotha_ready, "engine resident, MB": kotha.resident_mb(service)},
        }


def loads(concurrent: Sequence[int], wording: str) -> list[tuple[str, int, messages.Texts]]:
    """Name, customers at once, what each of them writes."""
    most, texts = max(concurrent), messages.mixed_in(wording)
    mixed = [(f"mixed, {count} concurrent", count, texts) for count in concurrent]
    return [*mixed, (f"custom actions, {most} concurrent", most, messages.actions_only_in(wording))]


async def _cells(
    results: Results,
    options: argparse.Namespace,
    stock: StockRasa,
    service: Service,
    customers: Sequence[WebClient],
) -> None:
    costs: dict[str, dict[str, float]] = {}
    for load, count, texts in loads(options.concurrent, options.wording):
        askers: dict[str, list[Ask]] = {
            "stock": [stock.asker(customer.conversation) for customer in customers[:count]],
            "kotha": [kotha.asker(customer) for customer in customers[:count]],
        }
        wanted = [texts(number) for number in range(count)]
        runs: dict[str, list[Measured]] = {side: [] for side in askers}
        windows: list[Spent] = []
        for order in rotated([*askers], options.rounds):
            for customer in customers[:count]:
                await stock.forget(customer.conversation)
            for side in order:
                before = await spent(service)
                cell = await closed_loop(
                    askers[side], wanted, seconds=options.seconds, warm_up=WARM_UP_SECONDS
                )
                runs[side].append(cell)
                if side == "kotha":
                    windows.append((await spent(service)).since(before))
                kotha.tell(load, side, cell)
        results.cells[load] = {side: middle(cells) for side, cells in runs.items()}
        costs[load] = reduce(Spent.plus, windows).per_turn_ms()
    results.sections.append(Section("processor time of one turn", costs))


async def _lengths(
    results: Results, options: argparse.Namespace, stock: StockRasa, customer: WebClient
) -> None:
    await stock.forget(customer.conversation)
    sides = {
        "stock": (stock.asker(customer.conversation), min(options.longest, LONGEST_OF_STOCK)),
        "kotha": (kotha.asker(customer), options.longest),
    }
    texts = messages.mixed_in(options.wording)(0)
    for side, (ask, longest) in sides.items():
        lengths = lengths_up_to(longest)
        print(f"one conversation of {max(lengths)} messages, {side} …", flush=True)
        results.lengths[side] = await by_length(ask, texts, lengths, around=AROUND)


def lengths_up_to(longest: int) -> list[int]:
    """The lengths that are looked at."""
    return [length for length in LENGTHS if length <= longest] or [longest]
