"""A customer chats: from the socket to the stored and delivered reply."""

import asyncio
import uuid

import pytest

from tests.fakes.engine import FakeEngine, answer_of, answering, waiting_for
from tests.fixtures.web_client import WebClient
from tests.integration.conftest import Running, eventually


async def test_a_message_is_acknowledged_answered_and_delivered(running: Running, engine: FakeEngine) -> None:
    async with WebClient(running.base) as client:
        await client.open_session()
        await client.connect()
        replies = await client.ask("where is my order?")
        assert [reply["text"] for reply in replies] == ["You said: where is my order?"]
        assert [event["seq"] for event in client.events] == [1, 2]
        assert [event["author"] for event in client.events] == ["customer", "bot"]
        assert client.events[0]["client_msg_id"] in client.acks
    assert engine.questions[0]["facts"]["verified"] is False
    assert engine.questions[0]["state"] is None
