"""One customer, one history: from the website to Telegram and back, on real parts and stand-in platforms."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, expect

from tests.fakes.telegram import FakeTelegram, serve_telegram
from tests.fixtures.browser import ANSWER_MS, Widget, chromium, shop_page
from tests.fixtures.service import Service, missing_parts

pytestmark = pytest.mark.timeout(240)
SECONDS = ANSWER_MS / 1000


@dataclass(frozen=True)
class Shop:
    """The real service, polling a stand-in Telegram."""

    service: Service
    telegram: FakeTelegram


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    if missing := missing_parts():
        pytest.skip(f"the service lacks {missing}: run `make test KIND=e2e`")
    async with serve_telegram(FakeTelegram()) as telegram:
        settings = {
            "KOTHA_TELEGRAM_BOTS": json.dumps({"kotha_bot": telegram.token}),
            "KOTHA_TELEGRAM_MODE": "polling",
            "KOTHA_TELEGRAM_API": telegram.url,
            "KOTHA_TELEGRAM_LINK_BASE": telegram.url,
        }
        # A thread, or the service would wait for a Telegram whose loop waits for the service.
        service = Service(None, **settings)
        await asyncio.to_thread(service.start)
        try:
            yield Shop(service, telegram)
        finally:
            await asyncio.to_thread(service.stop)


async def test_a_customer_goes_on_in_telegram_where_the_website_stopped(browser: Browser, shop: Shop) -> None:
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

    assert token not in shop.service.log.read_text(errors="replace")
    said = shop.service.rows("SELECT text FROM messages WHERE channel = 'telegram' AND author = 'customer'")
    assert not any(token in str(text) for (text,) in said)
    assert shop.telegram.ledger.breaches == []


async def test_nobody_is_told_anything_personal_before_the_account_is_connected(shop: Shop) -> None:
    stranger = shop.telegram.person("Tanvir", username="not_tanvir", language_code="en")
    await stranger.says("where is my order KT-10104?")
    said = "\n".join(await stranger.hears(1, within=SECONDS))
    assert "connect" in said.casefold()
    assert "KT-10104" not in said


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
