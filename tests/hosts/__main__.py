"""`python -m tests.hosts`: customers and an agent talk through nginx while whole hosts vanish and restart."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.faults.agents import FaultsAgent
from tests.faults.judge import judge
from tests.faults.ledger import Ledger, of_kind
from tests.faults.notices import NOT_YET, phrases
from tests.faults.verdict import table
from tests.faults.widget import WidgetCustomer
from tests.faults.words import WIDGET_TEXTS
from tests.hosts.cluster import Cluster
from tests.hosts.front import NginxMissing
from tests.hosts.network import NoNamespaces, network

ANSWERED_SECONDS = 60.0  # the promise: everything is answered so long after the last fault
AWAY_SECONDS = 8.0
BETWEEN_SECONDS = 4.0
AGENT_EVERY_SECONDS = 5.0
SETTLING_SECONDS = 3.0
# What happens, and to which of the hosts.
FAULTS = (("lose", 0), ("restart", 1), ("lose", 1), ("restart", 0))


@dataclass
class Talk:
    """One run over a cluster that is ready."""

    cluster: Cluster
    ledger: Ledger
    chance: random.Random
    pace: float
    customers: list[WidgetCustomer] = field(default_factory=list)
    over: bool = False

    async def let_in(self, count: int, stack: AsyncExitStack) -> None:
        """Every second customer has proven who they are."""
        for number in range(count):
            customer = WidgetCustomer(f"web-{number + 1}", [self.cluster.front], self.ledger, self.chance)
            subject = f"customer-{number + 1:03d}"
            await customer.open(self.cluster.sign_identity(subject) if number % 2 else "")
            stack.push_async_callback(customer.close)
            self.customers.append(customer)

    async def play(self, agent: FaultsAgent) -> None:
        """Everybody writes until the last fault is over; then everything must be answered."""
        async with asyncio.TaskGroup() as group:
            for customer in self.customers:
                group.create_task(self._write(customer))
            group.create_task(self._take_over(agent))
            await self._break()
            self.over = True
        say(f"{self.ledger.accepted} accepted: the last fault is over and everybody has written")
        await self._wait()
        for customer in self.customers:
            await customer.read_back()

    async def _write(self, customer: WidgetCustomer) -> None:
        while not self.over:
            await customer.say(self.chance.choice(WIDGET_TEXTS))
            await asyncio.sleep(self.chance.expovariate(self.pace / len(self.customers)))

    async def _take_over(self, agent: FaultsAgent) -> None:
        while not self.over:
            await asyncio.sleep(self.chance.expovariate(1 / AGENT_EVERY_SECONDS))
            customer = self.chance.choice(self.customers)
            await agent.hold(customer.name, customer.client.conversation)

    async def _break(self) -> None:
        for what, which in FAULTS:
            host = self.cluster.network.hosts[which]
            await asyncio.sleep(BETWEEN_SECONDS)
            say(f"{self.ledger.accepted} accepted: {what} {host.name}")
            self.ledger.note("host", what=what, name=host.name)
            if what == "restart":
                await self.cluster.restart(host)
            else:
                await self.cluster.lose(host)
                await asyncio.sleep(AWAY_SECONDS)
                await self.cluster.bring_back(host)
            say(f"{self.ledger.accepted} accepted: {host.name} is back")
            self.ledger.note("host", what="back", name=host.name)

    async def _wait(self) -> None:
        began, quiet_since, seen = time.monotonic(), time.monotonic(), -1

        def done() -> bool:
            late = time.monotonic() - began > ANSWERED_SECONDS
            return late or (self._owed_nothing() and time.monotonic() - quiet_since > SETTLING_SECONDS)

        watching = asyncio.gather(*(one.watch(done) for one in self.customers))
        while not done():
            await asyncio.sleep(0.1)
            if len(self.ledger.entries) != seen:
                seen, quiet_since = len(self.ledger.entries), time.monotonic()
        await watching
        say(f"{'quiet' if self._owed_nothing() else 'NOT quiet'} {time.monotonic() - began:.0f} s after that")

    def _owed_nothing(self) -> bool:
        return all(one.owes_nothing(phrases(NOT_YET)) for one in self.customers)


def say(line: str) -> None:
    """Progress."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


async def run(options: argparse.Namespace, folder: Path) -> int:
    """Start, talk, break, judge; 1 on any violation."""
    ledger, chance = Ledger(folder / "ledger.jsonl"), random.Random(options.seed)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        older = {"b": options.older.resolve()} if options.older else {}
        cluster = Cluster(folder, stack.enter_context(network(["a", "b"])), older)
        stack.push_async_callback(cluster.stop)
        await cluster.start()
        say(f"both hosts are ready, nginx at {cluster.front}, logs in {folder}")
        talk = Talk(cluster, ledger, chance, options.pace)
        await talk.let_in(options.customers, stack)
        jar = aiohttp.DummyCookieJar()
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        agent = FaultsAgent([cluster.front], ledger, chance, http)
        await agent.log_in(cluster.agent_password)
        await talk.play(agent)
    verdict = judge(ledger.entries)
    for violation in verdict.violations[:30]:
        print(violation)
    held = len(of_kind(ledger.entries, "claimed"))
    print(table(verdict, [("hosts lost", 2), ("hosts restarted", 2), ("taken over by the agent", held)]))
    return 1 if verdict.violations else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.hosts", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=5.0, help="messages a second, of all together")
    parser.add_argument("--customers", type=int, default=8)
    parser.add_argument("--folder", type=Path, help="for logs and ledger; default: a new one")
    parser.add_argument("--older", type=Path, help="a checkout of an older version: host b begins with it")
    options = parser.parse_args(arguments)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kotha-hosts-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(run(options, folder))
    except (NoNamespaces, NginxMissing) as missing:
        print(f"not run: {missing}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
