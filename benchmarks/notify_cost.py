"""What telling others costs those who commit: `python -m benchmarks.notify_cost`.

Twelve customers write as quickly as messages are accepted, into a PostgreSQL that waits for its disk, while
another connection listens; in turn with and without the triggers that speak.
"""

import asyncio
import statistics
import sys
import time
from typing import Final

import asyncpg  # type: ignore[import-untyped]

from crm_store.domain.hints import Hint
from crm_store.migrations import upgrade
from crm_store.sql import SqlStore, open_store
from tests.contracts.conversing import Visitor, make_visitor
from tests.contracts.postgres import SUPERUSER, database_url, private_server

DATABASE: Final = "kotha_notify"
DURABLE: Final = ("fsync=on", "synchronous_commit=on")
WRITERS: Final = 12
ROUNDS: Final = 10
ROUND_SECONDS: Final = 1.5
SPEAK: Final = "ALTER TABLE conversations {word} TRIGGER conversations_hint_conversation"


async def accepted_per_second(people: list[Visitor], seconds: float = ROUND_SECONDS) -> float:
    """How many messages are stored."""
    until, count = time.monotonic() + seconds, 0

    async def write(person: Visitor) -> None:
        nonlocal count
        while time.monotonic() < until:
            await person.write("hello")
            count += 1

    await asyncio.gather(*(write(person) for person in people))
    return count / seconds


async def measure(store: SqlStore, listener: SqlStore, control: asyncpg.Connection) -> dict[str, list[float]]:
    """Rounds with ENABLE and DISABLE, in turn."""
    source, found = listener.hints(), dict[str, list[float]](DISABLE=[], ENABLE=[])
    assert source is not None
    listening = asyncio.create_task(source.follow(_ignore, _ignore))
    people = [await make_visitor(store) for _ in range(WRITERS)]
    await accepted_per_second(people)
    for _ in range(ROUNDS):
        for word, rates in found.items():
            await control.execute(SPEAK.format(word=word))
            rates.append(await accepted_per_second(people))
    listening.cancel()
    return found


def _ignore(_heard: Hint | bool) -> None:
    """Hearing is part of the cost, doing something about it is not."""


async def run(home: str) -> dict[str, list[float]]:
    """On a new database of the server at `home`."""
    server = await asyncpg.connect(host=home, user=SUPERUSER, database="postgres")
    await server.execute(f"CREATE DATABASE {DATABASE}")
    await server.close()
    url = database_url(home, DATABASE)
    await asyncio.to_thread(upgrade, url)
    store, listener = await open_store(url), await open_store(url)
    control = await asyncpg.connect(host=home, user=SUPERUSER, database=DATABASE)
    try:
        return await measure(store, listener, control)
    finally:
        await control.close()
        await store.close()
        await listener.close()


def main() -> int:
    """The medians."""
    with private_server(DURABLE) as server:
        found = asyncio.run(run(str(server.home)))
    for word, name in (("DISABLE", "silent"), ("ENABLE", "telling")):
        rates = sorted(found[word])
        spread = f"{rates[0]:.0f} to {rates[-1]:.0f}"
        sys.stdout.write(f"{name}: {statistics.median(rates):.0f} accepted a second ({spread})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
