"""A way into Slack, asked for in Telegram: told to the customer alone, and kept nowhere."""

from uuid import UUID

import pytest

from crm_store.domain.received import Place, Sender
from crm_store.use_cases.linking import introduce_account, list_accounts, offer_link, redeem_code
from tests.contracts.conversing import make_customer
from tests.fakes.engine import answer_of, answering
from tests.fakes.telegram.people import Click
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import Shop

pytestmark = pytest.mark.rules("G5", "TG9")
CARD = {"type": "connect", "channels": ["slack", "telegram"]}
OFFICE = Sender("slack", "T1", "user:U1")


async def presses(shop: Shop, title: str) -> Click:
    """Rahima is shown the card and presses one of its buttons."""
    shop.engine.script.append(answering(answer_of("Press the button.", card=CARD)))
    before = len(shop.rahima.chat.sent_by_bot)
    await shop.rahima.says("connect my slack")
    await shop.rahima.hears(before + 1)
    click = await shop.rahima.clicks(shop.rahima.chat.last, title)
    await eventually(lambda: click.answered)
    return click


async def proven(shop: Shop) -> UUID:
    """A visit of the customer on the website; their Telegram account and our Slack are known."""
    await introduce_account(shop.store, "slack", "T1", name="Kotha", connect_url=None)
    visit = (await make_customer(shop.store, "nadia")).conversation_id
    offer = await offer_link(shop.store, visit)
    await shop.rahima.opens_link(offer.token)
    await shop.rahima.hears(2)
    return visit


async def test_the_code_is_shown_in_a_window_and_connects(shop: Shop) -> None:
    visit = await proven(shop)
    click = await presses(shop, "Connect Slack")
    assert click.answer is not None
    code = click.answer.partition("/kotha link ")[2][:9]
    assert not [line for line in await shop.lines(shop.rahima) if line and code in line]
    await redeem_code(shop.store, OFFICE, Place(address={"channel": "D1"}), code)
    assert "slack" in {each.channel for each in await list_accounts(shop.store, visit)}


async def test_a_link_takes_the_buttons_place(shop: Shop) -> None:
    await proven(shop)
    await presses(shop, "Connect Telegram")
    last = shop.rahima.chat.last
    await eventually(lambda: any("url" in button for button in last.buttons))
    assert "?start=" in str(last.buttons[-1]["url"])
    assert "start=" not in str(await shop.lines(shop.rahima))


async def test_who_has_proven_nothing_gets_no_way_in(shop: Shop) -> None:
    await introduce_account(shop.store, "slack", "T1", name="Kotha", connect_url=None)
    click = await presses(shop, "Connect Slack")
    assert "/kotha" not in (click.answer or "")
