"""The README's walkthrough in a real browser on real parts; reloads and lost connections."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ViewportSize, expect

from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(180)
PHONE: ViewportSize = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


def crm_history(service: Service, customer: str) -> list[str]:
    """Kinds of the customer's interactions, oldest first."""
    with closing(sqlite3.connect(service.data_dir / "kotha.sqlite3")) as store:
        rows = store.execute(
            "SELECT kind FROM interactions JOIN customers ON customers.id = interactions.customer_id"
            " WHERE customers.external_ref = ? ORDER BY interactions.id",
            (customer,),
        )
        return [kind for (kind,) in rows]


def order_status(service: Service, number: str) -> str:
    """The state of an order in the store."""
    with closing(sqlite3.connect(service.data_dir / "kotha.sqlite3")) as store:
        (status,) = store.execute("SELECT status FROM orders WHERE number = ?", (number,)).fetchone()
        return str(status)


async def test_a_persona_gets_personal_answers_in_three_scripts_and_a_person(
    browser: Browser, service: Service
) -> None:
    before = len(crm_history(service, "tanvir"))
    page = await shop_page(browser, service.base, "Tanvir")
    widget = Widget(page)
    await widget.open()
    for question in ("where is my order?", "আমার অর্ডারটা কোথায়?", "amar order ta kothay?"):
        reply = await widget.ask(question)
        await expect(reply).to_contain_text("KT-10301")
    assert await widget.cards.count() == 3

    await widget.ask("I want to change the delivery address")
    await widget.ask("House 12, Road 5, Dhanmondi, Dhaka 1205")
    done = await widget.choose("Yes, change it")
    await expect(done.locator("section.card")).to_contain_text("Dhanmondi")

    person = await widget.ask("can I talk to a person please")
    await expect(person).to_contain_text(re.compile("person|colleague|team"))
    new = crm_history(service, "tanvir")[before:]
    assert any("address" in kind for kind in new), new
    assert any("handoff" in kind for kind in new), new


async def test_nothing_changes_when_the_customer_says_no(browser: Browser, service: Service) -> None:
    widget = Widget(await shop_page(browser, service.base, "Arif"))
    await widget.open()
    question = await widget.ask("please cancel order KT-10310")
    await expect(question).to_contain_text("KT-10310")
    await widget.choose("No, keep it")
    assert order_status(service, "KT-10310") == "placed"


@pytest.mark.rules("CH6")
async def test_a_visitor_is_told_to_log_in_and_learns_nothing(browser: Browser, service: Service) -> None:
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    reply = await widget.ask("where is my order KT-10301?")
    await expect(reply).to_contain_text(re.compile("log in|signed in|logged in", re.IGNORECASE))
    assert await widget.cards.count() == 0


@pytest.mark.rules("W2")
async def test_a_reload_shows_the_whole_history_once(browser: Browser, service: Service) -> None:
    page = await shop_page(browser, service.base)
    widget = Widget(page)
    await widget.open()
    await widget.ask("hello")
    await widget.ask("how long does delivery take?")
    before = await widget.texts()
    await page.reload()
    await widget.open()
    await expect(widget.messages).to_have_count(len(before))
    assert await widget.texts() == before


@pytest.mark.rules("W1", "W2")
async def test_what_is_written_offline_is_sent_once_when_the_connection_is_back(
    browser: Browser, service: Service
) -> None:
    page = await shop_page(browser, service.base)
    widget = Widget(page)
    await widget.open()
    await widget.ask("hello")
    await page.context.set_offline(True)
    await widget.write("ki ki delivery option ache?")
    await expect(widget.by("customer").last.get_by_role("img", name="Waiting to be sent")).to_be_visible()
    before = await widget.by("bot").count()
    await page.context.set_offline(False)
    await widget.next_reply(before)
    assert (await widget.texts()).count("ki ki delivery option ache?") == 1
    await expect(widget.by("customer").last.get_by_role("img", name="Read")).to_be_visible()


@pytest.mark.rules("G1")
async def test_the_conversation_goes_on_when_the_gateway_is_killed(
    browser: Browser, service: Service
) -> None:
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    await widget.ask("hello")
    before = await widget.by("bot").count()
    service.kill("gateway")
    await widget.write("what can you do?")
    await expect(widget.by("bot").nth(before)).to_be_attached(timeout=40_000)
    assert (await widget.texts()).count("what can you do?") == 1


@pytest.mark.rules("W5")
async def test_markup_in_a_message_is_shown_as_it_was_typed(browser: Browser, service: Service) -> None:
    page = await shop_page(browser, service.base)
    widget = Widget(page)
    await widget.open()
    markup = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
    await widget.ask(markup)
    assert markup in await widget.texts()
    assert await page.title() != "hacked"


async def test_a_customer_reads_everything_in_bengali(browser: Browser, service: Service) -> None:
    page = await shop_page(browser, service.base, "চাকমা", locale="bn-BD")
    widget = Widget(page)
    await widget.open()
    reply = await widget.ask("আমার অর্ডার কোথায়?")
    assert re.search("[\u0980-\u09ff]", await reply.inner_text())
    await expect(widget.cards.last).to_contain_text(re.compile("[০-৯]"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [None, PHONE], ids=["wide", "phone"])
async def test_no_accessibility_violation(
    browser: Browser, service: Service, scheme: str, size: ViewportSize | None
) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce", **({"viewport": size} if size else {})}
    page = await shop_page(browser, service.base, "Rahima", **options)
    widget = Widget(page)
    await widget.open()
    await widget.ask("show all my orders")
    await widget.ask("where is my order KT-10234?")
    results = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert results.violations_count == 0, results.generate_report()
