"""One customer's flood is theirs alone, overload is told, a backlog drains in order. Counted, not timed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
from aiohttp import ClientSession

from bot.channels.web.refusals import OVERLOAD_RETRY_SECONDS, QUEUE_RETRY_SECONDS
from crm_store.domain.received import Place, Received, Sender
from tests.agents import take_over
from tests.fakes.engine import FakeEngine, waiting_for
from tests.fakes.push_channel import FakePushChannel
from tests.integration.conftest import Running, StartGateway, eventually
from tests.integration.web import RawClient, next_of_type, text_body

CHANNEL = "carrier"
HELLO = Received(Sender(CHANNEL, "bot-1", "user:rahima"), Place(address={"chat": 5}), "m0", text="hello")


@pytest.fixture
def stopped(engine: FakeEngine) -> asyncio.Event:
    """The engine answers nothing until this is set."""
    event = asyncio.Event()
    engine.always = waiting_for(event)
    return event


@pytest.fixture
async def alone(start_gateway: StartGateway, stopped: asyncio.Event) -> AsyncIterator[Running]:
    """A gateway with one worker, which shows the order of turns."""
    async with start_gateway(turn_workers=1, messages_waiting=20) as running:
        yield running


async def write(raw: RawClient, token: str, *texts: str) -> None:
    for text in texts:
        status, answer = await raw.send(token, text)
        assert status == 201, answer


@pytest.mark.rules("G2")
async def test_a_backlog_of_one_customer_does_not_go_before_the_others(
    alone: Running, http: ClientSession, engine: FakeEngine, stopped: asyncio.Event
) -> None:
    raw = RawClient(alone.base, http)
    flooder, *others = [(await raw.open_session())["token"] for _ in range(4)]
    await write(raw, flooder, *(f"flood {number}" for number in range(12)))
    await eventually(lambda: len(engine.questions) == 1)
    for number, other in enumerate(others):
        await write(raw, other, f"other {number}")
    stopped.set()
    await eventually(lambda: len(engine.questions) == 15)
    assert engine.asked[1:4] == ["other 0", "other 1", "other 2"]
    assert [text for text in engine.asked if str(text).startswith("flood")] == [
        f"flood {number}" for number in range(12)
    ]


@pytest.mark.rules("G2")
async def test_conversations_that_all_have_a_backlog_take_turns(
    alone: Running, http: ClientSession, engine: FakeEngine, stopped: asyncio.Event
) -> None:
    raw = RawClient(alone.base, http)
    tokens = [(await raw.open_session())["token"] for _ in range(3)]
    for name, token in zip("abc", tokens, strict=True):
        await write(raw, token, *(f"{name}{number}" for number in range(4)))
    stopped.set()
    await eventually(lambda: len(engine.questions) == 12)
    rounds = [sorted(map(str, engine.asked[begin : begin + 3])) for begin in range(0, 12, 3)]
    assert rounds == [[f"{name}{number}" for name in "abc"] for number in range(4)]


async def test_what_waited_before_a_restart_is_answered_before_what_comes_now(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine, stopped: asyncio.Event
) -> None:
    async with start_gateway(turn_workers=1, drain_seconds=0.1) as running:
        raw = RawClient(running.base, http)
        for number in range(6):
            await write(raw, (await raw.open_session())["token"], f"old {number}")
    engine.questions.clear()
    stopped.set()
    async with start_gateway(turn_workers=1) as running:
        raw = RawClient(running.base, http)
        await write(raw, (await raw.open_session())["token"], "new")
        await eventually(lambda: len(engine.questions) == 7)
    assert engine.asked[-1] == "new"
    # The first was under way at the end, and given back then.
    assert engine.asked[:-1] == [*(f"old {number}" for number in range(1, 6)), "old 0"]


async def test_a_full_queue_is_refused_with_a_time_to_come_back(
    alone: Running, http: ClientSession, stopped: asyncio.Event
) -> None:
    raw = RawClient(alone.base, http)
    token = (await raw.open_session())["token"]
    await write(raw, token, *(f"text {number}" for number in range(20)))
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{raw.api}/messages", json=text_body("too much"), headers=headers) as answer:
        error = (await answer.json())["error"]
        assert (answer.status, error["code"]) == (429, "too_many_waiting")
        assert error["retry_after_s"] == QUEUE_RETRY_SECONDS
        assert float(answer.headers["Retry-After"]) >= QUEUE_RETRY_SECONDS
    async with raw.welcomed(token) as (socket, _):
        body = text_body("too much here too")
        await socket.send_json({"type": "send", **body})
        frame = await next_of_type(socket, "error")
        assert (frame["code"], frame["client_msg_id"]) == ("too_many_waiting", body["client_msg_id"])
        assert frame["retry_after_s"] == QUEUE_RETRY_SECONDS
    await write(raw, (await raw.open_session())["token"], "somebody else")
    stopped.set()
    await eventually(lambda: alone.gateway.metrics.turns.labels("answered")._value.get() == 21)


async def test_overload_is_refused_early_and_shown_and_ends(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine, stopped: asyncio.Event
) -> None:
    async with start_gateway(turn_workers=1, overload_seconds=0.05) as running:
        raw = RawClient(running.base, http)
        early, late = [(await raw.open_session())["token"] for _ in range(2)]
        first = text_body("first")
        await raw.post("messages", first, token=early)
        await eventually(lambda: len(engine.questions) == 1)
        await asyncio.sleep(0.1)
        await running.gateway.load.look()
        status, answer = await raw.send(late, "too late")
        assert (status, answer["error"]["code"]) == (503, "overloaded")
        assert answer["error"]["retry_after_s"] == OVERLOAD_RETRY_SECONDS
        status, answer = await raw.post("messages", first, token=early)
        assert (status, answer["duplicate"]) == (200, True)
        async with raw.welcomed(late) as (socket, _):
            await socket.send_json({"type": "send", **text_body("too late")})
            assert (await next_of_type(socket, "error"))["code"] == "overloaded"
        async with http.get(f"{running.base}/readyz") as ready:
            load = (await ready.json())["load"]
        assert (load["ok"], load["why"].partition(":")[0]) == (False, "overloaded")
        assert "kotha_overloaded 1.0" in await (await http.get(f"{running.base}/metrics")).text()
        stopped.set()
        await eventually(lambda: running.gateway.metrics.turns.labels("answered")._value.get() == 1)
        await running.gateway.load.look()
        await write(raw, late, "not too late")
        await eventually(lambda: engine.asked == ["first", "not too late"])


async def test_whoever_talks_with_a_person_is_not_refused_for_the_bots_overload(
    start_gateway: StartGateway, http: ClientSession, stopped: asyncio.Event
) -> None:
    async with start_gateway(turn_workers=1) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        await take_over(running.store, UUID(session["conversation"]))
        running.gateway.load.is_overloaded = True
        await write(raw, session["token"], "to Farhana")


@pytest.mark.rules("G6", "CH1")
async def test_a_flood_from_a_platform_is_kept_and_told_once(
    start_gateway: StartGateway, engine: FakeEngine, stopped: asyncio.Event
) -> None:
    channel = FakePushChannel(CHANNEL)
    async with start_gateway(channels=[channel], messages_waiting=3) as running:
        inbox, metrics = running.gateway.inbox, running.gateway.metrics
        taken = [await inbox.take(replace(HELLO, external_id=f"m{number}")) for number in range(10)]
        assert [accepted.duplicate for accepted in taken] == [False] * 10
        again = await inbox.take(replace(HELLO, external_id="m9"))
        assert (again.duplicate, again.seq) == (True, taken[9].seq)
        stopped.set()
        await eventually(lambda: len(channel.texts) == 4)
        assert metrics.refused.labels("too_many_waiting")._value.get() == 7
    assert engine.asked == ["hello"] * 3
    assert sum(str(text).startswith("That was a lot at once!") for text in channel.texts) == 1
    assert channel.texts.count("You said: hello") == 3


@pytest.mark.rules("G6", "CH1")
async def test_a_fast_writer_of_a_platform_is_slowed_and_copies_cost_nothing(
    start_gateway: StartGateway, engine: FakeEngine
) -> None:
    channel = FakePushChannel(CHANNEL)
    async with start_gateway(channels=[channel], messages_burst=2, messages_per_minute=0.1) as running:
        inbox = running.gateway.inbox
        for _ in range(5):
            await inbox.take(HELLO)
        await inbox.take(replace(HELLO, external_id="m1"))
        await inbox.take(replace(HELLO, external_id="m2", text="too fast"))
        other = replace(HELLO, sender=replace(HELLO.sender, source_id="user:kamal"), external_id="k1")
        await inbox.take(other)
        await eventually(lambda: len(channel.texts) == 4)
    assert engine.asked == ["hello"] * 3


@pytest.mark.rules("G6")
async def test_in_overload_a_platforms_customer_is_told_and_answered_later(
    start_gateway: StartGateway, engine: FakeEngine
) -> None:
    channel = FakePushChannel(CHANNEL)
    async with start_gateway(channels=[channel]) as running:
        running.gateway.load.is_overloaded = True
        for number in range(2):
            await running.gateway.inbox.take(replace(HELLO, external_id=f"m{number}"))
        await eventually(lambda: len(channel.texts) == 3)
    assert str(channel.texts[0]).startswith("Many people are writing to us")
    assert channel.texts[1:] == ["You said: hello"] * 2
