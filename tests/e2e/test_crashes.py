"""kill -9 of every process in the middle of turns: nothing lost, repeated or out of order (G1, G2, G4)."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

import pytest

from tests.e2e.persistent_customer import PersistentCustomer, judge
from tests.fixtures.service import Service
from tests.fixtures.web_client import WebClient

CUSTOMERS = 5
MESSAGES = 8
KILLS = 2
VICTIMS = ["engine", "actions", "gateway"]
ANSWERED_SECONDS = 90.0
TEXTS = [
    "hello",
    "আমার অর্ডারগুলো দেখান",
    "delivery koto din lage?",
    "thanks",
    "what is your return policy?",
    "ki khobor",
]

pytestmark = [pytest.mark.timeout(300), pytest.mark.rules("G1", "G2", "G4")]


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killing_a_process_in_the_middle_of_turns_loses_and_repeats_nothing(
    service: Service, victim: str
) -> None:
    chance = random.Random(victim)
    async with AsyncExitStack() as stack:
        customers = [await _customer(service, ref, stack) for ref in _own_customers(service)]
        talking = [asyncio.create_task(_talk(customer, chance)) for customer in customers]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            service.kill(victim)
            await asyncio.to_thread(service.wait_ready)
        await asyncio.gather(*talking)
        await asyncio.gather(*(customer.wait_until_answered(ANSWERED_SECONDS) for customer in customers))
        for customer in customers:
            assert judge(customer, await _transcript(customer)) == []


def _own_customers(service: Service) -> list[str]:
    """Customers nobody else talks as: the ledger must be the whole of their conversation."""
    talking = service.rows(
        "SELECT external_ref FROM customers JOIN conversations ON customer_id = customers.id "
        "WHERE conversations.status <> 'resolved'"
    )
    taken = {ref for (ref,) in talking}
    quiet = [ref for ref in service.customer_refs() if ref.startswith("customer-") and ref not in taken]
    return quiet[:CUSTOMERS]


async def _customer(service: Service, ref: str, stack: AsyncExitStack) -> PersistentCustomer:
    client = await stack.enter_async_context(WebClient(service.base))
    await client.identify(service.sign_identity(ref))
    await client.connect()
    return PersistentCustomer(client)


async def _talk(customer: PersistentCustomer, chance: random.Random) -> None:
    for _ in range(MESSAGES):
        await customer.say(chance.choice(TEXTS))
        await asyncio.sleep(chance.uniform(0.0, 0.3))


async def _transcript(customer: PersistentCustomer) -> list[dict[str, object]]:
    fresh = WebClient(customer.client.base, token=customer.client.token)
    async with fresh:
        await fresh.connect()
        await fresh.wait_for(lambda: fresh.last_seq >= customer.client.last_seq)
        return fresh.events
