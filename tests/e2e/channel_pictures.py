"""One customer on three channels, stopping for pictures of each."""

from __future__ import annotations

from playwright.async_api import Browser, Page, ViewportSize

from tests.e2e.handover_pictures import Photographer
from tests.e2e.journey import (
    answer_from_slack,
    ask_for_a_link,
    ask_on_the_website,
    get_a_person,
    go_on_in_telegram,
    hears,
    open_support,
)
from tests.fixtures.messengers import open_messengers

SCREEN: ViewportSize = {"width": 1180, "height": 820}
TELEPHONE: ViewportSize = {"width": 420, "height": 820}


async def take_channels(browser: Browser, photographer: Photographer) -> None:
    """The website with its links, the chat in Telegram, the thread in Slack."""
    async with open_messengers() as shop:
        widget, _ = await ask_on_the_website(browser, shop, viewport=SCREEN, reduced_motion="reduce")
        token = await ask_for_a_link(widget)
        await photographer.take(widget.page, "channels-connect")
        tanvir = await go_on_in_telegram(shop, token)
        await tanvir.clicks(tanvir.chat.last, "Where is it now?")
        await hears(tanvir, "We have your order")
        support = await open_support(shop)
        card = await get_a_person(support, tanvir)
        await answer_from_slack(support, card, tanvir, "Your panjabi is packed this evening.")
        await support.farhana.says("He has asked twice today.", support.channel, thread=card)
        await photographer.take(await _page(browser, shop.telegram.url, TELEPHONE), "channels-telegram")
        slack = await _page(browser, shop.slack.url, SCREEN)
        await slack.get_by_label("You are").select_option(label="farhana")
        await slack.get_by_role("button", name="support").first.click()
        asked = slack.locator("main article").filter(has_text="Tanvir Ahmed needs a person")
        await asked.get_by_role("button", name="answer").click()
        await photographer.take(slack, "channels-slack")


async def _page(browser: Browser, address: str, size: ViewportSize) -> Page:
    page = await browser.new_page(viewport=size, device_scale_factor=1.5)
    await page.goto(f"{address}/fake")
    if size is TELEPHONE:
        await page.locator("nav li button").last.click()
    return page
