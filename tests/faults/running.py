"""One run: start, talk, break, wait, read back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.faults.agents import FaultsAgent
from tests.faults.databases import PostgresStore
from tests.faults.deployment import Deployment
from tests.faults.ledger import Ledger
from tests.faults.notices import NOT_YET, phrases
from tests.faults.plan import Choice, counts, draw_plan
from tests.faults.platforms import PlatformCustomer, Platforms, open_platforms
from tests.faults.stores import FaultyStore, SqliteStore
from tests.faults.strikes import Striker, choices
from tests.faults.widget import WidgetCustomer
from tests.faults.words import COMPLAINT, WIDGET_TEXTS

ANSWERED_SECONDS = 60.0  # the promise: everything is answered so long after the last fault
SETTLING_SECONDS = 3.0  # what comes too late, twice or out of turn would come within this
WATCH_SECONDS = 0.1
STANDSTILL_SECONDS = 180.0  # far beyond the longest fault and a start on a crowded machine
AGENT_EVERY_SECONDS = 4.0
COMPLAINT_SHARE = 0.2
MOST_COMPLAINTS = 12  # of one customer: agents see the newest twenty tickets
LEDGER = "ledger.jsonl"
Say = Callable[[str], None]


class Standstill(Exception):
    """The service takes no messages any more although all faults are short: look at the logs."""


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
    """At the widget."""
    messengers: int = 3
    """At Telegram, and as many at Slack."""
    gateways: int = 1
    engines: int = 1
    store: str = "sqlite"
    only: frozenset[str] = frozenset()
    """Of the faults beside kills only these; empty: all."""


async def carry_out(run: Run, say: Say) -> Path:
    """The whole run; gives the ledger's file."""
    ledger = Ledger(run.folder / LEDGER)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        await Stage(run, ledger, say, stack, random.Random(run.seed)).play()
    return ledger.path


@dataclass
class Stage:
    """Everything that takes part in a run."""

    run: Run
    ledger: Ledger
    say: Say
    stack: AsyncExitStack
    chance: random.Random
    platforms: Platforms | None = None
    widgets: list[WidgetCustomer] = field(default_factory=list)

    @property
    def messengers(self) -> list[PlatformCustomer]:
        """The customers at platforms."""
        return self.platforms.customers if self.platforms else []

    async def play(self) -> None:
        """From the start to what a new tab sees."""
        deployment = await self._started()
        await self._let_customers_in(deployment)
        agent = await self._agent(deployment)
        plan = draw_plan(
            self.run.seed,
            messages=self.run.messages,
            kills=self.run.kills,
            nodes=list(deployment.nodes),
            others=self._wanted(choices(deployment, self.platforms)),
        )
        self.ledger.note("plan", seed=self.run.seed, messages=self.run.messages, faults=counts(plan))
        talking = self._start_talking()
        striker = Striker(deployment, self.ledger, self.say, self.platforms)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_over(agent, talking))
            group.create_task(striker.carry_out(plan))
            writing = group.create_task(_all(talking))
            group.create_task(self._notice_standstill(writing))
        self.say(f"{self.ledger.accepted:>6} accepted: everybody has written and the last fault is over")
        await self._wait_until_answered()
        for customer in self.widgets:
            await customer.read_back()
            await agent.list_tickets(customer.name, customer.client.conversation)

    def _wanted(self, all_choices: list[Choice]) -> list[Choice]:
        return [one for one in all_choices if not self.run.only or one.what in self.run.only]

    async def _started(self) -> Deployment:
        started = time.monotonic()
        settings = {}
        if self.run.messengers:
            self.platforms = await self.stack.enter_async_context(open_platforms())
            settings = self.platforms.settings
        store: FaultyStore = SqliteStore(self.run.folder)
        if self.run.store == "postgresql":
            store = PostgresStore()
        deployment = Deployment(
            self.run.folder, store, self.chance, self.run.gateways, self.run.engines, settings
        )
        self.stack.push_async_callback(deployment.stop)
        await deployment.lay_wires()
        await deployment.start()
        self.say(f"ready after {time.monotonic() - started:.0f} s in {self.run.folder}")
        return deployment

    async def _let_customers_in(self, deployment: Deployment) -> None:
        """At the widget every second one has proven who they are."""
        for number in range(self.run.customers):
            customer = WidgetCustomer(f"web-{number + 1}", deployment.gateways, self.ledger, self.chance)
            await customer.open(deployment.sign_identity(f"customer-{number + 1:03d}") if number % 2 else "")
            self.stack.push_async_callback(customer.close)
            self.widgets.append(customer)
        if self.platforms is not None:
            self.platforms.connect(deployment.gateways)
            self.platforms.add_customers(self.run.messengers, self.ledger)
            for task in (self.platforms.watch(), self.platforms.shorten_pauses()):
                self.stack.callback(asyncio.create_task(task).cancel)

    async def _agent(self, deployment: Deployment) -> FaultsAgent:
        jar = aiohttp.DummyCookieJar()
        http = await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        agent = FaultsAgent(deployment.gateways, self.ledger, self.chance, http)
        await agent.log_in(deployment.agent_password)
        return agent

    async def _notice_standstill(self, writing: asyncio.Task[None]) -> None:
        seen, since = -1, time.monotonic()
        while not writing.done():
            await asyncio.sleep(WATCH_SECONDS)
            if self.ledger.accepted != seen:
                seen, since = self.ledger.accepted, time.monotonic()
            if time.monotonic() - since > STANDSTILL_SECONDS:
                raise Standstill(
                    f"nothing was accepted for {STANDSTILL_SECONDS:.0f} s, after {seen} messages"
                )

    def _start_talking(self) -> list[asyncio.Task[None]]:
        budget = iter(range(self.run.messages))
        asking = [self._at_widget(one, budget) for one in self.widgets]
        asking += [self._at_platform(one, budget) for one in self.messengers]
        return [asyncio.create_task(one) for one in asking]

    async def _at_widget(self, customer: WidgetCustomer, budget: Iterator[int]) -> None:
        for _ in budget:
            await customer.say(self._next_words(customer))
            await self._think()

    def _next_words(self, customer: WidgetCustomer) -> str:
        """Who is known complains now and then, each time of another parcel."""
        complains = customer.is_known and customer.complaints < MOST_COMPLAINTS
        if complains and self.chance.random() < COMPLAINT_SHARE:
            customer.complaints += 1
            return COMPLAINT.format(number=f"{customer.name}-{customer.complaints}")
        return self.chance.choice(WIDGET_TEXTS)

    async def _at_platform(self, customer: PlatformCustomer, budget: Iterator[int]) -> None:
        for _ in budget:
            await customer.ask_next()
            await self._think()

    async def _think(self) -> None:
        everybody = len(self.widgets) + len(self.messengers)
        await asyncio.sleep(self.chance.expovariate(self.run.pace / everybody))

    async def _take_over(self, agent: FaultsAgent, talking: list[asyncio.Task[None]]) -> None:
        """As long as anybody talks."""
        while not all(task.done() for task in talking):
            await asyncio.sleep(self.chance.expovariate(1 / AGENT_EVERY_SECONDS))
            everybody: list[WidgetCustomer | PlatformCustomer] = [*self.widgets, *self.messengers]
            customer = self.chance.choice(everybody)
            if isinstance(customer, WidgetCustomer):
                await agent.hold(customer.name, customer.client.conversation)
            elif (conversation := await agent.find(customer.known_as)) is not None:
                await agent.hold(customer.name, conversation, customer.silent)

    async def _wait_until_answered(self) -> None:
        started, last, seen = time.monotonic(), time.monotonic(), -1

        def over() -> bool:
            return time.monotonic() - started > ANSWERED_SECONDS or is_quiet

        is_quiet = False
        watching = asyncio.gather(*(one.watch(over) for one in self.widgets))
        while not over():
            await asyncio.sleep(WATCH_SECONDS)
            if (now := len(self.ledger.entries)) != seen:
                seen, last = now, time.monotonic()
            is_quiet = self._owed_nothing() and time.monotonic() - last > SETTLING_SECONDS
        await watching
        self.say(f"{'quiet' if is_quiet else 'NOT quiet'} {time.monotonic() - started:.0f} s after that")

    def _owed_nothing(self) -> bool:
        return all(one.owes_nothing(phrases(NOT_YET)) for one in self.widgets) and all(
            one.owes_nothing for one in self.messengers
        )


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks)
