"""An agent who looks elsewhere is told: by a notice, by sound, in the title; each only as they wish."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, CDPSession, expect

from tests.fixtures.attention import POLL_SECONDS, Attention, lose_focus
from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import AGENT, LIVE_MS, SUPERVISOR, Desk, open_desk
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(180)
NUMBER = re.compile(r" \w{4} \(Website\)")  # by which visitors without a name are told apart
QUIET_MS = 1_600  # several things of one moment make one sound


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def at_work(browser: Browser, service: Service, agent: str = AGENT) -> tuple[Desk, Attention]:
    """An agent who wants to hear and to be notified, with every notice and tone counted."""
    desk = await open_desk(browser, service.base)
    attention = Attention(desk.page)
    await attention.spy()
    await desk.log_in(agent, service.agent_password)
    assert await desk.change("PUT", "me/preferences", {"sound": True, "notifications": False}) == 200
    await desk.page.goto(f"{service.base}/console/settings/profile")
    return desk, attention


async def switch(desk: Desk, name: str) -> None:
    await desk.page.get_by_role("switch", name=name).click()


async def visitor(browser: Browser, service: Service, words: str) -> Widget:
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    await widget.ask(words)
    return widget


async def hears(attention: Attention, notices: int) -> list[str]:
    """All notices, once there are so many."""
    await attention.wait_until(f"window.kept.notices.length >= {notices}")
    await attention.page.wait_for_timeout(QUIET_MS)  # one too many would come now
    return [NUMBER.sub("", notice) for notice in await attention.notices()]


async def test_who_looks_elsewhere_is_told_once_of_everything(browser: Browser, service: Service) -> None:
    desk, attention = await at_work(browser, service)
    await desk.page.context.grant_permissions(["notifications"])
    await switch(desk, "Browser notifications")
    await expect(desk.page.get_by_role("switch", name="Browser notifications")).to_be_checked()
    assert await attention.times_asked() == 1

    # Somebody asks for a person while another tab is in front.
    await desk.page.get_by_role("link", name="Mine").click()
    await attention.look_elsewhere()
    tones = len(await attention.tones())
    widget = await visitor(browser, service, "can I talk to a person please")
    assert await hears(attention, 1) == ["Visitor is waiting for a person."]
    assert set((await attention.tones())[tones:]) == {"running"}
    await expect(desk.page).to_have_title("(1) Mine · Kotha")

    # A click brings the conversation up.
    await attention.click_notice()
    await expect(desk.page).to_have_url(f"{service.base}/console/inbox/queue/{await desk.shown()}")
    await attention.look_back()
    await expect(desk.page).to_have_title(re.compile(r"^Visitor .*· Kotha"))
    await desk.claim()

    # The customer answers: one notice, one in the title, although the conversation is open in that tab.
    await attention.look_elsewhere()
    await widget.write("are you there?")
    assert (await hears(attention, 2))[1:] == ["Visitor is waiting for your answer."]
    await expect(desk.page).to_have_title(re.compile(r"^\(1\) Visitor "))
    await attention.look_back()
    await expect(desk.page).to_have_title(re.compile(r"^Visitor .*· Kotha"))

    # What is looked at is not told.
    tones = len(await attention.tones())
    await widget.write("hello?")
    await expect(desk.by("customer").last).to_have_text("hello?")
    await desk.page.wait_for_timeout(QUIET_MS)
    assert len(await attention.notices()) == 2
    assert len(await attention.tones()) == tones
    assert desk.failures == []


async def test_a_colleague_gives_one_and_the_new_owner_is_told(browser: Browser, service: Service) -> None:
    desk, attention = await at_work(browser, service)
    await desk.page.context.grant_permissions(["notifications"])
    await switch(desk, "Browser notifications")
    await attention.look_elsewhere()
    supervisor = await open_desk(browser, service.base)
    await supervisor.log_in(SUPERVISOR, service.agent_password)
    await visitor(browser, service, "hello, this goes to somebody else")
    await supervisor.see("bot")
    await supervisor.open_conversation(service.conversation_with("hello, this goes to somebody else"))
    await supervisor.claim()
    await supervisor.choose_more("Transfer")
    await supervisor.dialog.get_by_role("combobox", name="A colleague").click()
    await supervisor.page.get_by_role("option").filter(has_text="Farhana Islam").click()
    await supervisor.confirm("Transfer")
    assert await hears(attention, 1) == ["Visitor is now yours."]


async def test_who_wants_no_sound_and_no_notices_gets_none(browser: Browser, service: Service) -> None:
    desk, attention = await at_work(browser, service)
    await desk.page.context.grant_permissions(["notifications"])
    await switch(desk, "Sound")
    await expect(desk.page.get_by_role("switch", name="Sound")).not_to_be_checked()
    await switch(desk, "Count in the tab's title")
    tones = len(await attention.tones())
    await attention.look_elsewhere()
    await visitor(browser, service, "can I talk to a person please")
    await expect(desk.page.get_by_role("link", name="Waiting")).to_contain_text("5", timeout=LIVE_MS)
    assert await attention.notices() == []
    assert len(await attention.tones()) == tones
    await expect(desk.page).to_have_title("Settings · Kotha")


async def test_a_page_nobody_touched_makes_no_sound(browser: Browser, service: Service) -> None:
    """Browsers forbid it; what is asked of them anyway would sound late, all at once."""
    desk, _ = await at_work(browser, service)
    untouched = await desk.page.context.new_page()
    await untouched.goto(f"{service.base}/console/inbox/mine")
    await lose_focus(untouched)
    await desk.page.bring_to_front()
    await visitor(browser, service, "can I talk to a person please")
    # Whatever Playwright asks a page counts as touching it: its title is read from outside.
    await has_title(browser, "(1) Mine · Kotha")
    assert await Attention(untouched).tones() == []


async def has_title(browser: Browser, title: str) -> None:
    session = await browser.new_browser_cdp_session()
    async with asyncio.timeout(LIVE_MS / 1000):
        while title not in await _titles(session):  # noqa: ASYNC110  a browser gives no event for it
            await asyncio.sleep(POLL_SECONDS)


async def _titles(session: CDPSession) -> set[str]:
    return {page["title"] for page in (await session.send("Target.getTargets"))["targetInfos"]}


async def test_a_browser_that_refuses_is_said_to_refuse(browser: Browser, service: Service) -> None:
    desk, attention = await at_work(browser, service)
    await switch(desk, "Browser notifications")
    await expect(desk.page.get_by_text("The browser blocks notifications for this page.")).to_be_visible()
    await expect(desk.page.get_by_role("switch", name="Browser notifications")).not_to_be_checked()
    assert await attention.times_asked() == 1
