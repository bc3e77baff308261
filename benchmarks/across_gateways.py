"""From one gateway to another, with hints and without: `python -m benchmarks.across_gateways`.

A message is handed to one gateway; the customer has a socket at the other. The engine answers at once, so
what is measured is the way: accept, claim, commit, and how the other gateway comes to know. Both ways run in
turn on the same two gateways; "without" switches the database's triggers off, which leaves the polls.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import aiohttp
import asyncpg  # type: ignore[import-untyped]

from crm_store.migrations import upgrade
from tests.contracts.postgres import SUPERUSER, database_url, private_postgres
from tests.fakes.engine import FakeEngine, serve_engine
from tests.fixtures.web_client import WebClient
from tests.integration.gateway_process import as_environment, gateway_process

DATABASE: Final = "kotha_across"
ENGINE_SECRET: Final = "e" * 43
SITE: Final = "https://shop.example"
TABLES: Final = ("conversations", "outbox", "notes")
PAUSE_SECONDS: Final = (0.0, 0.6)  # between messages, so that polls are met at any moment
ROUNDS: Final = 3


@dataclass
class Pair:
    """Two gateways and the database they share."""

    home: str
    bases: tuple[str, str]

    async def switch_hints(self, on: bool) -> None:
        """The triggers speak, or do not."""
        connection = await asyncpg.connect(host=self.home, user=SUPERUSER, database=DATABASE)
        for table in TABLES:
            names = await connection.fetch(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = $1::regclass AND tgname LIKE '%hint%'", table
            )
            for [name] in names:
                word = "ENABLE" if on else "DISABLE"
                await connection.execute(f"ALTER TABLE {table} {word} TRIGGER {name}")
        await connection.close()


@asynccontextmanager
async def two_gateways(folder: Path) -> AsyncIterator[Pair]:
    """Processes of their own, with everyday settings."""
    with private_postgres() as home:
        connection = await asyncpg.connect(host=home, user=SUPERUSER, database="postgres")
        await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.close()
        url = database_url(home, DATABASE)
        await asyncio.to_thread(upgrade, url)
        async with serve_engine(FakeEngine(secret=ENGINE_SECRET)) as engine:
            settings = as_environment(
                {
                    "database_url": url,
                    "engine_urls": engine,
                    "engine_secret": ENGINE_SECRET,
                    "allowed_origins": {"demo": [SITE]},
                }
            )
            async with gateway_process(folder, settings) as one, gateway_process(folder, settings) as other:
                yield Pair(home, (one, other))


async def measure(pair: Pair, messages: int) -> list[float]:
    """Seconds from handing a message to the one gateway to its answer at the other."""
    taken, there = pair.bases
    waits: list[float] = []
    async with aiohttp.ClientSession() as http, WebClient(there) as client:
        await client.open_session()
        await client.connect()
        for number in range(messages):
            await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
            body = {"client_msg_id": str(uuid.uuid4()), "text": f"{number}"}
            headers = {"Authorization": f"Bearer {client.token}"}
            began = time.perf_counter()
            url = f"{taken}/api/web/demo/messages"
            async with http.post(url, json=body, headers=headers) as answer:
                accepted = (await answer.json())["id"]
            await client.wait_for(partial(client.answers.__contains__, accepted), 30.0)
            waits.append(time.perf_counter() - began)
    return waits


def line(name: str, waits: list[float]) -> str:
    """For the table."""
    ordered = sorted(1000 * wait for wait in waits)
    marks = [ordered[int(len(ordered) * share)] for share in (0.5, 0.95)]
    return f"| {name} | {len(ordered)} | {marks[0]:.0f} | {marks[1]:.0f} | {ordered[-1]:.0f} |\n"


async def run(messages: int, folder: Path) -> str:
    """The table."""
    waits: dict[bool, list[float]] = {True: [], False: []}
    async with two_gateways(folder) as pair:
        for _ in range(ROUNDS):
            for on in (False, True):
                await pair.switch_hints(on)
                waits[on] += await measure(pair, messages // ROUNDS)
    head = "| | messages | median ms | p95 ms | longest ms |\n| --- | ---: | ---: | ---: | ---: |\n"
    return head + line("polls only", waits[False]) + line("LISTEN/NOTIFY", waits[True])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.across_gateways", description=__doc__)
    parser.add_argument("--messages", type=int, default=60, help="each way (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(asyncio.run(run(options.messages, Path(folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
