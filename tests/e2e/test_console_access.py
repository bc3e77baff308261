"""axe (WCAG 2.2 AA) on every view of the console with the demo shop's data: colours, sizes, languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ViewportSize, expect

from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import ADMINISTRATOR, Desk, open_desk
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(240)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
LOCALES = {"en": "en-GB", "bn": "bn-BD"}
LISTS = ["queue", "mine", "open", "snoozed", "bot", "resolved", "all"]
SETTINGS = ["profile", "canned", "tokens", "slack", "agents", "teams", "labels", "audit"]
VIEWS = [*(f"inbox/{view}" for view in LISTS), "board", *(f"settings/{section}" for section in SETTINGS)]
DIALOGS = ["Resolve", "Hand back to the assistant", "Snooze", "Transfer", "Back to the queue", "Labels"]
SETTLE_MS = 400  # charts and lists draw themselves; a transition has no contrast


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_view_can_be_used_by_everybody(
    browser: Browser, service: Service, scheme: Literal["light", "dark"], size: str, language: str
) -> None:
    desk = await open_desk(
        browser, service.base, viewport=SIZES[size], color_scheme=scheme, locale=LOCALES[language]
    )
    await desk.page.goto(f"{service.base}/console/")
    await expect(desk.page.locator("input[type=email]")).to_be_visible()
    objections = await _objections(desk, "log-in")
    await desk.log_in(ADMINISTRATOR, service.agent_password, language)
    for view in VIEWS:
        await desk.page.goto(f"{service.base}/console/{view}")
        await expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
        objections += await _objections(desk, view)
    objections += await _objections_in_a_conversation(desk)
    assert objections == []
    assert desk.failures == []


async def _objections_in_a_conversation(desk: Desk) -> list[str]:
    """The conversation with its card, the customer beside it, and on a page of their own."""
    await desk.see("queue")
    await desk.rows().first.click()
    await expect(desk.log.locator(".message").first).to_be_visible()
    objections = await _objections(desk, "conversation")
    await desk.page.goto(f"{desk.page.url}/customer")
    await expect(desk.page.get_by_role("tab").first).to_be_visible()
    for tab in await desk.page.get_by_role("tab").all():
        await tab.click()
        objections += await _objections(desk, f"customer: {await tab.inner_text()}")
    return objections


async def _objections(desk: Desk, view: str) -> list[str]:
    await desk.page.wait_for_timeout(SETTLE_MS)
    found: Any = (await Axe().run(desk.page, options=WCAG)).response["violations"]
    return [f"{view}: {one['id']}: {one['nodes'][0]['target']}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_dialogs_and_menus_can_be_used_by_everybody(
    browser: Browser, service: Service, scheme: Literal["light", "dark"]
) -> None:
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    await widget.ask("hello, this is about menus")
    desk = await open_desk(browser, service.base, color_scheme=scheme)
    await desk.log_in(ADMINISTRATOR, service.agent_password)
    await desk.see("bot")
    await desk.open_conversation(service.conversation_with("hello, this is about menus"))
    await desk.claim()
    objections = []
    for item in (
        "Resolve",
        "Hand back to the assistant",
        "Snooze",
        "Transfer",
        "Back to the queue",
        "Labels",
    ):
        await desk.choose_more(item)
        await expect(desk.dialog).to_be_visible()
        objections += await _objections(desk, item)
        await desk.page.keyboard.press("Escape")
        await expect(desk.dialog).to_have_count(0)
    await desk.page.keyboard.press("Control+k")
    await desk.page.keyboard.type("rahima")
    objections += await _objections(desk, "search")
    await desk.page.keyboard.press("Escape")
    await desk.field.fill("/")
    objections += await _objections(desk, "canned replies")
    assert objections == []
