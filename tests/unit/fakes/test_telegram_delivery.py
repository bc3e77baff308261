"""The fake brings updates as the Bot API server does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update

from tests.fakes.clock import ManualClock
from tests.fakes.gateway import Gateway, serve_gateway, status
from tests.fakes.telegram import FakeTelegram, Limits, serve_telegram
from tests.fakes.telegram.courier import Webhook


@pytest.fixture
async def gateway(telegram: FakeTelegram, bot: Bot) -> AsyncIterator[Gateway]:
    """The bot's web server, set as its webhook."""
    async with serve_gateway() as served:
        await bot.set_webhook(served.url, secret_token="s3cret_-")
        yield served


def updates(gateway: Gateway) -> list[Update]:
    """What came, as aiogram reads it."""
    return [Update.model_validate_json(received.body) for received in gateway.received]


def texts(gateway: Gateway) -> list[str | None]:
    """The texts that came, in order."""
    return [update.message.text for update in updates(gateway) if update.message]


@pytest.mark.rules("TG1")
async def test_each_delivery_carries_the_secret(telegram: FakeTelegram, gateway: Gateway) -> None:
    await telegram.person("Rahima").says("hello")
    await telegram.settled()
    assert gateway.received[0].headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_-"


@pytest.mark.rules("TG3")
async def test_a_chat_comes_in_order_and_chats_come_side_by_side(
    telegram: FakeTelegram, gateway: Gateway
) -> None:
    gateway.slow = 0.02
    people = [telegram.person(f"P{number}") for number in range(60)]
    for text in ("1", "2", "3"):
        for person in people:
            await person.says(text)
    await telegram.settled()
    assert gateway.most_at_once == 40
    for person in people:
        own = [
            one.message.text
            for one in updates(gateway)
            if one.message and one.message.chat.id == person.user.id
        ]
        assert own == ["1", "2", "3"]


@pytest.mark.rules("TG4", "TG3")
async def test_only_the_chat_of_a_refused_update_waits(telegram: FakeTelegram, gateway: Gateway) -> None:
    rahima, karim = telegram.person("Rahima"), telegram.person("Karim")
    gateway.answers = [status(500)]
    await rahima.says("first")
    await gateway.arrived(1)
    await rahima.says("second")
    await karim.says("mine")
    await gateway.arrived(2)
    assert texts(gateway) == ["first", "mine"]
    await telegram.courier.retry_now()
    await telegram.settled()
    assert texts(gateway) == ["first", "mine", "first", "second"]


@pytest.mark.rules("TG3")
async def test_a_click_does_not_wait_behind_messages(
    telegram: FakeTelegram, gateway: Gateway, bot: Bot
) -> None:
    rahima = telegram.person("Rahima")
    await rahima.starts()
    await telegram.settled()
    board = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="y")]])
    await bot.send_message(rahima.user.id, "Sure?", reply_markup=board)
    gateway.answers = [status(503)]
    await rahima.says("hello?")
    await gateway.arrived(2)
    await rahima.clicks(rahima.chat.last, "Yes")
    await gateway.arrived(3)
    assert updates(gateway)[-1].callback_query is not None


@pytest.mark.rules("TG2")
async def test_an_update_comes_as_often_as_asked_and_again_when_the_answer_is_lost(
    telegram: FakeTelegram, gateway: Gateway
) -> None:
    telegram.courier.copies = 3
    await telegram.person("Rahima").says("hello")
    await telegram.settled()
    assert len(gateway.received) == 3 and len({update.update_id for update in updates(gateway)}) == 1
    telegram.courier.copies, telegram.courier.lose_answers = 1, 1
    await telegram.person("Karim").says("hello")
    await telegram.courier.retry_now()
    await telegram.settled()
    assert len(gateway.received) == 5 and len({update.update_id for update in updates(gateway)}) == 2


@pytest.mark.rules("TG2")
async def test_ids_can_jump(telegram: FakeTelegram, gateway: Gateway) -> None:
    rahima = telegram.person("Rahima")
    await rahima.says("before")
    telegram.courier.skip_ids(1_000_000)
    await rahima.says("after")
    await telegram.settled()
    before, after = (update.update_id for update in updates(gateway))
    assert after - before > 1_000_000


@pytest.mark.rules("TG3")
async def test_a_click_nobody_took_in_time_is_forgotten() -> None:
    clock = ManualClock()
    async with serve_telegram(FakeTelegram(clock=clock)) as telegram, serve_gateway() as gateway:
        gateway.answers = [status(503)] * 20
        telegram.courier.set_webhook(Webhook(gateway.url))
        rahima = telegram.person("Rahima")
        message = await rahima.says("a message with a button")
        telegram.hold()
        await rahima.clicks_data(message, "yes")
        await clock.advance(151)
        telegram.release()
        while any(update.kind == "callback_query" for update in telegram.courier.pending.values()):
            await telegram.news(0.05)
        kinds = {json.loads(one.body).get("callback_query") is not None for one in gateway.received}
        assert kinds <= {False}


async def test_with_a_gateway_that_is_away_everything_waits_and_then_comes(
    telegram: FakeTelegram, bot: Bot
) -> None:
    async with serve_gateway() as gateway:
        away = gateway.url
    telegram.courier.set_webhook(Webhook(away))
    rahima = telegram.person("Rahima")
    await rahima.says("one")
    await rahima.says("two")
    await telegram.courier.pauses.end()
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 2 and "Cannot connect" in (info.last_error_message or "")
    async with serve_gateway() as back:
        telegram.courier.set_webhook(Webhook(back.url))
        await telegram.courier.retry_now()
        await telegram.settled()
        assert texts(back) == ["one", "two"]


@pytest.mark.rules("TG5")
async def test_410_ends_delivery_for_good(telegram: FakeTelegram, gateway: Gateway, bot: Bot) -> None:
    gateway.answers = [status(410)]
    await telegram.person("Rahima").says("hello")
    while not telegram.ledger.breaches_of("TG5"):
        await telegram.news(0.05)
    assert (await bot.get_webhook_info()).url == "" and len(await bot.get_updates()) == 1


@pytest.mark.rules("TG6")
async def test_a_method_in_the_answer_is_executed_and_noticed(
    telegram: FakeTelegram, gateway: Gateway
) -> None:
    rahima = telegram.person("Rahima")
    body = {"method": "sendMessage", "chat_id": rahima.user.id, "text": "from the answer"}
    gateway.answers = [status(200, json.dumps(body))]
    await rahima.says("hello")
    await telegram.settled()
    assert rahima.heard == ["from the answer"] and len(telegram.ledger.breaches_of("TG6")) == 1


@pytest.mark.rules("TG4")
async def test_a_poisoned_update_blocks_the_chat_of_a_bot_that_refuses_it(
    telegram: FakeTelegram, gateway: Gateway
) -> None:
    rahima = telegram.person("Rahima")
    gateway.answers = [status(400)]
    telegram.poison(rahima.chat, b"{not json")
    await rahima.says("and now?")
    await gateway.arrived(1)
    assert gateway.received[0].body == b"{not json" and len(telegram.courier.pending) == 2


@pytest.mark.rules("TG11")
async def test_what_a_bot_hears_besides_messages_is_understood_by_aiogram(
    telegram: FakeTelegram, gateway: Gateway
) -> None:
    rahima, karim = telegram.person("Rahima"), telegram.person("Karim")
    group = await telegram.group("Family", [rahima, karim], forum=True)
    thread = await telegram.topic(group, "Returns", rahima)
    await karim.says("/help", group, thread=thread)
    await rahima.sends_album(["a", "b"])
    for deed in (rahima.sends_sticker, rahima.sends_voice, rahima.sends_location, rahima.sends_contact):
        await deed()
    edited = await rahima.says("where is my ordr")
    await rahima.edits(edited, "where is my order")
    await rahima.blocks()
    telegram.happens("channel_post", {**edited.as_json()}, lane="chat:0")
    await telegram.settled()
    kinds = Counter(update.event_type for update in updates(gateway))
    assert kinds == {"message": 10, "edited_message": 1, "my_chat_member": 2, "channel_post": 1}


@pytest.mark.rules("TG11", "CH6")
async def test_in_a_group_the_bot_hears_only_what_concerns_it(
    telegram: FakeTelegram, gateway: Gateway
) -> None:
    rahima, karim = telegram.person("Rahima"), telegram.person("Karim")
    group = await telegram.group("Family", [rahima, karim])
    for text in ("just us", "@kotha_bot where is my order?", "/help"):
        await karim.says(text, group)
    await telegram.settled()
    assert texts(gateway)[1:] == ["@kotha_bot where is my order?", "/help"]


@pytest.mark.rules("TG2", "CH2")
async def test_a_storm_reaches_several_gateways_shuffled(telegram: FakeTelegram, gateway: Gateway) -> None:
    telegram.hold()
    people = [telegram.person(f"P{number}") for number in range(25)]
    for person in people:
        await person.says("hello")
        await person.says("again")
    async with serve_gateway() as other:
        deliveries = await telegram.storm([gateway.url, other.url], copies=4)
        counts = Counter(Update.model_validate_json(one.body).update_id for one in other.received)
        counts.update(one.update_id for one in updates(gateway))
        assert other.received and gateway.received
    assert len(deliveries) == 200 and set(counts.values()) == {4} and not telegram.courier.pending


@pytest.mark.rules("TG7")
async def test_ten_minutes_pass_at_once_and_the_limits_hold() -> None:
    clock = ManualClock()
    async with serve_telegram(FakeTelegram(clock=clock, limits=Limits())) as telegram:
        rahima = telegram.person("Rahima")
        await rahima.starts()
        telegram.faults.outage(600)
        answer = await telegram._run_answer("sendMessage", {"chat_id": rahima.user.id, "text": "a"})
        down = [telegram.faults.down]
        await clock.advance(600)
        assert answer["ok"] and [*down, telegram.faults.down] == [True, False]
        group = await telegram.group("Family", [rahima])
        sent = 0
        for second in range(60):
            said = await telegram._run_answer("sendMessage", {"chat_id": group.id, "text": str(second)})
            sent += bool(said["ok"])
            await clock.advance(1)
        assert sent == 20


@pytest.mark.rules("TG4")
async def test_telegram_waits_as_long_as_it_is_asked_to() -> None:
    clock = ManualClock()
    async with serve_telegram(FakeTelegram(clock=clock)) as telegram, serve_gateway() as gateway:
        gateway.answers = [status(503, Retry_After="30")]
        telegram.courier.set_webhook(Webhook(gateway.url))
        await telegram.person("Rahima").says("hello")
        await gateway.arrived(1)
        while not telegram.ledger.deliveries:
            await telegram.news(0.05)
        counts = []
        for seconds in (29, 2):
            await clock.advance(seconds)
            await telegram.news(0.2)
            counts.append(len(gateway.received))
        assert counts == [1, 2]
