"""One customer, one history: website, Telegram, an agent in Slack, and the website again; real parts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, expect

from tests.fakes.slack.people import Person as SlackPerson
from tests.fakes.slack.world import Channel, Message
from tests.fakes.telegram import Person
from tests.fixtures.browser import ANSWER_MS, Widget, chromium, shop_page
from tests.fixtures.messengers import Messengers, line_in, open_messengers, wait_until
from tests.fixtures.service import missing_parts

pytestmark = pytest.mark.timeout(240)
SECONDS = ANSWER_MS / 1000


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def shop() -> AsyncIterator[Messengers]:
    if missing := missing_parts():
        pytest.skip(f"the service lacks {missing}: run `make test KIND=e2e`")
    async with open_messengers() as running:
        yield running


async def test_one_customer_three_channels_and_a_person(browser: Browser, shop: Messengers) -> None:
    page = await shop_page(browser, shop.service.base, "Tanvir")
    widget = Widget(page)
    await widget.open()
    await widget.ask("where is my order?")
    number = await _order_on_the_card(widget)

    token = await _connect(widget)
    tanvir = shop.telegram.person("Tanvir", username="tanvir", language_code="en")
    await tanvir.starts(token)
    [connected] = await tanvir.hears(1, within=SECONDS)
    assert "Tanvir" in connected
    told = widget.by("system").filter(has_text="@tanvir")
    await expect(told).to_be_visible(timeout=ANSWER_MS)

    await tanvir.says("hi")
    greeting = "\n".join((await tanvir.hears(3, within=SECONDS))[1:])
    assert "Tanvir" in greeting
    assert f"on our website, we talked about your order {number}" in greeting
    before = len(tanvir.heard)
    await tanvir.clicks(tanvir.chat.last, "Where is it now?")
    assert number in "\n".join((await tanvir.hears(before + 1, within=SECONDS))[before:])

    card = await _ask_for_a_person(shop, tanvir)
    support, farhana = card.channel, card.agent
    await farhana.clicks(card.message, "Claim")
    await _hears(tanvir, "Farhana Islam")
    reply = await farhana.says("! Your panjabi is packed this evening.", support, thread=card.message)
    await _hears(tanvir, "Your panjabi is packed this evening.")
    await _has_reaction(reply, "white_check_mark")
    await farhana.says("he sounds worried", support, thread=card.message)
    await tanvir.says("thank you so much")
    await line_in(support, "thank you so much", within=SECONDS, thread=card.message)
    assert not any("worried" in text for text in tanvir.heard)

    await farhana.clicks(card.message, "Resolve…")
    await wait_until(lambda: farhana.modal is not None, within=SECONDS)
    await farhana.submits({})
    await line_in(support, "Resolved", within=SECONDS)

    await widget.write("hi")
    on_telegram = widget.by("bot").filter(has_text="on Telegram, we talked about your order")
    await expect(on_telegram).to_contain_text(number, timeout=ANSWER_MS)

    assert token not in shop.service.log.read_text(errors="replace")
    said = shop.service.rows("SELECT text FROM messages WHERE channel = 'telegram' AND author = 'customer'")
    assert not any(token in str(text) for (text,) in said)
    assert shop.telegram.ledger.breaches == []
    assert shop.slack.ledger.breaches == []


async def test_nobody_is_told_anything_personal_before_the_account_is_connected(shop: Messengers) -> None:
    stranger = shop.telegram.person("Tanvir", username="not_tanvir", language_code="en")
    await stranger.says("where is my order KT-10104?")
    said = "\n".join(await stranger.hears(1, within=SECONDS))
    assert "connect" in said.casefold()
    assert "KT-10104" not in said


@dataclass(frozen=True)
class _Card:
    """The hand-over in the team's channel, and who will take it."""

    message: Message
    channel: Channel
    agent: SlackPerson


async def _ask_for_a_person(shop: Messengers, tanvir: Person) -> _Card:
    """The team's channel is set up by an administrator; then the customer asks in Telegram."""
    support = shop.slack.channel(shop.team, "support", [], private=True)
    imran = await shop.agent_in_slack("imran", support)
    farhana = await shop.agent_in_slack("farhana", support)
    await imran.commands("/kotha", "agents here", support)
    await tanvir.says("can i talk to a person please")
    return _Card(await line_in(support, "Tanvir", within=SECONDS), support, farhana)


async def _hears(person: Person, words: str) -> None:
    await wait_until(lambda: any(words in text for text in person.heard), within=SECONDS)


async def _has_reaction(message: Message, name: str) -> None:
    await wait_until(lambda: name in message.reactions, within=SECONDS)


async def _order_on_the_card(widget: Widget) -> str:
    await expect(widget.cards.last).to_be_visible(timeout=ANSWER_MS)
    found = re.search(r"KT-\d+", await widget.cards.last.inner_text())
    assert found is not None
    return found.group()


async def _connect(widget: Widget) -> str:
    """Press the shop's button; the secret in the link it gives."""
    await widget.page.locator(".persona.me").get_by_role("button", name="Connect Telegram or Slack").click()
    link = widget.page.get_by_role("link", name=re.compile("Open Telegram"))
    await expect(link).to_be_visible(timeout=ANSWER_MS)
    return str(await link.get_attribute("href")).partition("start=")[2]
