"""Messages of several parts, doubt, pacing and typing: what delivery does with what a platform says."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import delivery
from bot.channels.port import Capabilities
from bot.errors import DeliveryHeldBack, DeliveryPostponed, DeliveryUncertain
from crm_store.domain.channels import AccountState
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import StoreUnavailable
from crm_store.domain.outbox import OutboxItem
from crm_store.domain.received import Place, Received, Sender
from crm_store.use_cases.outbox import mark_failed
from crm_store.use_cases.platforms import list_dead_letters, mark_unreachable, send_again, set_account_state
from tests.agents import JOINED, take_over
from tests.fakes.engine import FakeEngine, slow
from tests.fakes.push_channel import FakePushChannel, failing
from tests.integration.conftest import Running, StartGateway, eventually

CHANNEL = "carrier"
RAHIMA = Received(Sender(CHANNEL, "bot-1", "user:rahima"), Place(address={"chat": 5}), "m1", text="hello")


@pytest.fixture
def channel() -> FakePushChannel:
    return FakePushChannel(CHANNEL, part_count=3)


@pytest.fixture
async def pushing(
    start_gateway: StartGateway, channel: FakePushChannel, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    monkeypatch.setattr("bot.delivery.FIRST_RETRY_SECONDS", 0.05)
    async with start_gateway(channels=[channel]) as running:
        yield running


async def write(running: Running, text: str = "hello", identifier: str = "m1") -> None:
    await running.gateway.inbox.take(replace(RAHIMA, text=text, external_id=identifier))


async def test_the_parts_of_a_message_leave_in_order(pushing: Running, channel: FakePushChannel) -> None:
    await write(pushing)
    await eventually(lambda: len(channel.sent_parts) == 3)
    assert [number for _text, number in channel.sent_parts] == [0, 1, 2]


async def test_a_confirmed_part_is_not_repeated_when_a_later_one_fails(
    pushing: Running, channel: FakePushChannel
) -> None:
    channel.script += [lambda _item: "p0", failing(DeliveryPostponed("503"))]
    await write(pushing)
    await eventually(lambda: len(channel.sent_parts) == 3)
    assert [number for _text, number in channel.sent_parts] == [0, 1, 2]
    assert channel.tried[-1].sent_parts == ("p0",)


@pytest.mark.rules("G3")
async def test_parts_not_sent_yet_are_withdrawn_when_a_person_takes_over(
    start_gateway: StartGateway,
) -> None:
    channel = SlowChannel(CHANNEL, part_count=3)
    async with start_gateway(channels=[channel]) as running:
        await write(running)
        await eventually(lambda: len(channel.tried) == 1)
        await take_over(running.store, channel.tried[0].conversation_id)
        channel.goes_on.set()
        await eventually(lambda: deliveries(running, "withdrawn") == 1)
        running.gateway.delivery.wake_all()
        await eventually(lambda: JOINED in channel.texts)
    assert [number for text, number in channel.sent_parts if text != JOINED] == [0]


def deliveries(running: Running, outcome: str) -> float:
    """How many messages ended so."""
    labels = {"channel": CHANNEL, "outcome": outcome}
    return running.gateway.metrics.registry.get_sample_value("kotha_deliveries_total", labels) or 0.0


class SlowChannel(FakePushChannel):
    """Its calls wait until they may go on."""

    goes_on: asyncio.Event

    async def start(self) -> None:
        """See Channel."""
        self.goes_on = asyncio.Event()
        await super().start()

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        """See Channel."""
        self.tried.append(item)
        await self.goes_on.wait()
        return await super().send_part(item, index, part)


class StuckChannel(FakePushChannel):
    """Its first call never ends."""

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        if not self.tried:
            self.tried.append(item)
            await asyncio.Event().wait()
        return await super().send_part(item, index, part)


@pytest.mark.rules("G1")
async def test_a_call_that_does_not_end_is_broken_off_before_somebody_else_may_send(
    start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.FIRST_RETRY_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivery.PART_SECONDS", 0.2)
    channel = StuckChannel(CHANNEL)
    async with start_gateway(channels=[channel]) as running:
        await write(running)
        await eventually(lambda: len(channel.sent_parts) == 1)
    assert [item.uncertain for item in channel.tried] == [0, 1]


class DawdlingChannel(FakePushChannel):
    """Takes its time for each part."""

    async def send_part(self, item: OutboxItem, index: int, part: JsonObject) -> str | None:
        await asyncio.sleep(1.0)
        return await super().send_part(item, index, part)


@pytest.mark.rules("G1")
async def test_a_part_that_takes_longer_than_the_lease_is_left_to_its_sender(
    start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.LEASE_SECONDS", 0.4)
    monkeypatch.setattr("bot.delivery.SELDOM", 1)  # all senders look for what is due
    channel = DawdlingChannel(CHANNEL)
    async with start_gateway(channels=[channel]) as running:
        await write(running)
        await eventually(lambda: len(channel.sent_parts) == 1)
        await asyncio.sleep(2 * running.settings.poll_seconds)
    assert [item.uncertain for item in channel.tried] == [0]


@pytest.mark.rules("G1")
async def test_a_store_that_is_away_for_a_moment_makes_nobody_send_twice(
    pushing: Running, channel: FakePushChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.capabilities = Capabilities(reconcile=False)
    for name in ("mark_part_sent", "mark_sent"):
        monkeypatch.setattr(f"bot.delivery.{name}", away_at_first(getattr(delivery, name)))
    monkeypatch.setattr("bot.delivery.KEEP_PAUSES", (0.05,))
    await write(pushing)
    await write(pushing, "and?", "m2")
    await eventually(lambda: len(channel.sent_parts) >= 6)
    assert [number for _text, number in channel.sent_parts] == [0, 1, 2, 0, 1, 2]


@pytest.mark.rules("G1", "G6")
async def test_a_message_that_failed_while_the_store_was_away_does_not_wait_for_its_lease_to_end(
    pushing: Running, channel: FakePushChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.mark_failed", away_at_first(mark_failed))
    monkeypatch.setattr("bot.delivery.KEEP_PAUSES", (0.05,))
    channel.script.append(failing(DeliveryPostponed("the store is away")))
    await write(pushing)
    await eventually(lambda: len(channel.sent_parts) == 3)  # in far less than the lease


def away_at_first(mark: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The store cannot be reached when it is asked for the first time."""
    asked = itertools.count()

    async def marks(*given: Any, **named: Any) -> None:
        if next(asked) == 0:
            raise StoreUnavailable("away")
        await mark(*given, **named)

    return marks


async def test_the_part_in_doubt_is_looked_for_and_only_that(
    pushing: Running, channel: FakePushChannel
) -> None:
    def arrives_unconfirmed(item: object) -> None:
        channel.found[str(channel.tried[-1].message_id)] = "found"
        raise DeliveryUncertain("reset")

    channel.script.append(arrives_unconfirmed)
    await write(pushing)
    await eventually(lambda: len(channel.sent_parts) == 2)
    assert [number for _text, number in channel.sent_parts] == [1, 2]


async def test_in_doubt_a_platform_that_cannot_be_asked_gets_it_once_more(
    pushing: Running, channel: FakePushChannel
) -> None:
    channel.capabilities, channel.part_count = Capabilities(), 1
    channel.script += [failing(DeliveryUncertain("reset"))]
    await write(pushing)
    await eventually(lambda: len(channel.sent) == 1)
    assert len(channel.tried) == 2


async def test_after_a_second_doubt_people_see_it_and_the_next_message_passes(
    pushing: Running, channel: FakePushChannel
) -> None:
    channel.capabilities, channel.part_count = Capabilities(), 1
    channel.script += [failing(DeliveryUncertain("reset"))] * 2
    await write(pushing, "first", "1")
    await write(pushing, "second", "2")
    await eventually(lambda: len(channel.sent) == 1)
    assert channel.texts == ["You said: second"]
    [letter] = await list_dead_letters(pushing.store)
    assert letter.uncertain
    await send_again(pushing.store, letter.id)
    pushing.gateway.delivery.wake_all()
    await eventually(lambda: channel.texts == ["You said: second", "You said: first"])


async def test_a_paced_message_leaves_when_it_may_and_counts_no_attempt(
    pushing: Running, channel: FakePushChannel
) -> None:
    channel.part_count = 1
    channel.script += [failing(DeliveryHeldBack("paced", retry_after=0.01))] * 20
    await write(pushing)
    await eventually(lambda: len(channel.sent) == 1)
    assert channel.sent[0].attempts == 1


async def test_nothing_is_sent_to_somebody_who_blocked_us(pushing: Running, channel: FakePushChannel) -> None:
    channel.part_count = 1
    channel.script += [failing(DeliveryPostponed("503", retry_after=0.2))]
    await write(pushing)
    await eventually(lambda: len(channel.tried) == 1)
    await mark_unreachable(pushing.store, CHANNEL, "bot-1", "user:rahima", "blocked by the user")
    await asyncio.sleep(0.4)
    assert channel.sent == []
    await write(pushing, "back again", "2")
    await eventually(lambda: channel.texts == ["You said: back again"])


@pytest.mark.rules("SL12")
async def test_an_account_that_threw_us_out_is_left_alone(pushing: Running, channel: FakePushChannel) -> None:
    channel.part_count = 1
    await set_account_state(pushing.store, CHANNEL, "bot-1", AccountState.REVOKED, "uninstalled")
    await write(pushing)
    await asyncio.sleep(2 * pushing.settings.poll_seconds)
    assert channel.tried == []
    await set_account_state(pushing.store, CHANNEL, "bot-1", AccountState.ACTIVE)
    await eventually(lambda: channel.texts == ["You said: hello"])


async def test_typing_is_shown_while_a_turn_runs_and_not_after_it(
    pushing: Running, channel: FakePushChannel, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.typing_signs.TYPING_AFTER_SECONDS", 0.05)
    monkeypatch.setattr("bot.typing_signs.TYPING_EVERY_SECONDS", 0.1)
    engine.script.append(slow(0.5))
    await write(pushing)
    await eventually(lambda: len(channel.sent) == 3)
    shown = len(channel.typed)
    assert 2 <= shown <= 6
    assert set(map(repr, channel.typed)) == {repr(("bot-1", {"chat": 5}))}
    await asyncio.sleep(0.3)
    assert len(channel.typed) == shown


async def test_a_quick_answer_needs_no_typing(pushing: Running, channel: FakePushChannel) -> None:
    await write(pushing)
    await eventually(lambda: len(channel.sent) == 3)
    assert channel.typed == []


async def test_channels_run_while_the_gateway_does(
    start_gateway: StartGateway, channel: FakePushChannel
) -> None:
    async with start_gateway(channels=[channel]):
        assert channel.running
    assert not channel.running


async def test_a_platform_that_cannot_begin_keeps_nobody_else_from_customers(
    start_gateway: StartGateway, channel: FakePushChannel
) -> None:
    broken = FakePushChannel("broken", breaks_at_start=True)
    async with start_gateway(channels=[broken, channel]) as running:
        await write(running)
        await eventually(lambda: len(channel.sent_parts) == 3)


class HastyChannel(FakePushChannel):
    """Needs the store to begin, which is away at first."""

    async def start(self) -> None:
        self.typed.append(("start", {}))
        if len(self.typed) == 1:
            raise StoreUnavailable("away")
        await super().start()


@pytest.mark.rules("G6")
async def test_a_channel_that_finds_the_store_away_begins_when_it_is_back(
    start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.CHANNEL_AGAIN_SECONDS", 0.1)
    channel = HastyChannel(CHANNEL)
    async with start_gateway(channels=[channel]):
        await eventually(lambda: channel.running)


async def test_an_edit_and_a_deletion_reach_the_console_as_events(
    pushing: Running, channel: FakePushChannel, engine: FakeEngine
) -> None:
    channel.part_count = 1
    await write(pushing, "cancel KT-1", "m")
    await eventually(lambda: len(channel.sent) == 1)
    inbox = pushing.gateway.inbox
    edited = await inbox.edit(CHANNEL, "bot-1", "m", "cancel KT-2")
    deleted = await inbox.delete(CHANNEL, "bot-1", "m")
    assert edited is not None
    assert deleted is not None
    assert (edited.seq, deleted.seq, deleted.waits) == (3, 4, False)
    assert len(engine.questions) == 1
