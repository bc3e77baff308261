"""Customers at the website's widget: they connect again, send again, and write down what they see."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.ledger import Ledger
from tests.fixtures.web_client import Event, WebClient

ACK_SECONDS = 6.0
RETRY_SECONDS = 0.3
TROUBLE = (aiohttp.ClientError, TimeoutError, ConnectionError, AssertionError, TypeError, ValueError)
_SHOWN = ("seq", "id", "author", "text", "in_reply_to", "client_msg_id")


@dataclass
class NotedClient(WebClient):
    """A tab that writes every event of a conversation and every acknowledgement into the ledger."""

    customer: str = ""
    ledger: Ledger | None = None
    connection: int = 0
    noted: set[str] = field(default_factory=set)

    async def connect(self) -> None:
        """See WebClient; each connection has a number."""
        self.connection += 1
        await super().connect()

    def _take(self, frame: Event) -> None:
        super()._take(frame)
        assert self.ledger is not None
        if frame["type"] == "event":
            shown = {name: frame[name] for name in _SHOWN}
            self.ledger.note("event", customer=self.customer, connection=self.connection, **shown)
        elif frame["type"] == "ack" and frame["client_msg_id"] not in self.noted:
            self._note_accepted(frame)

    def _note_accepted(self, frame: Event) -> None:
        assert self.ledger is not None
        self.noted.add(frame["client_msg_id"])
        self.ledger.note(
            "accepted",
            customer=self.customer,
            key=frame["client_msg_id"],
            id=frame["id"],
            seq=frame["seq"],
        )


@dataclass
class WidgetCustomer:
    """Writes one message after the other and does not give up before each is acknowledged."""

    name: str
    gateways: list[str]
    ledger: Ledger
    chance: random.Random
    client: NotedClient = field(init=False)
    is_known: bool = False
    complaints: int = 0

    def __post_init__(self) -> None:
        self.client = NotedClient(self.gateways[0], customer=self.name, ledger=self.ledger)

    async def open(self, jwt: str = "") -> None:
        """A session, identified when the shop signed for the customer."""
        await self.client.__aenter__()
        if jwt:
            await self.client.identify(jwt)
            self.is_known = True
        else:
            await self.client.open_session()
        self.ledger.note("opened", customer=self.name, channel="web", conversation=self.client.conversation)

    async def close(self) -> None:
        """The tab is closed."""
        await self.client.__aexit__(None, None, None)

    async def say(self, text: str) -> None:
        """Send until acknowledged, over as many connections and gateways as it takes."""
        key = str(uuid.uuid4())
        self.ledger.note("sent", customer=self.name, key=key, text=text)
        while key not in self.client.acks:
            try:
                await self._connected()
                await self.client.send(text, client_msg_id=key)
                await self.client.wait_for(lambda: key in self.client.acks, ACK_SECONDS)
            except TROUBLE:
                await self._lost()

    async def watch(self, enough: Callable[[], bool]) -> None:
        """Stay connected until there is no need."""
        while not enough():
            try:
                await self._connected()
                await self.client.wait_for(enough, 1.0)
            except TimeoutError:
                continue
            except TROUBLE:
                await self._lost()

    def owes_nothing(self, no_answers: frozenset[str]) -> bool:
        """Whether every message has an answer, or a person was there for it."""
        answered = {
            message
            for message, events in self.client.answers.items()
            if any(event["text"] not in no_answers for event in events)
        }
        last_person = max(
            (event["seq"] for event in self.client.events if event["author"] in ("agent", "system")),
            default=0,
        )
        return all(ack["id"] in answered or ack["seq"] < last_person for ack in self.client.acks.values())

    async def read_back(self) -> None:
        """The whole history as a new tab sees it, into the ledger."""
        for event in await self._history():
            shown = {name: event[name] for name in _SHOWN}
            self.ledger.note("history", customer=self.name, **shown)

    async def _history(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        headers = {"Authorization": f"Bearer {self.client.token}"}
        async with aiohttp.ClientSession() as http:
            while True:
                after = events[-1]["seq"] if events else 0
                url = f"{self.gateways[0]}/api/web/demo/messages?after_seq={after}&limit=200"
                async with http.get(url, headers=headers) as answer:
                    assert answer.status == 200, await answer.text()
                    page = (await answer.json())["events"]
                if not page:
                    return events
                events += page

    async def _connected(self) -> None:
        if not self.client.is_connected:
            await self.client.disconnect()
            self.client.base = self.chance.choice(self.gateways)
            async with asyncio.timeout(ACK_SECONDS):
                await self.client.connect()

    async def _lost(self) -> None:
        await self.client.disconnect()
        await asyncio.sleep(RETRY_SECONDS)
