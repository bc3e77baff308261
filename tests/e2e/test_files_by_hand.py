"""Files that agents and customers paste and drop: taken, or refused with the reason; none of them lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.files import image, pdf
from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import AGENT, LIVE_MS, Desk, open_desk
from tests.fixtures.handing_files import drop, hold_over, paste_picture
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """What lies on somebody's desktop."""
    contents = {
        "receipt.pdf": pdf(),
        "photo.png": image(size=(900, 700)),
        "notes.txt": b"not a picture",
        "scan.png": image() + bytes(10 * 1024 * 1024),
        "broken.pdf": b"%PDF-1.4 and nothing more",
        "invoice.exe.pdf": b"MZ this is a program",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


async def together(browser: Browser, service: Service) -> tuple[Desk, Widget]:
    """An agent who has stepped in, and the customer."""
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    await widget.ask("hello, this is about files")
    desk = await open_desk(browser, service.base)
    await desk.log_in(AGENT, service.agent_password)
    await desk.see("bot")
    await desk.open_conversation(service.conversation_with("hello, this is about files"))
    await desk.claim()
    return desk, widget


async def test_agents_paste_pictures_and_drop_files(
    browser: Browser, service: Service, files: dict[str, Path]
) -> None:
    desk, widget = await together(browser, service)
    tray = desk.thread.get_by_role("list", name="Files to send")
    send = desk.thread.get_by_role("button", name="Send", exact=True)

    await paste_picture(desk.page, desk.field)
    await expect(tray.get_by_role("listitem")).to_have_count(1)
    await hold_over(desk.page, desk.log, files["receipt.pdf"])
    await expect(desk.thread.get_by_text("Drop pictures or PDFs here")).to_be_visible()
    await drop(desk.page, desk.log, files["receipt.pdf"])
    await expect(desk.thread.get_by_text("Drop pictures or PDFs here")).to_have_count(0)
    await expect(tray).to_contain_text("receipt.pdf")
    await expect(send).to_be_enabled(timeout=LIVE_MS)
    await send.click()
    await expect(desk.log.locator(".message.from-agent img")).to_have_count(1)
    await expect(desk.log.locator(".message.from-agent .file")).to_contain_text("receipt.pdf")
    await expect(widget.by("agent").last).to_contain_text("receipt.pdf", timeout=LIVE_MS)
    await expect(widget.by("agent").last.locator("img, canvas").first).to_be_visible()

    for name, reason in (
        ("notes.txt", "notes.txt: Only PNG, JPEG, WebP, GIF and PDF can be sent."),
        ("scan.png", "scan.png: At most 10 MB."),
        ("broken.pdf", "broken.pdf: "),
        ("invoice.exe.pdf", "invoice.exe.pdf: Only PNG, JPEG, WebP, GIF and PDF can be sent."),
    ):
        await drop(desk.page, desk.field, files[name])
        await expect(desk.page.get_by_text(reason)).to_be_visible(timeout=LIVE_MS)
        await expect(tray).to_have_count(0)
    assert desk.failures == []


async def test_a_file_that_misses_its_place_takes_nothing_away(
    browser: Browser, service: Service, files: dict[str, Path]
) -> None:
    desk, _ = await together(browser, service)
    await desk.field.fill("half an answer")
    await drop(desk.page, desk.page.get_by_role("navigation", name="Main"), files["receipt.pdf"])
    await desk.page.wait_for_timeout(500)  # a browser that leaves does so at once
    await expect(desk.field).to_have_value("half an answer")
    await desk.thread.locator(".composer-modes label").filter(has_text="Note").click()
    await drop(desk.page, desk.log, files["receipt.pdf"])
    await expect(desk.thread.get_by_role("list", name="Files to send")).to_have_count(0)
    assert desk.page.url.startswith(f"{service.base}/console/")


async def test_copied_text_stays_text(browser: Browser, service: Service) -> None:
    desk, widget = await together(browser, service)
    for page, field in ((desk.page, desk.field), (widget.page, widget.field)):
        await paste_picture(page, field, with_text="three cups, 1,250 taka")
        await expect(field).to_have_value("three cups, 1,250 taka")


async def test_customers_paste_pictures_and_drop_files(
    browser: Browser, service: Service, files: dict[str, Path]
) -> None:
    desk, widget = await together(browser, service)
    tray = widget.panel.locator("ul.tray")
    send = widget.panel.get_by_role("button", name="Send")

    await paste_picture(widget.page, widget.field)
    await drop(widget.page, widget.panel, files["receipt.pdf"])
    await expect(tray.locator("li.ready")).to_have_count(2, timeout=LIVE_MS)
    await send.click()
    await expect(desk.log.locator(".message.from-customer img")).to_have_count(1, timeout=LIVE_MS)
    await expect(desk.log.locator(".message.from-customer .file")).to_contain_text("receipt.pdf")

    for name, reason in (
        ("notes.txt", "notes.txt was not taken. Pictures (PNG, JPEG, WebP, GIF) and PDFs can be sent."),
        ("scan.png", "scan.png is too large: at most 10 MB."),
        ("broken.pdf", "broken.pdf is damaged and cannot be opened."),
        ("invoice.exe.pdf", "invoice.exe.pdf was not taken."),
    ):
        await drop(widget.page, widget.panel, files[name])
        await expect(widget.panel.get_by_text(reason)).to_be_visible(timeout=LIVE_MS)
        await expect(tray.locator("li")).to_have_count(0)
