"""Push channels: what was committed leaves once, in order, or stays visible as a dead letter."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest

from bot.errors import DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.identities import Proof
from crm_store.sql import SqlStore
from crm_store.use_cases.ports.conversations import NewConversation
from crm_store.use_cases.ports.people import Identity
from tests.agents import JOINED, take_over
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.fakes.push_channel import FakePushChannel, failing
from tests.integration.conftest import Running, StartGateway, eventually

CHANNEL = "telegram"


@pytest.fixture
def channel() -> FakePushChannel:
    return FakePushChannel(CHANNEL)


@pytest.fixture
async def pushing(start_gateway: StartGateway, channel: FakePushChannel) -> AsyncIterator[Running]:
    """A gateway that also serves the fake push channel."""
    async with start_gateway(channels=[channel]) as running:
        yield running


async def make_chat(store: SqlStore) -> IncomingMessage:
    """A conversation on the push channel, as a message to copy."""
    identity = Identity(
        uuid.uuid4(), CHANNEL, "bot-1", f"user-{uuid.uuid4()}", Proof.SIGNED, customer_id=None
    )
    conversation = NewConversation(uuid.uuid4(), CHANNEL, "bot-1", identity.id, customer_id=None)
    async with store.begin() as uow:
        await uow.identities.add(identity, uow.now)
        await uow.conversations.add(conversation, uow.now)
        await uow.commit()
    return IncomingMessage(CHANNEL, "bot-1", identity.id, conversation.id, str(uuid.uuid4()), "hello", None)


async def write(running: Running, chat: IncomingMessage, text: str) -> None:
    message = IncomingMessage(
        chat.channel, chat.account, chat.identity_id, chat.conversation_id, str(uuid.uuid4()), text, None
    )
    await running.gateway.intake.take(message)


async def test_an_answer_leaves_once(pushing: Running, channel: FakePushChannel) -> None:
    await write(pushing, await make_chat(pushing.store), "hello")
    await eventually(lambda: bool(channel.sent))
    await asyncio.sleep(2 * pushing.settings.poll_seconds)
    assert channel.texts == ["You said: hello"]


@pytest.mark.rules("G2")
async def test_answers_leave_in_order_within_a_conversation(
    pushing: Running, channel: FakePushChannel
) -> None:
    chats = [await make_chat(pushing.store) for _ in range(3)]
    for number in range(5):
        for chat in chats:
            await write(pushing, chat, f"message {number}")
    await eventually(lambda: len(channel.sent) == 15)
    for chat in chats:
        texts = [item.text for item in channel.sent if item.conversation_id == chat.conversation_id]
        assert texts == [f"You said: message {number}" for number in range(5)]


async def test_a_postponed_message_holds_the_line_and_comes_again(
    pushing: Running, channel: FakePushChannel
) -> None:
    channel.script.append(failing(DeliveryPostponed("too fast", retry_after=0.3)))
    chat = await make_chat(pushing.store)
    await write(pushing, chat, "first")
    await write(pushing, chat, "second")
    await eventually(lambda: len(channel.sent) == 2)
    assert channel.texts == ["You said: first", "You said: second"]
    assert len(channel.tried) == 3


async def test_a_refused_message_is_a_dead_letter_and_the_next_one_passes(
    pushing: Running, channel: FakePushChannel
) -> None:
    channel.script.append(failing(DeliveryRefused("blocked by the user")))
    chat = await make_chat(pushing.store)
    await write(pushing, chat, "first")
    await write(pushing, chat, "second")
    await eventually(lambda: len(channel.sent) == 1)
    assert channel.texts == ["You said: second"]
    dead = pushing.gateway.metrics.registry.get_sample_value(
        "kotha_deliveries_total", {"channel": CHANNEL, "outcome": "dead"}
    )
    assert dead == 1


async def test_an_uncertain_message_is_looked_for_before_it_is_sent_again(
    pushing: Running, channel: FakePushChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.FIRST_RETRY_SECONDS", 0.1)

    def lost_after_sending(item: object) -> None:
        arrived = channel.tried[-1]
        channel.found[str(arrived.message_id)] = "platform-found"
        raise DeliveryUncertain("connection reset")

    channel.script.append(lost_after_sending)
    chat = await make_chat(pushing.store)
    await write(pushing, chat, "first")
    await write(pushing, chat, "second")
    await eventually(lambda: len(channel.sent) == 1)
    assert [item.text for item in channel.tried] == ["You said: first", "You said: second"]


async def test_a_defect_of_a_channel_counts_as_uncertain(
    pushing: Running, channel: FakePushChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.FIRST_RETRY_SECONDS", 0.1)
    channel.script.append(failing(ZeroDivisionError()))
    await write(pushing, await make_chat(pushing.store), "hello")
    await eventually(lambda: len(channel.sent) == 1)
    assert channel.sent[0].attempts == 2


@pytest.mark.rules("G3")
async def test_after_a_take_over_nothing_of_the_bot_leaves(
    pushing: Running, channel: FakePushChannel, engine: FakeEngine
) -> None:
    engine.script.append(answering({**answer_of("one"), "replies": [{"text": "one"}, {"text": "two"}]}))
    channel.script.append(failing(DeliveryPostponed("busy", retry_after=0.5)))
    chat = await make_chat(pushing.store)
    await write(pushing, chat, "hello")
    await eventually(lambda: len(channel.tried) == 1)
    await take_over(pushing.store, chat.conversation_id)
    await asyncio.sleep(0.8)
    assert channel.texts == [JOINED]


async def test_what_waited_before_the_start_leaves(
    start_gateway: StartGateway, channel: FakePushChannel
) -> None:
    async with start_gateway() as without_channel:
        chat = await make_chat(without_channel.store)
        await write(without_channel, chat, "hello")
        await eventually(lambda: _answered(without_channel) == 1)
    async with start_gateway(channels=[channel]):
        await eventually(lambda: channel.texts == ["You said: hello"])


def _answered(running: Running) -> float:
    value = running.gateway.metrics.registry.get_sample_value("kotha_turns_total", {"outcome": "answered"})
    return value or 0
