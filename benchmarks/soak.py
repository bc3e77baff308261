"""`python -m benchmarks.soak`: hours at a steady rate. Does any process grow, is anything forgotten?

Engines, actions and gateway run as `make run` starts them, on a fresh store with the demo shop. Customers
come and go and write at the widget; every `--every` seconds each process is looked at (memory.csv and
counts.json in the folder, which `--verdict FOLDER` judges, also while it runs). The exit code is 1 when a
process grew by more than 1 MB an hour, or a customer was forgotten.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from benchmarks import kotha, machine, memory_log, messages, soak_verdict
from benchmarks.soak_customers import Counts, Permits, Place
from tests.fixtures.service import Service

EVERYTHING = "everything"
WORDINGS = (EVERYTHING, *messages.WORDINGS)
NEVER_WRITTEN = frozenset({"delete_account"})  # who is erased cannot be played any more
SEED = 6
HOUR = 3600.0
# All customers come from this machine; what each of them may send is as shipped.
ONE_ADDRESS = {name: value for name, value in kotha.LIMITS_OFF.items() if "ADDRESS" in name}


def main() -> int:
    """Parse the command line; run and judge, or only judge."""
    given = parse(sys.argv[1:])
    folder = given.verdict or given.folder or Path(tempfile.mkdtemp(prefix="kotha-soak-"))
    if given.verdict is None:
        _run_until_over(given, folder)
    try:
        verdict = soak_verdict.judge(folder, warm_up=given.warm_up)
    except soak_verdict.TooShort as problem:
        print(problem, file=sys.stderr)
        return 1
    page = soak_verdict.write(verdict, given.name)
    print(f"\n{page.read_text()}\nwritten to {page}")
    return 0 if verdict.is_good else 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """How long, how fast, and what."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--rate", type=float, default=10.0, help="messages a second, all together")
    parser.add_argument("--customers", type=int, default=60, help="at once")
    parser.add_argument("--wording", choices=WORDINGS, default=EVERYTHING, help="what they write")
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two looks")
    parser.add_argument("--warm-up", type=float, default=0.25, help="share of the run that is not judged")
    parser.add_argument(
        "--folder", type=Path, help="of the store, the logs and the figures; default: a new one"
    )
    parser.add_argument(
        "--verdict", type=Path, metavar="FOLDER", help="judge what an earlier run wrote there"
    )
    parser.add_argument("--name", default="soak", help="name of the result files")
    return parser.parse_args(arguments)


@dataclass(frozen=True)
class Soak:
    """A running service, its customers, and the folder of the figures."""

    service: Service
    folder: Path
    permits: Permits
    counts: Counts = field(default_factory=Counts)
    began: float = field(default_factory=time.monotonic)

    async def look(self, every: float) -> None:
        """Every so many seconds, until cancelled."""
        while True:
            await asyncio.to_thread(self.note)
            await asyncio.sleep(every)

    def note(self) -> None:
        """What every process holds now, and what customers have seen."""
        at = time.monotonic() - self.began
        found = memory_log.samples(self.service.supervisor, at)
        memory_log.append(self.folder / soak_verdict.MEMORY, found)
        figures = {"at": at, "untaken": self.permits.untaken, **self.counts.figures()}
        (self.folder / soak_verdict.COUNTS).write_text(json.dumps(figures))
        sizes = ", ".join(f"{sample.process} {sample.rss / memory_log.MB:.1f}" for sample in found)
        told = ", ".join(f"{name} {figures[name]}" for name in ("sent", "answered", "unanswered", "lost"))
        print(f"{at:6.0f} s: {told}; MB: {sizes}", flush=True)


def _run_until_over(given: argparse.Namespace, folder: Path) -> None:
    print(f"folder: {folder}", flush=True)
    try:
        uvloop.run(_run(given, folder))
    except asyncio.CancelledError:
        print("stopped early; what was seen until then is judged")


async def _run(given: argparse.Namespace, folder: Path) -> None:
    """Start, let everybody write until the time is up, stop."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with _service(folder) as service:
        _keep_settings(given, folder)
        soak = Soak(service, folder, Permits(given.rate, time.monotonic() + given.hours * HOUR))
        looking = asyncio.create_task(soak.look(given.every))
        try:
            await _everybody(soak, given)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        soak.note()


@asynccontextmanager
async def _service(folder: Path) -> AsyncIterator[Service]:
    service = Service(folder, **ONE_ADDRESS, **kotha.as_many_engines_as_cores())
    await asyncio.to_thread(service.start)
    try:
        yield service
    finally:
        await asyncio.to_thread(service.stop)


def _keep_settings(given: argparse.Namespace, folder: Path) -> None:
    settings = {
        "hours": given.hours,
        "messages a second": given.rate,
        "customers at once": given.customers,
        "wording": given.wording,
    }
    (folder / soak_verdict.SETTINGS).write_text(json.dumps({**machine.describe(), **settings}))


async def _everybody(soak: Soak, given: argparse.Namespace) -> None:
    texts, refs, chance = texts_of(given.wording), soak.service.customer_refs(), random.Random(SEED)
    async with asyncio.TaskGroup() as group:
        group.create_task(soak.permits.hand_out())
        for _ in range(given.customers):
            place = Place(
                base=soak.service.base,
                permits=soak.permits,
                counts=soak.counts,
                texts=texts,
                refs=refs,
                sign=soak.service.sign_identity,
                chance=random.Random(chance.random()),
            )
            group.create_task(place.keep_taken())


def texts_of(wording: str) -> list[str]:
    """Everything the held-out examples ask for, or what the benchmark's other customers write."""
    if wording != EVERYTHING:
        return messages.mixed_in(wording)(0)
    rows = map(json.loads, messages.HELD_OUT_FILE.read_text(encoding="utf-8").splitlines())
    return [row["text"] for row in rows if row["intent"] not in NEVER_WRITTEN]


if __name__ == "__main__":
    sys.exit(main())
