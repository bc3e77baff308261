"""Tanvir on the website, then in Telegram, where an agent answers from Slack: the steps of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import Browser, expect

from tests.fakes.slack.people import Person as SlackPerson
from tests.fakes.slack.world import Channel, Message
from tests.fakes.telegram import Person
from tests.fixtures.browser import ANSWER_MS, Widget, shop_page
from tests.fixtures.messengers import Messengers, line_in, wait_until

SECONDS = ANSWER_MS / 1000
SENT = "white_check_mark"


@dataclass(frozen=True)
class Support:
    """The team's channel in Slack and its agent."""

    channel: Channel
    farhana: SlackPerson


async def ask_on_the_website(browser: Browser, shop: Messengers, **options: object) -> tuple[Widget, str]:
    """Tanvir asks where the order is; the chat, and the order's number."""
    widget = Widget(await shop_page(browser, shop.service.base, "Tanvir", **options))
    await widget.open()
    await widget.ask("where is my order?")
    await expect(widget.cards.last).to_be_visible(timeout=ANSWER_MS)
    found = re.search(r"KT-\d+", await widget.cards.last.inner_text())
    assert found is not None
    return widget, found.group()


async def ask_for_a_link(widget: Widget) -> str:
    """Press the shop's button; the secret in the link it gives."""
    await widget.page.locator(".persona.me").get_by_role("button", name="Connect Telegram or Slack").click()
    link = widget.page.get_by_role("link", name=re.compile("Open Telegram"))
    await expect(link).to_be_visible(timeout=ANSWER_MS)
    return str(await link.get_attribute("href")).partition("start=")[2]


async def go_on_in_telegram(shop: Messengers, token: str) -> Person:
    """Open the link, say that it is theirs, and hello; afterwards the greeting stands there."""
    tanvir = shop.telegram.person("Tanvir", username="tanvir", language_code="en")
    await tanvir.opens_link(token, within=SECONDS)
    await hears(tanvir, "Connected")
    await tanvir.says("hi")
    await tanvir.hears(4, within=SECONDS)
    return tanvir


async def open_support(shop: Messengers) -> Support:
    """An administrator names the team's channel, an agent connects with the code of the console."""
    channel = shop.slack.channel(shop.team, "support", [], private=True)
    imran = await shop.agent_in_slack("imran", channel)
    farhana = await shop.agent_in_slack("farhana", channel)
    await imran.commands("/kotha", "agents here", channel)
    return Support(channel, farhana)


async def get_a_person(support: Support, tanvir: Person) -> Message:
    """Tanvir asks for a person, and Farhana claims the card."""
    await tanvir.says("can i talk to a person please")
    card = await line_in(support.channel, "Tanvir", within=SECONDS)
    await support.farhana.clicks(card, "Claim")
    await hears(tanvir, "Farhana Islam")
    return card


async def answer_from_slack(support: Support, card: Message, tanvir: Person, words: str) -> None:
    """What begins with an exclamation mark goes to the customer; a tick says that it arrived."""
    reply = await support.farhana.says(f"! {words}", support.channel, thread=card)
    await hears(tanvir, words)
    await wait_until(lambda: SENT in reply.reactions, within=SECONDS)


async def hears(person: Person, words: str) -> None:
    """Wait until the bot has written this to them."""
    await wait_until(lambda: any(words in text for text in person.heard), within=SECONDS)
