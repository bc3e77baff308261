"""The README's walkthrough with an agent: two browsers, a whole hand-over and back, on real parts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.wiretap import Wiretap
from tests.fixtures.browser import ANSWER_MS, Widget, chromium, shop_page
from tests.fixtures.desk import AGENT, LIVE_MS, Desk, open_desk
from tests.fixtures.service import Service

pytestmark = pytest.mark.timeout(180)
TYPING_MS = 150  # a letter; the widget tells of it every three seconds at most
RECONNECTED_MS = 45_000  # both sides wait longer after each attempt
RESTARTED_MS = 60_000
JOINED = "Farhana Islam has joined the conversation."


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def farhana(browser: Browser, service: Service) -> Desk:
    """Farhana at work."""
    desk = await open_desk(browser, service.base)
    await desk.log_in(AGENT, service.agent_password)
    return desk


async def visitor(browser: Browser, service: Service, first_words: str) -> Widget:
    """Somebody who has not logged in, and what they begin with."""
    widget = Widget(await shop_page(browser, service.base))
    await widget.open()
    await widget.ask(first_words)
    return widget


def refunds_of(service: Service, number: str) -> list[object]:
    """Amounts that were refunded for an order, in minor units."""
    query = (
        "SELECT refunds.amount FROM refunds JOIN orders ON orders.id = refunds.order_id"
        " WHERE orders.number = ? ORDER BY refunds.created_at"
    )
    return [amount for (amount,) in service.rows(query, number)]


def ratings_of(service: Service, ref: str) -> list[tuple[object, ...]]:
    """The customer's newest ratings: about whom and how many stars."""
    query = (
        "SELECT about, rating FROM survey_responses AS r JOIN customers ON customers.id = r.customer_id"
        " WHERE customers.external_ref = ?"
        " ORDER BY r.answered_at DESC LIMIT 2"
    )
    return service.rows(query, ref)


async def reload(desk: Desk, widget: Widget) -> None:
    """Both sides press F5."""
    await desk.page.reload()
    await expect(desk.log).to_be_visible()
    await widget.page.reload()
    await widget.open()


async def lose_connections(*sides: Desk | Widget) -> None:
    for side in sides:
        await side.page.context.set_offline(True)


async def regain_connections(*sides: Desk | Widget) -> None:
    for side in sides:
        await side.page.context.set_offline(False)


@pytest.mark.rules("G1", "G3")
async def test_the_walkthrough_of_the_readme(browser: Browser, service: Service) -> None:
    desk = await farhana(browser, service)

    # Shirin asks for a person.
    page = await shop_page(browser, service.base, "Shirin")
    tap = Wiretap(page)
    widget = Widget(page)
    await widget.open()
    question = await widget.ask("one of the nagra shoes is torn, order KT-10270")
    await expect(question).to_contain_text("to be sent back", timeout=ANSWER_MS)
    await widget.ask("can I talk to a person please")
    asked = widget.by("bot").filter(has_text="I have asked our team")
    await expect(asked).to_be_visible(timeout=ANSWER_MS)

    # Farhana finds her in the queue, looks at the card, claims.
    await desk.open("Shirin")
    await expect(desk.card).to_contain_text("Logged in at the shop")
    await expect(desk.card).to_contain_text("KT-10270")
    await desk.claim()
    await expect(widget.by("system").last).to_contain_text(JOINED, timeout=LIVE_MS)

    # Each sees the other typing; both write.
    await desk.field.press_sequentially("Hello Shirin, ")
    await expect(widget.panel.locator(".typing")).to_be_visible()
    await desk.answer("Hello Shirin, I am sorry about the shoes. Is it the left one?")
    await expect(widget.by("agent").last).to_contain_text("Is it the left one?")
    await widget.field.press_sequentially("Yes, the left one. Can ", delay=TYPING_MS)
    await expect(desk.log).to_contain_text("Shirin Sultana is writing")
    await widget.write("Yes, the left one. Can you refund them?")
    await expect(desk.by("customer").last).to_have_text("Yes, the left one. Can you refund them?")

    # A note stays among colleagues.
    await desk.note("Third torn pair of this batch: told the warehouse.")

    # One click shows what refunding the order would do; only the shoes are refunded.
    await desk.card.get_by_role("button", name="Refund KT-10270").click()
    await expect(desk.dialog).to_contain_text("goes back by bKash", timeout=LIVE_MS)
    await desk.dialog.get_by_role("button", name="Change").click()
    await desk.dialog.get_by_label("Amount").fill("1250")
    await desk.dialog.get_by_label("Reason").fill("The left shoe is torn")
    await desk.dialog.get_by_role("button", name="See what happens").click()
    await expect(desk.dialog).to_contain_text("৳1,250 goes back by bKash")
    assert refunds_of(service, "KT-10270") == []
    await desk.confirm("Do it now")
    assert refunds_of(service, "KT-10270") == [125_000]
    await desk.answer("Done: the money for the shoes is on its way to your bKash. Keep the pair.")
    await expect(widget.by("agent").last).to_contain_text("on its way to your bKash")

    # Both pages are reloaded; nothing is lost, nothing stands there twice.
    before = await widget.texts()
    on_desk = await desk.by("customer").all_inner_texts()
    await reload(desk, widget)
    await expect(widget.messages).to_have_count(len(before))
    assert await widget.texts() == before
    await expect(desk.by("customer")).to_have_text(on_desk)

    # Farhana hands back; the assistant knows of the refund.
    bot_messages = await widget.by("bot").count()
    await desk.head.get_by_role("button", name="Hand back").click()
    await desk.dialog.get_by_label("Go on with what the assistant was asking").uncheck()
    await desk.confirm("Hand back to the assistant")
    await expect(widget.by("system").last).to_contain_text("Farhana Islam has left the conversation")
    assert await widget.by("bot").count() == bot_messages, "nothing was left to answer"
    reply = await widget.ask("has my refund gone out?")
    await expect(widget.by("bot").nth(bot_messages)).to_contain_text(
        "Farhana Islam has refunded Tk 1,250 for KT-10270"
    )
    await expect(reply).to_contain_text("KT-10270")

    # The matter is closed, and Shirin says how it was.
    await desk.choose_more("Resolve")
    await desk.confirm("Resolve")
    await expect(widget.by("system").filter(has_text="How was it with Farhana Islam?")).to_be_visible()
    await widget.rate(5)
    await widget.rate(4)
    await widget.write("She was kind and quick")
    await expect(widget.by("bot").last).to_contain_text(re.compile("[Tt]hank"), timeout=LIVE_MS)
    assert ratings_of(service, "shirin") == [("bot", 4), ("agent", 5)]

    assert not tap.heard("told the warehouse"), "the customer's browser was sent a private note"
    assert desk.failures == []
    assert tap.failures == []


@pytest.mark.rules("G1", "W1", "W2")
async def test_what_is_written_without_a_connection_arrives_once_and_in_order(
    browser: Browser, service: Service
) -> None:
    desk = await farhana(browser, service)
    widget = await visitor(browser, service, "hello, this is about connections")
    await widget.ask("can I talk to a person please")
    await desk.open_conversation(service.conversation_with("hello, this is about connections"))
    await desk.claim()
    await desk.answer("first from the agent")
    await expect(widget.by("agent").last).to_contain_text("first from the agent")

    await lose_connections(desk, widget)
    for number in range(3):
        await desk.answer(f"agent offline {number}")
        await widget.write(f"customer offline {number}")
    await expect(desk.log.locator(".unsent")).to_have_count(3)
    await regain_connections(desk, widget)

    from_agent = ["first from the agent", *(f"agent offline {number}" for number in range(3))]
    from_customer = [f"customer offline {number}" for number in range(3)]
    for side in (desk.by("agent"), widget.by("agent").locator(".text")):
        await expect(side).to_have_text(from_agent, timeout=RECONNECTED_MS)
    await expect(desk.by("customer").last).to_have_text(from_customer[-1], timeout=RECONNECTED_MS)
    assert (await desk.by("customer").all_inner_texts())[-3:] == from_customer
    await reload(desk, widget)
    await expect(desk.by("agent")).to_have_text(from_agent)
    await expect(widget.by("agent").locator(".text")).to_have_text(from_agent)
    assert (await widget.by("customer").locator(".text").all_inner_texts())[-3:] == from_customer


@pytest.mark.rules("G1", "G3")
async def test_a_killed_gateway_loses_no_word_between_two_people(browser: Browser, service: Service) -> None:
    desk = await farhana(browser, service)
    widget = await visitor(browser, service, "hello, this is about restarts")
    await desk.see("bot")
    await desk.open_conversation(service.conversation_with("hello, this is about restarts"))
    await desk.claim()
    await expect(widget.by("system").last).to_contain_text(JOINED, timeout=LIVE_MS)
    service.kill("gateway")
    await desk.answer("still here")
    await widget.write("me too")
    await expect(widget.by("agent").locator(".text")).to_have_text(["still here"], timeout=RESTARTED_MS)
    await expect(desk.by("customer").last).to_have_text("me too", timeout=RESTARTED_MS)
    assert (await widget.texts()).count("me too") == 1
