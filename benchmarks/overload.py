"""`python -m benchmarks.overload`: more than the engine can answer, and one customer who floods.

The gateway runs in a process of its own on a fresh store, the engine is a stand-in that needs `--turn-ms` for
each turn. `load` sends so many messages a second whatever happens and then lets the backlog drain; `flood`
measures how long the others wait for their replies, with a flooder and without, in turns. What was accepted
and answered is noted by the customers themselves, in a ledger beside the store.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from benchmarks import machine
from benchmarks.kotha import LIMITS_OFF
from benchmarks.overload_customers import Customer, Ledger, customers
from crm_store.migrations.runner import migrate
from tests.fakes.engine import FakeEngine, serve_engine, slow
from tests.integration.gateway_process import as_environment, gateway_process

ENGINE_SECRET = "e" * 43
WORKERS = 8
NO_RATES = {name: value for name, value in LIMITS_OFF.items() if name != "KOTHA_MESSAGES_WAITING"}
DRAIN_SECONDS = 1200.0
REPORT_SECONDS = 10.0
ASK_PAUSE = 0.25  # between the reply and the next message of those who do not flood
FLOOD_PER_SECOND = 200.0


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overload", description=__doc__)
    parser.add_argument("experiment", choices=["load", "flood", "all"], nargs="?", default="all")
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long; of `flood`: one window")
    parser.add_argument("--customers", type=int, default=400)
    parser.add_argument("--others", type=int, default=8, help="customers beside the flooder")
    parser.add_argument("--rounds", type=int, default=3, help="windows with and without a flooder")
    parser.add_argument("--turn-ms", type=float, default=100.0, help=f"of {WORKERS} turns at once")
    parser.add_argument("--database", help="a fresh PostgreSQL database; default: a new SQLite file")
    given = parser.parse_args()
    print(", ".join(f"{name} {value}" for name, value in machine.describe().items()))
    if given.experiment in ("load", "all"):
        uvloop.run(load(given))
    if given.experiment in ("flood", "all"):
        uvloop.run(flood(given))


@asynccontextmanager
async def gateway(given: argparse.Namespace, **changes: str) -> AsyncIterator[tuple[str, Path]]:
    """The address of a gateway with a slow engine, and the folder of its store."""
    folder = Path(tempfile.mkdtemp(prefix="kotha-overload-"))
    url = given.database or f"sqlite:///{folder / 'kotha.sqlite3'}"
    await migrate(url)
    engine = FakeEngine(secret=ENGINE_SECRET, always=slow(given.turn_ms / 1000))
    async with serve_engine(engine) as engine_url:
        settings = as_environment(
            {
                "database_url": url,
                "engine_urls": engine_url,
                "engine_secret": ENGINE_SECRET,
                "allowed_origins": {"demo": []},
                "turn_workers": str(WORKERS),
                "log_level": "warning",
            }
        )
        async with gateway_process(folder, {**settings, **changes}) as base:
            yield base, folder


async def load(given: argparse.Namespace) -> None:
    """A steady rate, whatever is answered; then the backlog drains."""
    print(f"\n{given.rate:.0f} messages/s for {given.seconds:.0f} s from {given.customers} customers")
    print(f"the engine can answer {WORKERS * 1000 / given.turn_ms:.0f} a second")
    async with gateway(given, **LIMITS_OFF) as (base, folder):
        with Ledger(folder / "ledger.jsonl") as ledger:
            names = [f"customer-{number}" for number in range(given.customers)]
            async with customers(base, names, ledger) as people:
                sent = await send_steadily(people, given.rate, given.seconds, ledger)
                backlog, began = ledger.waiting, time.monotonic()
                await drained(ledger)
                report_load(ledger, sent, backlog, time.monotonic() - began)
        print(f"ledger: {folder / 'ledger.jsonl'}")


async def send_steadily(people: Sequence[Customer], rate: float, seconds: float, ledger: Ledger) -> int:
    """Each customer in turn, at its time and not after the last answer; how many were sent."""
    begin, sent, told = time.monotonic(), 0, REPORT_SECONDS
    acknowledged: list[asyncio.Future[bool]] = []
    while (passed := time.monotonic() - begin) < seconds:
        while sent < passed * rate:
            acknowledged.append(await people[sent % len(people)].send())
            sent += 1
        if passed > told:
            print(f"  {passed:4.0f} s: sent {sent}, {ledger.waiting} wait", flush=True)
            told += REPORT_SECONDS
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*acknowledged)
    return sent


async def drained(ledger: Ledger) -> None:
    """Until everything accepted is answered, or nothing has been for a while."""
    until, least = time.monotonic() + DRAIN_SECONDS, ledger.waiting
    stuck = time.monotonic() + 3 * REPORT_SECONDS
    while ledger.waiting and time.monotonic() < min(until, stuck):
        await asyncio.sleep(0.1)
        if ledger.waiting < least:
            least, stuck = ledger.waiting, time.monotonic() + 3 * REPORT_SECONDS


def report_load(ledger: Ledger, sent: int, backlog: int, seconds: float) -> None:
    """Print what came of it."""
    accepted = len(ledger.acknowledged_ms)
    print(f"sent {sent}, accepted {accepted}, refused {dict(ledger.refused) or 0}")
    print(f"acknowledged: {spoken(ledger.acknowledged_ms)}")
    print(f"backlog at the end {backlog}, drained in {seconds:.0f} s ({backlog / max(seconds, 1):.0f}/s)")
    print(f"of those who waited, nobody was more than {ledger.spread()} answers ahead of another")
    print(", ".join(f"{what} {count}" for what, count in ledger.verdict().items()))


def spoken(latencies: Sequence[float]) -> str:
    """The figures of a list of milliseconds."""
    if len(latencies) < 2:
        return "too few"
    cuts = statistics.quantiles(latencies, n=100)
    return (
        f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms, worst {max(latencies):.0f} ms"
    )


async def flood(given: argparse.Namespace) -> None:
    """How long the others wait, with a flooder and without; as shipped, and with the rates out of the way."""
    for title, changes in (("limits as shipped", {}), ("without rate limits", NO_RATES)):
        print(f"\none flooder ({FLOOD_PER_SECOND:.0f}/s) among {given.others} customers, {title}")
        async with gateway(given, **changes) as (base, folder):
            with Ledger(folder / "ledger.jsonl") as ledger:
                await compare(given, base, ledger)


async def compare(given: argparse.Namespace, base: str, ledger: Ledger) -> None:
    """Windows with and without a flooder in turns; both sides, and what became of the flood."""
    names = [f"other-{number}" for number in range(given.others)]
    waits: dict[bool, list[float]] = {False: [], True: []}
    async with customers(base, names, ledger) as others:
        for number in range(given.rounds):
            waits[False] += await window(others, given.seconds)
            async with customers(base, [f"flooder-{number}"], ledger) as flooders:
                flooding = asyncio.create_task(send_steadily(flooders, FLOOD_PER_SECOND, 10**6, ledger))
                waits[True] += await window(others, given.seconds)
                flooding.cancel()
                await asyncio.gather(flooding, return_exceptions=True)
    for with_flooder, found in waits.items():
        print(f"  {'with' if with_flooder else 'without'} a flooder: {len(found)} replies, {spoken(found)}")
    taken = sum(len(texts) for name, texts in ledger.accepted.items() if name.startswith("flooder"))
    print(f"  of the flood {taken} accepted, refused {dict(ledger.refused)}")


async def window(others: Sequence[Customer], seconds: float) -> list[float]:
    """Everybody asks, waits for the reply, pauses, asks again."""
    until = time.monotonic() + seconds

    async def talk(person: Customer) -> list[float]:
        waited = []
        while time.monotonic() < until:
            waited.append(await person.ask())
            await asyncio.sleep(ASK_PAUSE)
        return waited

    return [each for waited in await asyncio.gather(*map(talk, others)) for each in waited]


if __name__ == "__main__":
    main()
