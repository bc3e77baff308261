"""A customer of the shop proves on Telegram who they are (G5)."""

from uuid import UUID

import pytest

from crm_store.domain.linking import MAX_GUESSES
from crm_store.use_cases.linking import list_accounts, list_connectable, offer_link
from tests.contracts.conversing import make_customer
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import Shop


@pytest.fixture
async def visit(shop: Shop) -> UUID:
    """A conversation on the website, where Rahima Khatun is logged in."""
    return (await make_customer(shop.store, "nadia")).conversation_id


@pytest.mark.rules("G5", "TG9")
async def test_a_one_time_link_asks_connects_and_both_sides_hear_of_it(shop: Shop, visit: UUID) -> None:
    offer = await offer_link(shop.store, visit)
    click = await shop.rahima.opens_link(offer.token)
    asked, connected = await shop.rahima.hears(2)
    assert "রহিমা-এর অ্যাকাউন্টের সঙ্গে যুক্ত করব?" in asked
    assert connected.startswith("যুক্ত হয়েছে।")
    await eventually(lambda: click.answered)
    assert click.answer == "যুক্ত হয়েছে।"
    await eventually(lambda: not shop.rahima.chat.sent_by_bot[0].buttons)
    assert (await shop.lines(shop.rahima))[0] == "/start", "the token is no part of the transcript"
    await shop.rahima.says("where is my order?")
    await shop.rahima.hears(3)
    assert shop.engine.questions[0]["facts"]["verified"] is True


@pytest.mark.rules("G5")
async def test_a_link_that_was_opened_connects_nothing_until_they_say_so(shop: Shop, visit: UUID) -> None:
    """Somebody may have sent them a link of their own, to read what they write."""
    await shop.rahima.starts((await offer_link(shop.store, visit)).token)
    await shop.rahima.hears(1)
    await shop.rahima.says("where is my order?")
    await shop.rahima.hears(2)
    assert shop.engine.questions[0]["facts"]["verified"] is False
    assert [one.channel for one in await list_accounts(shop.store, visit)] == ["web"]


@pytest.mark.rules("G5")
async def test_a_no_connects_nothing_and_ends_the_link(shop: Shop, visit: UUID) -> None:
    offer = await offer_link(shop.store, visit)
    click = await shop.rahima.opens_link(offer.token, theirs=False)
    await eventually(lambda: click.answered)
    assert click.answer.startswith("কিছু যুক্ত করা হয়নি")
    await shop.rahima.starts(offer.token)
    assert (await shop.rahima.hears(2))[1].startswith("এই লিংক বা কোড আর কাজ করছে না।")


@pytest.mark.rules("G5", "CH4")
async def test_nobody_says_yes_for_somebody_else(shop: Shop, visit: UUID) -> None:
    await shop.rahima.starts((await offer_link(shop.store, visit)).token)
    await shop.rahima.hears(1)
    yes = str(shop.rahima.chat.last.buttons[0]["callback_data"])
    karim = shop.telegram.person("Karim", language_code="en")
    await karim.says("hi")
    await karim.hears(1)
    for data, answer in (
        (yes, "এই লিংক বা কোড আর কাজ করছে না।"),
        ("join:en:yes:nothing", "This button no longer works."),
        ("join", "This button no longer works."),
    ):
        click = await karim.clicks_data(karim.chat.last, data)
        await eventually(lambda: click.answered)  # noqa: B023  waited for at once
        assert click.answer.startswith(answer)
    assert [one.channel for one in await list_accounts(shop.store, visit)] == ["web"]


@pytest.mark.rules("G4", "TG2")
async def test_a_yes_that_is_delivered_several_times_connects_once(shop: Shop, visit: UUID) -> None:
    offer = await offer_link(shop.store, visit)
    shop.telegram.courier.copies = 3
    click = await shop.rahima.opens_link(offer.token)
    await shop.rahima.hears(2)
    await shop.telegram.settled()
    assert click.answer == "যুক্ত হয়েছে।"
    await shop.rahima.says("thanks")
    assert (await shop.rahima.hears(3))[2] == "You said: thanks"


@pytest.mark.rules("G5")
async def test_a_link_works_once(shop: Shop, visit: UUID) -> None:
    offer = await offer_link(shop.store, visit)
    await shop.rahima.opens_link(offer.token)
    await shop.rahima.hears(2)
    karim = shop.telegram.person("Karim")
    await karim.starts(offer.token)
    assert (await karim.hears(1))[0].startswith("This link or code does not work (any more).")


@pytest.mark.rules("TG2", "G4")
async def test_a_link_that_is_delivered_several_times_is_told_once(shop: Shop, visit: UUID) -> None:
    shop.telegram.courier.copies = 3
    offer = await offer_link(shop.store, visit)
    await shop.rahima.starts(offer.token)
    await shop.telegram.settled()
    await shop.rahima.hears(1)
    await shop.rahima.says("thanks")
    heard = await shop.rahima.hears(2)
    assert heard[1] == "You said: thanks"


async def test_a_typed_code_connects_too(shop: Shop, visit: UUID) -> None:
    offer = await offer_link(shop.store, visit)
    await shop.rahima.says(f"/link {offer.code}")
    assert "রহিমা" in (await shop.rahima.hears(1))[0]


async def test_a_wrong_code_is_refused_and_too_many_are_stopped(shop: Shop) -> None:
    for _ in range(MAX_GUESSES + 1):
        await shop.rahima.says("/link AAAA-AAAA")
    heard = await shop.rahima.hears(MAX_GUESSES + 1)
    assert heard[0].startswith("এই লিংক বা কোড আর কাজ করছে না।")
    assert heard[-1].startswith("অনেকবার ভুল কোড দেওয়া হয়েছে।")


async def test_the_command_alone_says_how(shop: Shop) -> None:
    await shop.rahima.says("/link")
    assert "ওয়েবসাইটে লগ-ইন করে" in (await shop.rahima.hears(1))[0]


async def test_the_bot_is_known_to_who_makes_links(shop: Shop) -> None:
    await eventually(lambda: shop.running.gateway.channels[0].health().ok)
    accounts = await list_connectable(shop.store)
    assert [(each.channel, each.account, each.name) for each in accounts] == [
        ("telegram", shop.account, "@kotha_bot")
    ]
    assert accounts[0].connect_url == "https://t.me/kotha_bot?start={token}"
