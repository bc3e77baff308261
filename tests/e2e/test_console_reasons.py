"""Why the bot said that: the facts that chose a line stand under it, in words, in the agent's language."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import ADMINISTRATOR, Desk, open_desk
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(180)
WHY = {"en": "Why this answer?", "bn": "এই উত্তর কেন?"}
REASONS = {
    "Rahima": {
        "en": ["is logged in and has written before", "Gold customer", "KT-10234 is late"],
        "bn": ["লগ-ইন করা, আগেও লিখেছেন", "গোল্ড ক্রেতা", "KT-10234 দেরি হচ্ছে"],
    },
    "Arif": {
        "en": ["is logged in and has written before", "Platinum customer", "the last rating: 1 of 5"],
        "bn": ["লগ-ইন করা, আগেও লিখেছেন", "প্লাটিনাম ক্রেতা", "গতবার রেটিং ছিল ৫-এ ১"],
    },
}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def reasons_of_greeting(desk: Desk, language: str) -> list[str]:
    """All reasons the console gives under the bot's lines."""
    found = []
    lines = desk.log.locator(".message.from-bot").filter(has_text=WHY[language])
    await expect(lines.first).to_be_visible()
    for line in await lines.all():
        await line.get_by_role("button", name=WHY[language]).click()
        popup = desk.page.get_by_role("dialog", name=WHY[language])
        await expect(popup).to_be_visible()
        found += await popup.locator("ul.facts li").all_inner_texts()
        await desk.page.keyboard.press("Escape")
        await expect(popup).to_have_count(0)
    return found


@pytest.mark.parametrize("persona", REASONS)
async def test_the_facts_that_chose_a_greeting_stand_under_it(
    browser: Browser, service: Service, persona: str
) -> None:
    widget = Widget(await shop_page(browser, service.base, persona))
    await widget.open()
    await widget.ask("hello")
    desk = await open_desk(browser, service.base)
    for language, expected in REASONS[persona].items():
        await desk.log_in(ADMINISTRATOR, service.agent_password, language)
        await desk.see("bot")
        await desk.rows().first.click()
        assert await reasons_of_greeting(desk, language) == expected
        await desk.page.context.clear_cookies()
    assert desk.failures == []
