"""The same gateway on PostgreSQL: chats, repeats, odd characters, a drain."""

import asyncio
import uuid

import pytest
from aiohttp import ClientSession

from bot.channels.web.frames import MAX_SEQ
from tests.fakes.engine import FakeEngine
from tests.integration.conftest import StartGateway
from tests.integration.web import RawClient, events_until, text_body

pytestmark = pytest.mark.postgres


@pytest.fixture
def store_url(postgres_url: str) -> str:
    return postgres_url


async def test_customers_chat_at_once_and_every_character_survives(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    async with start_gateway() as running:
        raw = RawClient(running.base, http)

        async def chat() -> list[str]:
            session = await raw.open_session()
            async with raw.welcomed(session["token"]) as (socket, _):
                for number in range(4):
                    await socket.send_json({"type": "send", **text_body(f"কোথায়? \U0010ffff {number}")})
                events = await events_until(socket, 8)
            assert [event["seq"] for event in events] == list(range(1, 9))
            return [event["text"] for event in events if event["author"] == "bot"]

        answers = await asyncio.gather(*(chat() for _ in range(8)))
    assert answers == [[f"You said: কোথায়? \U0010ffff {number}" for number in range(4)]] * 8
    assert engine.overlaps == 0
    assert len(engine.questions) == 32


async def test_repeats_at_once_are_one_message(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    async with start_gateway() as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        body = text_body("once", str(uuid.uuid4()))
        answers = await asyncio.gather(
            *(raw.post("messages", body, token=session["token"]) for _ in range(10))
        )
        refused, _ = await raw.post("messages", text_body("a\0b"), token=session["token"])
    assert sorted(status for status, _ in answers) == [200] * 9 + [201]
    assert len({answer["id"] for _, answer in answers}) == 1
    assert engine.asked == ["once"]
    assert refused == 400


async def test_a_client_far_ahead_of_the_transcript_gets_nothing_rather_than_an_error(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    async with start_gateway() as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        assert await raw.events(session["token"], after_seq=MAX_SEQ) == []
        async with raw.welcomed(session["token"], after_seq=MAX_SEQ) as (_, welcome):
            assert welcome["last_seq"] == 0
