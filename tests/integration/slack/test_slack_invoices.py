"""Invoices in Slack: a button, and a link for whoever has proven to be the customer."""

import re
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest
from aiohttp import ClientSession

from crm_store.seed import seed_demo_shop
from crm_store.use_cases.linking import offer_link
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.fakes.slack.people import Person
from tests.fakes.slack.world import Message
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office, OpenOffice
from tests.integration.web import RawClient

pytestmark = pytest.mark.rules("G5", "CH6")
SITE = {"Origin": "http://127.0.0.1:8080"}


@pytest.fixture
async def shop(open_office: OpenOffice, store_url: str) -> AsyncIterator[Office]:
    """The demo shop, open in Slack too."""
    await seed_demo_shop(store_url, today=date(2026, 11, 21))
    async with open_office(demo=True, allowed_origins={}) as office:
        yield office


async def connect(shop: Office, http: ClientSession, persona: str) -> None:
    """Rahima's Slack account belongs to that customer from now on."""
    async with http.post(f"{shop.running.base}/demo/api/login", json={"persona": persona}, headers=SITE):
        pass
    async with http.get(f"{shop.running.base}/demo/api/identity") as answer:
        identity = (await answer.json())["jwt"]
    raw = RawClient(shop.running.base, http)
    session = await raw.open_session()
    _, known = await raw.post("identify", {"jwt": identity}, token=session["token"])
    offer = await offer_link(shop.running.store, UUID(known["conversation"]))
    assert "connected" in (await shop.rahima.commands("/kotha", f"link {offer.code}")).shown
    await shop.rahima.hears(1)  # the news as a message
    shop.rahima.direct.ephemerals.clear()


async def shown_invoice(shop: Office, engine: FakeEngine, number: str) -> Message:
    """The bot shows the card of this order's invoice."""
    card = {
        "type": "invoice",
        "number": f"INV-{number[3:]}",
        "order_number": number,
        "total": 121000,
        "due": 0,
        "currency": "BDT",
        "language": "en",
    }
    engine.script.append(answering(answer_of("Here is your invoice.", card=card)))
    before = len(shop.rahima.heard)
    await shop.rahima.says("the invoice please")
    await shop.rahima.hears(before + 1)
    return shop.rahima.direct.last


async def whispered(person: Person) -> str:
    """What only they are told."""
    await eventually(lambda: len(person.whispers()) == 1)
    return person.whispers()[0].text


async def test_the_customer_opens_the_invoice(shop: Office, http: ClientSession, engine: FakeEngine) -> None:
    await connect(shop, http, "tanvir")
    card = await shown_invoice(shop, engine, "KT-10104")
    assert (await shop.rahima.clicks(card, "Open the invoice")).taken
    said = await whispered(shop.rahima)
    address = re.search(r"http://127\.0\.0\.1:8080(/documents/\S+)", said)
    assert address is not None, said
    async with http.get(shop.running.base + address[1]) as page:
        assert "INV-10104" in await page.text()
    assert card.elements  # it can be opened again


async def test_another_customers_invoice_is_not_opened(
    shop: Office, http: ClientSession, engine: FakeEngine
) -> None:
    await connect(shop, http, "tanvir")
    card = await shown_invoice(shop, engine, "KT-10288")
    await shop.rahima.clicks(card, "Open the invoice")
    assert "/documents/" not in await whispered(shop.rahima)


async def test_who_has_proven_nothing_is_told_how_to_connect(shop: Office, engine: FakeEngine) -> None:
    card = await shown_invoice(shop, engine, "KT-10104")
    await shop.rahima.clicks(card, "Open the invoice")
    assert "/kotha link" in await whispered(shop.rahima)
