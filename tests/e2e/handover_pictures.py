"""The README's walkthrough with an agent once more, stopping for pictures of both sides."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.fixtures.browser import ANSWER_MS, Widget, shop_page
from tests.fixtures.desk import AGENT, LIVE_MS, SUPERVISOR, Desk, open_desk
from tests.fixtures.service import Service

DESK: ViewportSize = {"width": 1440, "height": 900}
SHOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
# What tells of a change has gone again by then.
SETTLE_MS = 6_000
DRAWN_MS = 1_500


class Photographer:
    """Takes pictures into a folder, when the page has come to rest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def take(self, page: Page, name: str, wait_ms: int = DRAWN_MS) -> None:
        """Wait until notices are gone and lines are drawn, then take it."""
        await page.wait_for_timeout(wait_ms)
        await page.screenshot(path=self._folder / f"{name}.png")
        print(f"{name}.png")  # noqa: T201  a program for the terminal


async def take_handover(browser: Browser, service: Service, photographer: Photographer) -> None:
    """Both sides, from the request for a person to the rating."""
    desk = await open_desk(browser, service.base, viewport=DESK)
    await desk.log_in(AGENT, service.agent_password)
    page = await shop_page(browser, service.base, "Shirin", viewport=SHOP, reduced_motion="reduce")
    widget = Widget(page)
    await widget.open()
    await widget.ask("one of the nagra shoes is torn, order KT-10270")
    await widget.ask("can I talk to a person please")
    await expect(widget.by("bot").filter(has_text="I have asked our team")).to_be_visible(timeout=ANSWER_MS)
    await desk.open("Shirin")
    await photographer.take(desk.page, "console-queue", SETTLE_MS)

    await desk.claim()
    await desk.answer("Hello Shirin, I am sorry about the shoes. Is it the left one?")
    await expect(widget.by("agent").last).to_be_visible(timeout=LIVE_MS)
    await widget.write("Yes, the left one. Can you refund them?")
    await desk.note("Third torn pair of this batch: told the warehouse.")
    await desk.answer("Of course. One moment please.")
    await _refund(desk, photographer)
    await desk.answer("Done: the money for the shoes is on its way to your bKash. Keep the pair.")
    await expect(widget.by("agent").last).to_contain_text("on its way", timeout=LIVE_MS)
    await photographer.take(desk.page, "handover-agent", SETTLE_MS)
    await photographer.take(page, "handover-customer")

    await desk.head.get_by_role("button", name="Hand back").click()
    await desk.dialog.get_by_label("Go on with what the assistant was asking").uncheck()
    await desk.confirm("Hand back to the assistant")
    await widget.ask("has my refund gone out?")
    await photographer.take(page, "handover-picked-up", SETTLE_MS)
    await desk.choose_more("Resolve")
    await desk.confirm("Resolve")
    await expect(widget.panel.get_by_role("radio").first).to_be_attached(timeout=LIVE_MS)
    await photographer.take(page, "handover-rating")


async def _refund(desk: Desk, photographer: Photographer) -> None:
    await desk.card.get_by_role("button", name="Refund KT-10270").click()
    await desk.dialog.get_by_role("button", name="Change").click()
    await desk.dialog.get_by_label("Amount").fill("1250")
    await desk.dialog.get_by_label("Reason").fill("The left shoe is torn")
    await desk.dialog.get_by_role("button", name="See what happens").click()
    await expect(desk.dialog).to_contain_text("goes back")
    await photographer.take(desk.page, "console-refund", SETTLE_MS)
    await desk.confirm("Do it now")


async def take_console(browser: Browser, service: Service, photographer: Photographer) -> None:
    """Other views: the supervisors' board, dark; the queue on a phone, in Bengali."""
    desk = await open_desk(browser, service.base, viewport=DESK, color_scheme="dark")
    await desk.log_in(SUPERVISOR, service.agent_password)
    await desk.page.goto(f"{service.base}/console/board")
    await photographer.take(desk.page, "console-board-dark")
    phone = await open_desk(
        browser, service.base, viewport=PHONE, locale="bn-BD", device_scale_factor=2, has_touch=True
    )
    await phone.log_in(SUPERVISOR, service.agent_password, "bn")
    await phone.see("queue")
    await photographer.take(phone.page, "console-phone-bengali")
    await phone.rows().first.click()
    await expect(phone.log).to_be_visible()
    await photographer.take(phone.page, "console-phone-thread-bengali")
