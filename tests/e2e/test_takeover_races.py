"""Agents take conversations over while the real bot is answering: nothing of the bot comes after (G3)."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.fixtures.desk import ADMINISTRATOR
from tests.fixtures.service import Service
from tests.fixtures.web_client import Event, WebClient
from tests.integration.console import ConsoleClient

CUSTOMERS = 16
TEXTS = ["hello", "delivery koto din lage?", "what is your return policy?", "আপনারা কখন খোলা থাকেন?"]
# From before the engine has the first message to after it answered the last one.
LATEST_CLAIM_SECONDS = 1.5
# A bot message computed before the claim and delivered late would come within this.
QUIET_SECONDS = 4.0

pytestmark = [pytest.mark.timeout(180), pytest.mark.rules("G3")]


@pytest.fixture
async def agent(service: Service) -> AsyncIterator[ConsoleClient]:
    """An agent's session, logged in as a browser would be."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        body = {"email": f"{ADMINISTRATOR}@kotha.example", "password": service.agent_password}
        headers = {"Origin": service.base}
        async with http.post(f"{service.base}/api/console/login", json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            csrf = (await answer.json())["csrf"]
            cookie = answer.cookies["kotha_agent"].value
        yield ConsoleClient(service.base, http, cookie=cookie, csrf=csrf, headers=headers)


async def test_no_bot_message_follows_a_take_over(service: Service, agent: ConsoleClient) -> None:
    chance = random.Random(3)
    async with AsyncExitStack() as stack:
        customers = [await stack.enter_async_context(WebClient(service.base)) for _ in range(CUSTOMERS)]
        await asyncio.gather(*(_race(customer, agent, chance) for customer in customers))
        await asyncio.sleep(QUIET_SECONDS)
        for customer in customers:
            await customer.wait_for(lambda customer=customer: _joined(customer) >= 0)  # type: ignore[misc]
            late = [event["text"] for event in customer.events[_joined(customer) :] if _is_bot(event)]
            assert late == [], "a bot message was delivered after a person had joined"
    interrupted = [customer for customer in customers if len(customer.answers) < len(TEXTS)]
    assert interrupted, "every claim came too late to be a race"


async def _race(customer: WebClient, agent: ConsoleClient, chance: random.Random) -> None:
    await customer.open_session()
    await customer.connect()
    await asyncio.gather(
        _write(customer), _take_over(customer, agent, chance.uniform(0, LATEST_CLAIM_SECONDS))
    )
    # What is written to a person is not the bot's business either.
    await customer.send("are you a person?")


async def _write(customer: WebClient) -> None:
    for text in TEXTS:
        await customer.send(text)


async def _take_over(customer: WebClient, agent: ConsoleClient, after: float) -> None:
    await customer.wait_for(lambda: len(customer.acks) > 0)
    await asyncio.sleep(after)
    path = f"/conversations/{customer.conversation}"
    answer = await agent.do("POST", f"{path}/claim", {})
    assert answer["conversation"]["state"] == "claimed"
    body = {"client_msg_id": str(uuid.uuid4()), "text": "A person is with you now.", "attachments": []}
    await agent.do("POST", f"{path}/messages", body, status=201)


def _joined(customer: WebClient) -> int:
    """Where in the transcript the notice stands that a person has joined; -1 while it does not."""
    places = [place for place, event in enumerate(customer.events) if event["author"] == "system"]
    return places[-1] if places else -1


def _is_bot(event: Event) -> bool:
    return bool(event["author"] == "bot")
