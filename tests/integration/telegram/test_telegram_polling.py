"""Long polling: for a machine without a public address; confirmed only after the durable insert (CH1)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession

from crm_store.domain.errors import StoreUnavailable
from crm_store.use_cases.platforms import list_dead_letters
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.courier import Webhook
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import OpenShop, Shop


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop(telegram_mode="polling", telegram_secret=None) as opened:
        yield opened


async def test_what_is_said_is_fetched_and_answered(shop: Shop) -> None:
    await shop.rahima.says("hello")
    assert await shop.rahima.hears(1) == ["You said: hello"]
    await shop.rahima.says("again")
    assert await shop.rahima.hears(2) == ["You said: hello", "You said: again"]


async def test_there_is_no_webhook_to_post_to(shop: Shop, http: ClientSession) -> None:
    async with http.post(shop.webhook, json={}) as answer:
        assert answer.status == 404


async def test_an_old_webhook_is_taken_away_and_what_waited_is_kept(
    open_shop: OpenShop, telegram: FakeTelegram
) -> None:
    telegram.hold()
    telegram.courier.set_webhook(Webhook("http://127.0.0.1:9/"))
    karim = telegram.person("Karim")
    await karim.says("before the change")
    async with open_shop(telegram_mode="polling", telegram_secret=None):
        assert await karim.hears(1) == ["You said: before the change"]


async def test_a_defect_of_ours_is_counted_and_polling_goes_on(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(_updates: object) -> list[object]:
        monkeypatch.undo()
        raise LookupError("nobody thought of it")

    monkeypatch.setattr("bot.channels.telegram.polling.lanes_of", stumbles)
    async with open_shop(telegram_mode="polling", telegram_secret=None) as shop:
        await shop.rahima.says("hello")
        assert await shop.rahima.hears(1) == ["You said: hello"]
        registry = shop.running.gateway.metrics.registry
        labels = {"channel": "telegram", "error": "LookupError"}
        assert registry.get_sample_value("kotha_poll_failures_total", labels) == 1


@pytest.mark.rules("TG4")
async def test_poison_does_not_hide_what_came_with_it(open_shop: OpenShop, telegram: FakeTelegram) -> None:
    karim, mitu = telegram.person("Karim"), telegram.person("Mitu")
    broken = telegram.happens("message", {"message_id": "one", "chat": []}, lane="x")
    assert broken is not None
    await karim.says("hello")
    await mitu.says("hi")
    async with open_shop(telegram_mode="polling", telegram_secret=None) as shop:
        assert await karim.hears(1) == ["You said: hello"]
        assert await mitu.hears(1) == ["You said: hi"]
        assert len(await list_dead_letters(shop.store)) == 1


@pytest.mark.rules("CH1", "TG2")
async def test_nothing_is_confirmed_that_was_not_stored(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_given: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr("bot.inbox.receive", away)
        await shop.rahima.says("hello")
        await asyncio.sleep(0.3)
        assert shop.telegram.courier.pending
    assert await shop.rahima.hears(1) == ["You said: hello"]
    await shop.rahima.says("again")
    await shop.rahima.hears(2)
    await eventually(lambda: len(shop.telegram.courier.pending) <= 1)


@pytest.mark.rules("G4")
async def test_of_two_gateways_one_polls_and_the_other_follows(
    open_shop: OpenShop, telegram: FakeTelegram
) -> None:
    settings = {"telegram_mode": "polling", "telegram_secret": None}
    async with open_shop(**settings) as first:
        await eventually(lambda: telegram.polls > 0)
        async with open_shop(**settings):
            await first.rahima.says("hello")
            assert await first.rahima.hears(1) == ["You said: hello"]
            assert not [call for call in telegram.ledger.calls_of("getUpdates") if call.status == 409]
            assert len(first.engine.questions) == 1


async def test_when_the_polling_gateway_stops_the_other_goes_on(
    open_shop: OpenShop, telegram: FakeTelegram
) -> None:
    settings = {"telegram_mode": "polling", "telegram_secret": None}
    async with AsyncExitStack() as second:
        async with open_shop(**settings) as first:
            await eventually(lambda: telegram.polls > 0)
            await second.enter_async_context(open_shop(**settings))
        await first.rahima.says("anybody?")
        assert await first.rahima.hears(1) == ["You said: anybody?"]


async def test_a_poll_that_fails_shows_in_the_channels_health(shop: Shop) -> None:
    channel = shop.running.gateway.channels[0]
    await eventually(lambda: channel.health().ok)
    shop.telegram.faults.fail("getUpdates", times=1)
    await shop.rahima.says("hello")  # ends the request that waits
    await eventually(lambda: channel.health().why == f"bot {shop.account}: TelegramServerError")
    await eventually(lambda: channel.health().ok)
