"""How the agents' lists grow with the number of conversations: `python -m benchmarks.console_lists`.

Fills a store of 1,000 and one of 100,000 conversations (20 messages each) on SQLite and PostgreSQL, times
what the console asks for, and prints the table that docs/console-lists.md keeps.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from benchmarks.console_filling import AGENT, LABEL, TEAM, conversation_id, customer_id, fill
from crm_store.domain.conversation_lists import Asker, ListFilter, View
from crm_store.domain.search import SearchKind
from crm_store.migrations import upgrade
from crm_store.sql import SqlStore, open_store
from crm_store.use_cases.agents import list_agents
from crm_store.use_cases.audit import list_audit
from crm_store.use_cases.board import read_board
from crm_store.use_cases.conversation_lists import (
    count_conversations,
    list_agent_events,
    list_conversations,
    read_conversation,
)
from crm_store.use_cases.customer_panels import list_timeline, read_customer_panel
from crm_store.use_cases.merging import suggest_same
from crm_store.use_cases.presence import list_changed
from crm_store.use_cases.search import search
from crm_store.use_cases.search_index import index_new_messages
from tests.contracts.conftest import _administer
from tests.contracts.postgres import database_url, private_postgres

SIZES: Final = (1_000, 100_000)
RUNS: Final = 60
# After five runs PostgreSQL keeps the plan of a prepared statement.
WARM_UPS: Final = 8
# As many on a page as the smaller store has of them, so that both pages are full.
PAGE_SIZES: Final = {View.QUEUE: 10, View.MINE: 6, View.OPEN: 10, View.SNOOZED: 5}
PAGE_SIZE: Final = 30
BOARDS: Final = (7, 30)  # days; the shortest and the longest that the console offers
# How far a list is paged before its deep page is timed: further than anybody scrolls.
DEEP_PAGES: Final = 150

Ask = Callable[[SqlStore], Awaitable[object]]


@dataclass(frozen=True)
class Figures:
    """Milliseconds of each question, by number of conversations: the best run, for others use the machine."""

    database: str
    times: dict[str, dict[int, float]]


def page(view: View, cursor: str | None = None, **filters: UUID) -> Ask:
    wanted = ListFilter(view, AGENT, **filters)
    size = PAGE_SIZES.get(view, PAGE_SIZE)
    return lambda store: list_conversations(store, wanted, cursor=cursor, limit=size)


async def deep_cursor(store: SqlStore, view: View) -> str | None:
    """Where the list goes on after many pages, or after half of it when it is shorter."""
    cursors: list[str] = []
    cursor: str | None = None
    for _ in range(DEEP_PAGES):
        size = PAGE_SIZES.get(view, 100)
        found = await list_conversations(store, ListFilter(view, AGENT), cursor=cursor, limit=size)
        cursor = found.next_cursor
        if cursor is None:
            break
        cursors.append(cursor)
    if len(cursors) == DEEP_PAGES:
        return cursors[-1]
    return cursors[len(cursors) // 2] if cursors else None


async def questions(store: SqlStore, size: int) -> dict[str, Ask]:
    """What the console asks for, by name."""
    asked: dict[str, Ask] = {f"{view.value}, first page": page(view) for view in View}
    for view in (View.QUEUE, View.BOT, View.RESOLVED, View.ALL):
        asked[f"{view.value}, deep page"] = page(view, await deep_cursor(store, view))
    some, whose = conversation_id(size // 2), customer_id(size // 20)
    return asked | {
        "queue of a team": page(View.QUEUE, team_id=TEAM),
        "all with a label": page(View.ALL, label_id=LABEL),
        "counts": lambda store: count_conversations(store, AGENT),
        "one conversation with its card": lambda store: read_conversation(store, some, Asker(AGENT)),
        "its transcript": lambda store: list_agent_events(store, some),
        "a customer's panel": lambda store: read_customer_panel(store, whose),
        "a customer's timeline": lambda store: list_timeline(store, whose),
        "who may be the same person": lambda store: suggest_same(store, whose),
        "audit log, newest": lambda store: list_audit(store),
        "audit log of an agent": lambda store: list_audit(store, agent_id=AGENT),
        "audit log of a rare kind": lambda store: list_audit(store, kind="login_failed"),
        "all agents": list_agents,
        "what changed in the last seconds": lambda store: list_changed(store, since_seconds=5),
        "what the search index lacks": index_new_messages,
        "search: a customer": lambda store: search(store, "rahima", kind=SearchKind.CUSTOMERS),
        "search: an order": lambda store: search(store, "KT-50001", kind=SearchKind.ORDERS),
        "search: rare words": lambda store: search(store, "zebra", kind=SearchKind.CONVERSATIONS),
    }


async def measure(store: SqlStore, size: int) -> dict[str, float]:
    times = {name: await timed(store, ask) for name, ask in (await questions(store, size)).items()}
    # These grow with the traffic of the window, which is a hundred times as much; they are asked for rarely.
    times["search: a word of every conversation *"] = await timed(
        store, lambda store: search(store, "order", kind=SearchKind.CONVERSATIONS)
    )
    for days in BOARDS:
        times[f"board of {days} days *"] = await timed(store, _board(days))
    return times


def _board(days: int) -> Ask:
    return lambda store: read_board(store, days=days)


async def timed(store: SqlStore, ask: Ask) -> float:
    """Of the processor's time where the database is in this process: others use the machine."""
    clock = time.process_time if store.engine.dialect.name == "sqlite" else time.perf_counter
    for _ in range(WARM_UPS):
        await ask(store)
    runs = []
    for _ in range(RUNS):
        began = clock()
        await ask(store)
        runs.append((clock() - began) * 1000)
    return min(runs)


async def measure_size(url: str, size: int) -> dict[str, float]:
    store = await open_store(url)
    try:
        began = time.perf_counter()
        await fill(store, size)
        print(f"  {size:,} conversations filled in {time.perf_counter() - began:.0f} s", flush=True)
        return await measure(store, size)
    finally:
        await store.close()


@contextmanager
def databases(names: list[str]) -> Iterator[dict[str, Callable[[int], str]]]:
    """For each database how to make an empty one for a size."""
    with tempfile.TemporaryDirectory(prefix="kotha-lists-") as folder:
        made: dict[str, Callable[[int], str]] = {}
        if "sqlite" in names:
            made["SQLite"] = lambda size: f"sqlite:///{folder}/{size}.sqlite3"
        if "postgres" not in names:
            yield made
            return
        with private_postgres() as home:
            made["PostgreSQL"] = lambda size: _create(home, f"lists_{size}")
            yield made


def _create(home: str, name: str) -> str:
    asyncio.run(_administer(home, f"CREATE DATABASE {name}"))
    return database_url(home, name)


def run(names: list[str], sizes: list[int]) -> list[Figures]:
    results = []
    with databases(names) as made:
        for database, url_of in made.items():
            print(database, flush=True)
            times: dict[str, dict[int, float]] = {}
            for size in sizes:
                url = url_of(size)
                upgrade(url)
                for name, ms in asyncio.run(measure_size(url, size)).items():
                    times.setdefault(name, {})[size] = ms
            results.append(Figures(database, times))
    return results


def report(results: list[Figures], sizes: list[int]) -> str:
    """Markdown: one table a database."""
    small, large = sizes[0], sizes[-1]
    lines = []
    for figures in results:
        lines += [
            f"### {figures.database}",
            f"| what the console asks for | {small:,} conversations | {large:,} | ratio |",
            "|---|---|---|---|",
        ]
        for name, times in figures.times.items():
            ratio = times[large] / times[small]
            lines.append(f"| {name} | {times[small]:.2f} ms | {times[large]:.2f} ms | {ratio:.2f} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results = run(given.databases, given.sizes)
    print(report(results, given.sizes))
    if given.json:
        kept: dict[str, Any] = {figures.database: figures.times for figures in results}
        given.json.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
