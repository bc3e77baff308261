"""One run: start, talk, break, wait, read back."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.faults.agents import FaultsAgent
from tests.faults.databases import PostgresStore
from tests.faults.deployment import Deployment
from tests.faults.judge import NOT_YET, phrases
from tests.faults.ledger import Ledger
from tests.faults.plan import counts, draw_plan
from tests.faults.stores import FaultyStore, SqliteStore
from tests.faults.strikes import Striker, choices
from tests.faults.widget import WidgetCustomer
from tests.faults.words import WIDGET_TEXTS

ANSWERED_SECONDS = 60.0  # the promise: everything is answered so long after the last fault
SETTLING_SECONDS = 3.0  # what comes too late, twice or out of turn would come within this
AGENT_EVERY_SECONDS = 4.0
LEDGER = "ledger.jsonl"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What is asked for."""

    seed: int
    messages: int
    kills: int
    folder: Path
    pace: float = 10.0
    """Messages a second, of all customers together."""
    customers: int = 12
    gateways: int = 1
    engines: int = 1
    store: str = "sqlite"


async def carry_out(run: Run, say: Say) -> Path:
    """The whole run; gives the ledger's file."""
    chance = random.Random(run.seed)
    ledger = Ledger(run.folder / LEDGER)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        deployment = _deployment(run, chance)
        stack.push_async_callback(deployment.stop)
        started = time.monotonic()
        await deployment.lay_wires()
        await deployment.start()
        say(f"ready after {time.monotonic() - started:.0f} s in {run.folder}")
        await _talk_and_break(run, deployment, ledger, chance, say, stack)
    return ledger.path


def _deployment(run: Run, chance: random.Random) -> Deployment:
    store: FaultyStore = SqliteStore(run.folder / "kotha.sqlite3")
    if run.store == "postgresql":
        store = PostgresStore()
    return Deployment(run.folder, store, chance, gateway_count=run.gateways, engine_count=run.engines)


async def _talk_and_break(
    run: Run, deployment: Deployment, ledger: Ledger, chance: random.Random, say: Say, stack: AsyncExitStack
) -> None:
    customers = await _customers(run, deployment, ledger, chance, stack)
    agent = await _agent(deployment, ledger, chance, stack)
    plan = draw_plan(
        run.seed,
        messages=run.messages,
        kills=run.kills,
        nodes=list(deployment.nodes),
        others=choices(deployment),
    )
    ledger.note("plan", seed=run.seed, messages=run.messages, faults=counts(plan))
    budget = iter(range(run.messages))
    talking = [asyncio.create_task(_talk(one, budget, run, chance)) for one in customers]
    working = asyncio.create_task(_take_over(agent, customers, talking, chance))
    striking = asyncio.create_task(Striker(deployment, ledger, say).carry_out(plan))
    await asyncio.gather(*talking, working, striking)
    say(f"{ledger.accepted:>6} accepted: the last fault is over")
    await _wait_until_answered(customers, say)
    for customer in customers:
        await customer.read_back()


async def _customers(
    run: Run, deployment: Deployment, ledger: Ledger, chance: random.Random, stack: AsyncExitStack
) -> list[WidgetCustomer]:
    """Every second one has proven to the widget who they are."""
    customers = []
    for number in range(run.customers):
        customer = WidgetCustomer(f"web-{number + 1}", deployment.gateways, ledger, chance)
        await customer.open(deployment.sign_identity(f"customer-{number + 1:03d}") if number % 2 else "")
        stack.push_async_callback(customer.close)
        customers.append(customer)
    return customers


async def _agent(
    deployment: Deployment, ledger: Ledger, chance: random.Random, stack: AsyncExitStack
) -> FaultsAgent:
    http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
    agent = FaultsAgent(deployment.gateways, ledger, chance, http)
    await agent.log_in(deployment.agent_password)
    return agent


async def _talk(customer: WidgetCustomer, budget: Iterator[int], run: Run, chance: random.Random) -> None:
    for _ in budget:
        await customer.say(chance.choice(WIDGET_TEXTS))
        await asyncio.sleep(chance.expovariate(run.pace / run.customers))


async def _take_over(
    agent: FaultsAgent,
    customers: list[WidgetCustomer],
    talking: list[asyncio.Task[None]],
    chance: random.Random,
) -> None:
    """As long as anybody talks."""
    while not all(task.done() for task in talking):
        await asyncio.sleep(chance.expovariate(1 / AGENT_EVERY_SECONDS))
        customer = chance.choice(customers)
        await agent.hold(customer.name, customer.client.conversation)


async def _wait_until_answered(customers: list[WidgetCustomer], say: Say) -> None:
    ends = time.monotonic() + ANSWERED_SECONDS
    last: dict[str, tuple[int, float]] = {}

    def enough(customer: WidgetCustomer) -> bool:
        return time.monotonic() > ends or _is_quiet(customer, last)

    await asyncio.gather(*(one.watch(lambda one=one: enough(one)) for one in customers))  # type: ignore[misc]
    left = ends - time.monotonic()
    say(
        f"quiet {ANSWERED_SECONDS - left:.0f} s after the last fault"
        if left > 0
        else "not quiet after a minute"
    )


def _is_quiet(customer: WidgetCustomer, last: dict[str, tuple[int, float]]) -> bool:
    """Everything that the bot owes is there, and nothing came for a while."""
    seen, now = customer.client.last_seq, time.monotonic()
    before, since = last.get(customer.name, (-1, now))
    if seen != before:
        last[customer.name] = (seen, now)
        return False
    return customer.owes_nothing(phrases(*NOT_YET)) and now - since > SETTLING_SECONDS


def numbered_folder(parent: Path) -> Path:
    """A new folder for one run."""
    for number in itertools.count(1):
        folder = parent / f"run-{number}"
        if not folder.exists():
            folder.mkdir(parents=True)
            return folder
    raise AssertionError
