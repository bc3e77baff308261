"""One customer, one history: website, Telegram, an agent in Slack, and the website again; real parts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.journey import (
    SECONDS,
    answer_from_slack,
    ask_for_a_link,
    ask_on_the_website,
    get_a_person,
    go_on_in_telegram,
    open_support,
)
from tests.fixtures.browser import ANSWER_MS, chromium
from tests.fixtures.messengers import Messengers, line_in, open_messengers, wait_until
from tests.fixtures.service import missing_parts

pytestmark = pytest.mark.timeout(240)


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
    widget, number = await ask_on_the_website(browser, shop)
    token = await ask_for_a_link(widget)
    tanvir = await go_on_in_telegram(shop, token)
    told = widget.by("system").filter(has_text="@tanvir")
    await expect(told).to_be_visible(timeout=ANSWER_MS)
    greeting = "\n".join(tanvir.heard[2:])
    assert "Tanvir" in greeting
    assert f"on our website, we talked about your order {number}" in greeting
    before = len(tanvir.heard)
    await tanvir.clicks(tanvir.chat.last, "Where is it now?")
    assert number in "\n".join((await tanvir.hears(before + 1, within=SECONDS))[before:])

    support = await open_support(shop)
    card = await get_a_person(support, tanvir)
    await answer_from_slack(support, card, tanvir, "Your panjabi is packed this evening.")
    await support.farhana.says("he sounds worried", support.channel, thread=card)
    await tanvir.says("thank you so much")
    await line_in(support.channel, "thank you so much", within=SECONDS, thread=card)
    assert not any("worried" in text for text in tanvir.heard)
    await support.farhana.clicks(card, "Resolve…")
    await wait_until(lambda: support.farhana.modal is not None, within=SECONDS)
    await support.farhana.submits({})
    await line_in(support.channel, "Resolved", within=SECONDS)

    await widget.write("hi")
    on_telegram = widget.by("bot").filter(has_text="on Telegram, we talked about your order")
    await expect(on_telegram).to_contain_text(number, timeout=ANSWER_MS)

    assert token not in shop.service.log.read_text(errors="replace")
    said = shop.service.rows("SELECT text FROM messages WHERE channel = 'telegram' AND author = 'customer'")
    assert not any(token in str(text) for (text,) in said)
    assert shop.telegram.ledger.breaches == []
    assert shop.slack.ledger.breaches == []


@pytest.mark.rules("G5")
async def test_nobody_is_told_anything_personal_before_the_account_is_connected(shop: Messengers) -> None:
    stranger = shop.telegram.person("Tanvir", username="not_tanvir", language_code="en")
    await stranger.says("where is my order KT-10301?")
    said = "\n".join(await stranger.hears(1, within=SECONDS))
    assert "connect" in said.casefold()
    assert "panjabi" not in said
