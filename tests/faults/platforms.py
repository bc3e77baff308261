"""Customers in Telegram and Slack: the fakes bring what they write as the platforms do, retries included."""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from tests.fakes.faults import Faults
from tests.fakes.ledger import Ledger as PlatformLedger
from tests.fakes.slack import FakeSlack, serve_slack
from tests.fakes.slack.courier import RETRY_PAUSES_SECONDS, Courier, Letter
from tests.fakes.slack.people import Person as SlackPerson
from tests.fakes.slack.world import Team
from tests.fakes.telegram import FakeTelegram, serve_telegram
from tests.fakes.telegram.courier import Webhook
from tests.fakes.telegram.people import Person as TelegramPerson
from tests.faults.ledger import Ledger
from tests.faults.notices import answers_nothing, is_of_a_person
from tests.faults.words import PLATFORM_QUESTIONS

WATCH_SECONDS = 0.05
# Slack would wait a minute, then five: here a failed event comes again after this.
SLACK_RETRY_SECONDS = 15.0
GIVEN_UP_SECONDS = 90.0
NAMES = {"telegram": "Rahima", "slack": "karim"}
SECRET = "faults-telegram-secret"


class Line(NamedTuple):
    """A message in a chat."""

    key: str
    text: str
    from_bot: bool


class Writer(Protocol):
    """Somebody at a platform."""

    async def write(self, text: str) -> tuple[str, str]:
        """Write; gives the message's key and the event by which its deliveries are known."""
        ...

    def chat(self, start: int) -> list[Line]:
        """What was written to the chat since it had `start` lines."""
        ...


@dataclass
class AtTelegram:
    """See Writer."""

    person: TelegramPerson

    async def write(self, text: str) -> tuple[str, str]:
        """See Writer."""
        message = await self.person.says(text)
        pending = self.person.telegram.courier.pending.values()
        update = next(one for one in pending if one.body.get("message", {}).get("message_id") == message.id)
        return str(message.id), str(update.id)

    def chat(self, start: int) -> list[Line]:
        """See Writer."""
        new = islice(self.person.chat.messages.values(), start, None)
        return [Line(str(one.id), one.text, one.from_bot) for one in new]


class NotedCourier(Courier):
    """Remembers which letter carries which message."""

    def __init__(self, slack: FakeSlack) -> None:
        super().__init__(slack.clock, slack.ledger, slack.http, tell=slack.touch)
        self.letters: dict[str, str] = {}

    def put(self, letter: Letter) -> None:
        """See Courier."""
        event = letter.payload.get("event", {})
        if isinstance(event, dict):
            self.letters[str(event.get("ts", ""))] = letter.id
        super().put(letter)


@dataclass
class AtSlack:
    """See Writer."""

    person: SlackPerson
    courier: NotedCourier

    async def write(self, text: str) -> tuple[str, str]:
        """See Writer."""
        message = await self.person.says(text)
        return message.ts, self.courier.letters[message.ts]

    def chat(self, start: int) -> list[Line]:
        """See Writer."""
        new = islice(self.person.direct.messages.values(), start, None)
        return [Line(one.ts, one.text, one.from_bot) for one in new]


@dataclass
class Taken:
    """The events a platform was told to be taken."""

    platform: PlatformLedger
    most_attempts: float
    given_up: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    _read: int = 0

    def has(self, event: str) -> bool:
        """Whether the service answered 2xx to it by now."""
        new = self.platform.deliveries[self._read :]
        self._read += len(new)
        self.events.update(one.event for one in new if one.accepted)
        self.given_up.update(one.event for one in new if one.attempt >= self.most_attempts)
        return event in self.events

    def is_given_up(self, event: str) -> bool:
        """Whether the platform will not bring it again."""
        return not self.has(event) and event in self.given_up


@dataclass
class PlatformCustomer:
    """Writes when the last message was taken; what the bot says goes into the ledger."""

    name: str
    channel: str
    known_as: str
    """What agents see."""
    writer: Writer
    taken: Taken
    ledger: Ledger
    _read: int = 0
    _heard: Counter[str] = field(default_factory=Counter)
    _asked: Counter[str] = field(default_factory=Counter)
    _others: int = 0
    _speaking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def open(self) -> None:
        """Known to the judge from now on."""
        self.ledger.note("opened", customer=self.name, channel=self.channel)

    async def say(self, text: str) -> None:
        """Write, and wait until the service has taken it or the platform gave up."""
        self._asked[text] += 1
        key, event = await self.writer.write(text)
        self.ledger.note("sent", customer=self.name, key=key, text=text)
        for _ in range(int(GIVEN_UP_SECONDS / WATCH_SECONDS)):
            if self.taken.has(event):
                self.ledger.note("accepted", customer=self.name, key=key)
                return
            if self.taken.is_given_up(event):
                break
            await asyncio.sleep(WATCH_SECONDS)
        self._asked[text] -= 1
        self.ledger.note("given_up", customer=self.name, key=key)

    @asynccontextmanager
    async def silent(self) -> AsyncIterator[None]:
        """Says nothing meanwhile; what was asked before is a person's afterwards."""
        async with self._speaking:
            yield
            self._heard, self._others = Counter(self._asked), 0

    async def ask_next(self) -> None:
        """The next question, once its last copy is answered: equal answers could not be told apart."""
        text = list(PLATFORM_QUESTIONS)[self._asked.total() % len(PLATFORM_QUESTIONS)]
        for _ in range(int(GIVEN_UP_SECONDS / WATCH_SECONDS)):
            if self._asked[text] <= self._heard[text] + self._others:
                break
            await asyncio.sleep(WATCH_SECONDS)
        async with self._speaking:
            await self.say(text)

    @property
    def owes_nothing(self) -> bool:
        """Whether as much was answered as was asked."""
        return self._heard.total() + self._others >= self._asked.total()

    def look(self) -> None:
        """Write down what is new of the bot."""
        new = self.writer.chat(self._read)
        self._read += len(new)
        for line in new:
            if line.from_bot:
                self.ledger.note("reply", customer=self.name, key=line.key, text=line.text)
                self._count(line.text)

    def _count(self, text: str) -> None:
        self._heard.update(one for one, marker in PLATFORM_QUESTIONS.items() if marker in text)
        known = any(marker in text for marker in PLATFORM_QUESTIONS.values())
        self._others += not (known or answers_nothing(text) or is_of_a_person(text))


@dataclass
class Platforms:
    """The two fakes, and people at them."""

    telegram: FakeTelegram
    slack: FakeSlack
    team: Team
    courier: NotedCourier
    customers: list[PlatformCustomer] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        """What the service is started with."""
        return {
            "KOTHA_TELEGRAM_BOTS": json.dumps({"kotha_bot": self.telegram.token}),
            "KOTHA_TELEGRAM_SECRET": SECRET,
            "KOTHA_TELEGRAM_MODE": "webhook",
            "KOTHA_TELEGRAM_API": self.telegram.url,
            "KOTHA_TELEGRAM_LINK_BASE": self.telegram.url,
            "KOTHA_SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "KOTHA_SLACK_BOT_TOKENS": json.dumps({self.team.id: self.team.token}),
            "KOTHA_SLACK_API": f"{self.slack.url}/api",
        }

    def connect(self, gateways: Sequence[str]) -> None:
        """Events go to any of these, as through a load balancer."""
        account = self.telegram.token.partition(":")[0]
        urls = [f"{base}/api/telegram/{account}/webhook" for base in gateways]
        self.telegram.courier.urls = urls
        self.telegram.courier.set_webhook(Webhook(urls[0], SECRET))
        self.slack.connect(*(f"{base}/api/slack" for base in gateways))

    def add_customers(self, count: int, ledger: Ledger) -> None:
        """So many at each platform."""
        taken = {
            "telegram": Taken(self.telegram.ledger, math.inf),  # it tries for a day
            "slack": Taken(self.slack.ledger, 1 + len(RETRY_PAUSES_SECONDS)),
        }
        for number in range(1, count + 1):
            writers: dict[str, Writer] = {
                "telegram": AtTelegram(self.telegram.person(f"{NAMES['telegram']}{number:03d}")),
                "slack": AtSlack(self.slack.person(self.team, f"{NAMES['slack']}{number:03d}"), self.courier),
            }
            for channel, writer in writers.items():
                name = f"{channel}-{number}"
                known_as = f"{NAMES[channel]}{number:03d}"
                customer = PlatformCustomer(name, channel, known_as, writer, taken[channel], ledger)
                customer.open()
                self.customers.append(customer)

    async def strike(self, what: str, platform: str, seconds: float) -> None:
        """Trouble of the platform's own."""
        faults: Faults = {"telegram": self.telegram.faults, "slack": self.slack.faults}[platform]
        if what == "outage":
            faults.outage(seconds)
        elif what == "lose answers":
            faults.drop_answer(times=2)
        elif what == "rate limit":
            faults.rate_limit(times=3, retry_after=2)
        else:
            faults.hang(seconds=seconds, executed=False)
        await asyncio.sleep(seconds)

    async def watch(self) -> None:
        """Look at every chat all the time; cancel it to end."""
        while True:
            for customer in self.customers:
                customer.look()
            await asyncio.sleep(WATCH_SECONDS)

    async def shorten_pauses(self) -> None:
        """Slack comes again after seconds instead of minutes; cancel it to end."""
        while True:
            await asyncio.sleep(SLACK_RETRY_SECONDS)
            self.slack.courier.pauses.wake()


@asynccontextmanager
async def open_platforms() -> AsyncIterator[Platforms]:
    """Both, before the service: it is told their addresses."""
    async with serve_telegram(FakeTelegram()) as telegram, serve_slack(FakeSlack()) as slack:
        courier = NotedCourier(slack)
        slack.courier = courier
        yield Platforms(telegram, slack, slack.workspace("Kotha Shop"), courier)
