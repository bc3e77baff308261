"""Ways into another messenger, asked for in Slack: told to the customer alone, and kept nowhere."""

from collections.abc import AsyncIterator

import pytest

from crm_store.domain.received import Place, Sender
from crm_store.use_cases.linking import introduce_account, list_accounts, offer_link
from tests.contracts.conversing import make_customer
from tests.contracts.linking import redeem_link
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office, OpenOffice

pytestmark = pytest.mark.rules("G5", "CH6")
CARD = {"type": "connect", "channels": ["telegram"]}
PHONE = Sender("telegram", "7001", "user:42")


@pytest.fixture
async def shop(open_office: OpenOffice) -> AsyncIterator[Office]:
    """A shop with a Telegram bot, open in Slack too."""
    async with open_office() as office:
        url = "https://t.me/kotha_bot?start={token}"
        store = office.running.store
        await introduce_account(store, "telegram", "7001", name="@kotha_bot", connect_url=url)
        yield office


async def whispered_after_pressing(shop: Office, engine: FakeEngine) -> str:
    """What only Rahima is told when she presses the card's button."""
    engine.script.append(answering(answer_of("Press the button.", card=CARD)))
    before = len(shop.rahima.heard)
    await shop.rahima.says("connect my telegram")
    await shop.rahima.hears(before + 1)
    await shop.rahima.clicks(shop.rahima.direct.last, "Connect Telegram")
    await eventually(lambda: len(shop.rahima.whispers()) == 1)
    return shop.rahima.whispers()[0].text


async def test_the_link_is_whispered_and_connects(shop: Office, engine: FakeEngine) -> None:
    store = shop.running.store
    visit = (await make_customer(store, "nadia")).conversation_id
    code = (await offer_link(store, visit)).code
    await shop.rahima.commands("/kotha", f"link {code}")
    await shop.rahima.hears(1)
    shop.rahima.direct.ephemerals.clear()
    said = await whispered_after_pressing(shop, engine)
    token = said.partition("?start=")[2].split()[0].rstrip(">")
    assert token not in str(shop.rahima.heard)
    await redeem_link(store, PHONE, Place(address={"chat": 42}), token)
    assert "telegram" in {each.channel for each in await list_accounts(store, visit)}


async def test_who_has_proven_nothing_gets_no_way_in(shop: Office, engine: FakeEngine) -> None:
    said = await whispered_after_pressing(shop, engine)
    assert "start=" not in said
    assert "/kotha link" in said
