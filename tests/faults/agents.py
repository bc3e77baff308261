"""An agent who takes conversations over, answers and gives them back while everything breaks."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.ledger import Ledger
from tests.faults.words import AGENT_TEXT
from tests.fixtures.desk import ADMINISTRATOR
from tests.integration.console import ConsoleClient

PAUSE_SECONDS = 0.5
CALL_SECONDS = 8.0
HELD_SECONDS = (1.0, 6.0)
STUCK_SECONDS = 240.0  # waiting for a customer to fall silent included
TROUBLE = (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError)

Answer = tuple[int, Any]
Silence = Callable[[], AbstractAsyncContextManager[None]]


class AgentStuck(Exception):
    """A conversation was not taken over, answered and given back in minutes: look at the gateways' logs."""


@dataclass
class FaultsAgent:
    """One agent at the console, through any of the gateways."""

    gateways: list[str]
    ledger: Ledger
    chance: random.Random
    http: aiohttp.ClientSession
    console: ConsoleClient | None = None
    given: int = field(default=0)

    async def log_in(self, password: str) -> None:
        """As a browser does."""
        base = self.gateways[0]
        body = {"email": f"{ADMINISTRATOR}@kotha.example", "password": password}
        async with self.http.post(f"{base}/api/console/login", json=body, headers={"Origin": base}) as answer:
            assert answer.status == 200, await answer.text()
            csrf = (await answer.json())["csrf"]
            cookie = answer.cookies["kotha_agent"].value
        self.console = ConsoleClient(base, self.http, cookie=cookie, csrf=csrf)

    async def find(self, known_as: str) -> str | None:
        """The conversation of somebody at a platform; None before they wrote."""
        for view in ("bot", "queue"):
            status, answer = await self._try("GET", f"/conversations?view={view}&limit=100")
            for one in answer["items"] if status == 200 else []:
                if one["customer"]["name"] == known_as:
                    return str(one["id"])
        return None

    async def hold(self, customer: str, conversation: str, silent: Silence = nullcontext) -> None:
        """Take a conversation over, say something (the customer listens), give it back after a while."""
        path = f"/conversations/{conversation}"
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                async with silent():
                    await self._take_over(customer, path)
                await asyncio.sleep(self.chance.uniform(*HELD_SECONDS))
                await self._give_back(customer, path)
        except TimeoutError:
            raise AgentStuck(f"{customer}'s {path} can be neither held nor given back") from None

    async def list_tickets(self, customer: str, conversation: str) -> None:
        """What the CRM holds of the customer's complaints, into the ledger."""
        known = (await self._look(f"/conversations/{conversation}"))["customer"]["id"]
        panel: Any = {"tickets": []}
        status = 200 if known is None else 0
        while status != 200:
            status, panel = await self._try("GET", f"/customers/{known}")
        for ticket in panel["tickets"]:
            self.ledger.note("ticket", customer=customer, key=ticket["number"], text=ticket["subject"])

    async def _take_over(self, customer: str, path: str) -> None:
        claimed = await self._change(f"{path}/claim", {}, lambda it: it["state"] == "claimed")
        self.ledger.note("claimed", customer=customer, seq=claimed["last_seq"])
        self.given += 1
        text = AGENT_TEXT.format(number=self.given)
        await self._say(customer, path, text)

    async def _give_back(self, customer: str, path: str) -> None:
        before = await self._look(path)
        self.ledger.note("held", customer=customer, seq=before["last_seq"])
        body = {"outcome": "solved", "summary": "done", "resume": True}
        back = await self._change(f"{path}/hand_back", body, lambda it: it["state"] != "claimed")
        self.ledger.note("handed_back", customer=customer, seq=back["last_seq"])

    async def _say(self, customer: str, path: str, text: str) -> None:
        body = {"client_msg_id": str(uuid.uuid4()), "text": text, "attachments": []}
        self.ledger.note("agent_sent", customer=customer, text=text)
        while (await self._try("POST", f"{path}/messages", body))[0] not in (200, 201):  # noqa: ASYNC110  it asks each time
            await asyncio.sleep(PAUSE_SECONDS)
        self.ledger.note("agent_accepted", customer=customer, text=text)

    async def _change(self, path: str, body: object, done: Callable[[Any], bool]) -> Any:
        """Until it is so: an answer that was lost shows in what the conversation is now."""
        while True:
            status, answer = await self._try("POST", path, body)
            if status == 200:
                return answer["conversation"]
            await asyncio.sleep(PAUSE_SECONDS)
            now = await self._look(path.rpartition("/")[0])
            if done(now):
                return now

    async def _look(self, path: str) -> Any:
        while True:
            status, answer = await self._try("GET", path)
            if status == 200:
                return answer["conversation"]
            await asyncio.sleep(PAUSE_SECONDS)

    async def _try(self, method: str, path: str, body: object = None) -> Answer:
        assert self.console is not None
        self.console.base = self.chance.choice(self.gateways)
        self.console.headers = {"Origin": self.console.base}
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self.console.ask(method, path, body)
        except TROUBLE:
            return 0, None
