"""What stands above a conversation: every button with its word, and what was put away can be taken up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import AGENT, Desk, open_desk
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(180)
WORDS = {"en": ["Hand back", "Resolve"], "bn": ["ফিরিয়ে দিন", "মীমাংসা করুন"]}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def in_a_conversation(browser: Browser, service: Service) -> Desk:
    """An agent who has stepped in, on a screen of 1440 pixels, the customer's panel open."""
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    await widget.ask("hello, this is about the head")
    desk = await open_desk(browser, service.base)
    await desk.log_in(AGENT, service.agent_password)
    await desk.see("bot")
    await desk.open_conversation(service.conversation_with("hello, this is about the head"))
    await desk.claim()
    return desk


async def test_buttons_keep_their_words_beside_the_panel(browser: Browser, service: Service) -> None:
    desk = await in_a_conversation(browser, service)
    for language, words in WORDS.items():
        assert await desk.change("PUT", "me/preferences", {"language": language}) == 200
        await desk.page.reload()
        await expect(desk.page.locator(".context-panel, aside").first).to_be_visible()
        for word in words:
            label = desk.head.locator(".mantine-Button-label").filter(has_text=word)
            await expect(label).to_be_visible()
            assert await label.evaluate("label => label.scrollWidth <= label.clientWidth")


async def test_what_was_put_away_is_taken_up_with_one_click(browser: Browser, service: Service) -> None:
    desk = await in_a_conversation(browser, service)
    conversation = await desk.shown()
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    assert await desk.change("POST", f"conversations/{conversation}/snooze", {"until": until}) == 200
    await desk.head.get_by_role("button", name="Take it up now").click()
    await expect(desk.field).to_be_visible()
    await expect(desk.head).to_contain_text("Claimed")
    assert desk.failures == []
