"""Somebody without an account chats through the pages of the fakes; whatever is written stays text."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, serve_slack
from tests.fakes.telegram import FakeTelegram, Limits, serve_telegram
from tests.fixtures.browser import chromium
from tests.fixtures.hostile import HOSTILE

pytestmark = [pytest.mark.timeout(120)]
PHONE = {"width": 390, "height": 780}
DESK = {"width": 1100, "height": 760}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def open_page(browser: Browser, address: str, **options: object) -> Page:
    """The page, with a test that fails on any error of its script."""
    page = await browser.new_page(**options)  # type: ignore[arg-type]  # the options of a context
    page.on("pageerror", lambda error: pytest.fail(f"the page broke: {error}"))
    await page.goto(address)
    return page


async def test_a_telegram_user_chats_through_the_page(browser: Browser) -> None:
    async with serve_telegram(FakeTelegram(limits=Limits(enforced=False))) as telegram:
        rahima = telegram.person("Rahima", language_code="bn")
        session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
        async with Bot(telegram.token, session=session) as bot:
            page = await open_page(browser, f"{telegram.url}/kotha_bot?start=abc123", viewport=DESK)
            await page.get_by_label("Message", exact=True).press("Enter")
            await expect(page.locator(".mine .text")).to_have_text("/start abc123")
            await bot.send_chat_action(rahima.user.id, "typing")
            await expect(page.locator("#doing")).to_contain_text("typing")
            board = InlineKeyboardMarkup(
                inline_keyboard=[[InlineKeyboardButton(text="হ্যাঁ", callback_data="yes")]]
            )
            await bot.send_message(rahima.user.id, "নিশ্চিত?", reply_markup=board)
            await page.get_by_role("button", name="হ্যাঁ").click()
            while not telegram.unanswered_clicks:
                await telegram.news(0.1)
            await bot.answer_callback_query(telegram.unanswered_clicks[0].id, "ধন্যবাদ")
            await expect(page.locator("#toast")).to_have_text("ধন্যবাদ")
            await page.get_by_role("button", name="Platform").click()
            await page.get_by_role("button", name="Block the bot").click()
            await expect(page.locator("#notice")).to_contain_text("blocked")
            assert rahima.chat.standing == "kicked"


async def test_a_slack_customer_and_an_agent_share_the_page(browser: Browser) -> None:
    async with serve_slack(FakeSlack()) as slack:
        shop = slack.workspace("Shop")
        rahima, nadia = slack.person(shop, "rahima"), slack.person(shop, "nadia")
        orders = slack.channel(shop, "orders", [rahima, nadia])
        client = AsyncWebClient(shop.token, base_url=f"{slack.url}/api/")
        page = await open_page(browser, slack.url)
        await page.get_by_role("button", name="# orders").click()
        await page.get_by_label("Message", exact=True).fill("@kotha where is a < b & c?")
        await page.get_by_label("Message", exact=True).press("Enter")
        await expect(page.locator("article .text")).to_have_text("@kotha where is a < b & c?")
        root = next(iter(orders.messages.values()))
        text = {"type": "plain_text", "text": "Claim"}
        blocks = [{"type": "actions", "elements": [{"type": "button", "action_id": "claim", "text": text}]}]
        await client.chat_postMessage(
            channel=orders.id, thread_ts=root.ts, text="Who takes it?", blocks=blocks
        )
        await page.get_by_label("You are").select_option(label="nadia")
        await page.get_by_role("button", name="# orders").click()
        await page.get_by_role("button", name="1 answer").click()
        await page.get_by_role("button", name="Claim").click()
        await expect(page.locator("#toast")).to_contain_text("did not answer")  # nobody listens
        await page.get_by_label("Answer in the thread").fill("I do")
        await page.get_by_label("Answer in the thread").press("Enter")
        await expect(page.locator("#replies article")).to_have_count(3)
        assert [message.author.name for message in root.replies] == ["kotha", "nadia"]


@pytest.mark.rules("W5")
async def test_hostile_words_stay_words_in_both_pages(browser: Browser) -> None:
    async with (
        serve_telegram(FakeTelegram(limits=Limits(enforced=False))) as telegram,
        serve_slack(FakeSlack()) as slack,
    ):
        shop = slack.workspace("Shop")
        rahima, colleague = telegram.person("Rahima"), slack.person(shop, "rahima")
        for text in HOSTILE:
            await rahima.says(text)
            await colleague.says(text)
        for address in (telegram.url, slack.url):
            page = await open_page(browser, address)
            await expect(page.locator(".text")).to_have_count(len(HOSTILE))
            assert await page.locator(".text :is(script, img, iframe, svg, style, form)").count() == 0
            assert not await page.evaluate("'hacked' in window")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_the_pages_on_a_telephone_too(browser: Browser, scheme: str) -> None:
    async with serve_telegram(FakeTelegram()) as telegram, serve_slack(FakeSlack()) as slack:
        shop = slack.workspace("Shop")
        await telegram.person("Rahima").says("hello https://shop.example/a/very/long/link" + "/more" * 20)
        await slack.person(shop, "rahima").says("hello " + "long" * 60)
        for address in (telegram.url, slack.url):
            page = await open_page(browser, address, viewport=PHONE, color_scheme=scheme)
            await page.locator("nav li button").last.click()
            await expect(page.locator(".text")).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            report = await Axe().run(page)
            assert report.violations_count == 0, report.generate_report()
