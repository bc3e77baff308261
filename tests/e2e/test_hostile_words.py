"""What customers and agents type stays text: nothing of it runs, in either browser (W5)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.e2e.wiretap import Wiretap
from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import ADMINISTRATOR, LIVE_MS, Desk, open_desk
from tests.fixtures.hostile import FOREIGN_MARKUP, HOSTILE
from tests.fixtures.service import Service

pytestmark = [pytest.mark.timeout(240), pytest.mark.rules("W5")]
FILE_NAMES = [HOSTILE[1], HOSTILE[5]]
SPOKEN_OF_LINKS = "\n(opens in a new tab)\n"
# Looks through open shadow roots too: the widget lives in one.
MARKS = """(selector) => {
  const found = [];
  const look = (root) => {
    found.push(...[...root.querySelectorAll(selector)].map((element) => element.outerHTML.slice(0, 120)));
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) look(element.shadowRoot);
  };
  look(document);
  return found;
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def marks_of(page: Page) -> list[str]:
    """What hostile text has done to a page; empty when it is only text."""
    marks: list[str] = await page.evaluate(MARKS, FOREIGN_MARKUP)
    if await page.evaluate("'hacked' in window") or "hacked" in await page.title():
        marks.append("a script ran")
    return marks


async def test_hostile_words_stay_words(browser: Browser, service: Service) -> None:
    page = await shop_page(browser, service.base)
    customer = Wiretap(page)
    widget = Widget(page)
    await widget.open()
    opening = "hello from the corpus"
    await widget.ask(opening)
    desk = await open_desk(browser, service.base)
    agent = Wiretap(desk.page)
    await desk.log_in(ADMINISTRATOR, service.agent_password)
    await desk.see("bot")
    conversation = service.conversation_with(opening)
    await desk.open_conversation(conversation)
    await desk.claim()
    await expect(widget.by("system").last).to_contain_text("has joined", timeout=LIVE_MS)

    await _customer_types(widget, desk)
    await _agent_types(widget, desk)
    await _both_send_files(widget, desk)
    await _agent_keeps(desk, conversation)
    for side in (page, desk.page):
        assert await marks_of(side) == []
        await side.reload()
    await widget.open()
    await expect(widget.by("agent").locator(".text").last).to_have_text(HOSTILE[-1])
    assert await marks_of(page) == []
    assert await marks_of(desk.page) == []
    assert (customer.failures, agent.failures) == ([], [])


async def _customer_types(widget: Widget, desk: Desk) -> None:
    for words in HOSTILE:
        await widget.write(words)
    shown = await _shown(desk, "customer", HOSTILE[-1])
    assert shown[-len(HOSTILE) :] == list(HOSTILE)


async def _agent_types(widget: Widget, desk: Desk) -> None:
    for words in HOSTILE:
        await desk.answer(words)
    await expect(widget.by("agent").locator(".text").last).to_have_text(HOSTILE[-1], timeout=LIVE_MS)
    shown = await widget.by("agent").locator(".text").all_inner_texts()
    assert [text.replace(SPOKEN_OF_LINKS, "") for text in shown] == list(HOSTILE)
    for words in HOSTILE[:8]:
        await desk.note(words)
    assert not [words for words in HOSTILE[:8] if words not in await desk.log.inner_text()]


async def _shown(desk: Desk, author: str, last: str) -> list[str]:
    await expect(desk.by(author).last).to_have_text(last, timeout=LIVE_MS)
    return await desk.by(author).all_inner_texts()


async def _both_send_files(widget: Widget, desk: Desk) -> None:
    for words in FILE_NAMES:
        await widget.panel.locator("input[type=file]").set_input_files(picture(words))
        await widget.panel.get_by_role("button", name="Send").click()
        await desk.thread.locator("input[type=file]").set_input_files(picture(words))
        await desk.thread.get_by_role("button", name="Send", exact=True).click()
    await expect(desk.log.locator(".message img")).to_have_count(2 * len(FILE_NAMES), timeout=LIVE_MS)
    for side in (widget.page, desk.page):
        assert await marks_of(side) == []


def picture(name: str) -> FilePayload:
    """One white pixel under that name."""
    rows = zlib.compress(b"\x00\xff\xff\xff")
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + body}


async def _agent_keeps(desk: Desk, conversation: str) -> None:
    """Canned replies, and labels are shown again and again: to other agents too."""
    for path, body in (
        (
            "canned-replies",
            {"shortcut": "corpus", "title": HOSTILE[1], "title_bn": HOSTILE[2], "shared": True},
        ),
        ("labels", {"name": HOSTILE[1][:40], "name_bn": HOSTILE[2][:40], "colour": "red"}),
    ):
        text = {"text": {"en": HOSTILE[0], "bn": HOSTILE[1], "bn-Latn": HOSTILE[2]}}
        status = await desk.change("POST", path, {**body, **(text if path == "canned-replies" else {})})
        assert status == 201, path
    await desk.page.reload()
    await desk.field.fill("/corpus")
    await expect(desk.page.get_by_role("option").filter(has_text=HOSTILE[1])).to_be_visible()
    assert await marks_of(desk.page) == []
    await desk.page.keyboard.press("Enter")
    await expect(desk.field).to_have_value(HOSTILE[0])
    await desk.field.fill("")
    for section in ("settings/canned", "settings/labels", "settings/audit"):
        await desk.page.goto(f"{desk.base}/console/{section}")
        await expect(desk.page.get_by_role("heading").first).to_be_visible()
        assert await marks_of(desk.page) == []
    await desk.see("mine")
    await desk.open_conversation(conversation)
