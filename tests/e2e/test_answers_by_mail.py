"""Nobody is there: the matter is left in writing, and the answer arrives by e-mail; every part is real."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.fakes.mail_server import MailServer, serve_mail
from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.desk import AGENT, LIVE_MS, open_desk
from tests.fixtures.service import Service, missing_parts
from tests.integration.conftest import eventually

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def test_who_left_it_for_e_mail_reads_the_answer_there(browser: Browser) -> None:
    if missing := missing_parts():
        pytest.skip(f"the service lacks {missing}: run `make test KIND=e2e`")
    async with serve_mail(MailServer()) as mail:
        with Service(
            KOTHA_SMTP_HOST="127.0.0.1",
            KOTHA_SMTP_PORT=str(mail.port),
            KOTHA_SMTP_SECURITY="none",
            KOTHA_SMTP_FROM="Kotha Bazaar <care@kotha.example>",
        ) as service:
            await _leave_it(browser, service)
            await _answer_it(browser, service)
            await eventually(lambda: bool(mail.letters), seconds=LIVE_MS / 1000)
    [letter] = mail.letters
    assert letter["To"].startswith("Rahima Khatun <")
    text = letter.get_content()
    assert "A new cup is on its way to you." in text
    assert "> one of the cups came broken yesterday" in text


async def _leave_it(browser: Browser, service: Service) -> None:
    widget = Widget(await shop_page(browser, service.base, "Rahima"))
    await widget.open()
    await widget.ask("can I talk to a person please")
    await widget.choose("Leave a message")
    asked = await widget.ask("one of the cups came broken yesterday")
    await expect(asked).to_contain_text("where should we send the answer")
    mail = widget.panel.get_by_role("button", name="@")
    await mail.last.click()
    await expect(widget.by("bot").last).to_contain_text("I have noted it as TK-")
    await widget.page.context.close()


async def _answer_it(browser: Browser, service: Service) -> None:
    desk = await open_desk(browser, service.base)
    await desk.log_in(AGENT, service.agent_password)
    await desk.open("Rahima")
    await expect(desk.thread).to_contain_text("Your answers also go by e-mail to rahima@")
    await desk.claim()
    await desk.answer("A new cup is on its way to you.")
    await expect(desk.log.locator(".delivery.mail.sent")).to_contain_text("E-mailed", timeout=LIVE_MS)
    assert desk.failures == []
