"""A customer chats: from the socket to the stored and delivered reply."""

import asyncio
import random
import uuid
from typing import Any

import pytest

from bot.channels.web.frames import Send
from bot.channels.web.socket import incoming_of
from crm_store.use_cases.conversations import accept_message, list_events
from crm_store.use_cases.sessions import access_web_session
from tests.agents import take_over
from tests.fakes.engine import FakeEngine, answer_of, answering, slow, waiting_for
from tests.fixtures.web_client import WebClient
from tests.integration.conftest import Running, eventually
from tests.integration.web import RawClient, events_until, next_frame, next_of_type, text_body


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


async def test_the_dialogue_state_comes_back_with_the_next_turn(running: Running, engine: FakeEngine) -> None:
    async with WebClient(running.base) as client:
        await client.open_session()
        await client.connect()
        for text in ("one", "two", "three"):
            await client.ask(text)
    assert [question["state"] for question in engine.questions] == [None, {"turns": 1}, {"turns": 2}]


@pytest.mark.rules("CH1")
async def test_an_acknowledged_message_is_in_the_database(running: Running, raw: RawClient) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("keep me")})
        ack = await next_of_type(socket, "ack")
        stored = await list_events(
            running.store, uuid.UUID(session["conversation"]), after_seq=ack["seq"] - 1, limit=1
        )
    assert (str(stored[0].id), stored[0].text) == (ack["id"], "keep me")


@pytest.mark.rules("CH2", "W1", "G4")
async def test_a_repeat_gets_the_first_answer_whichever_way_it_comes(
    running: Running, raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    body = text_body("only once")
    first_status, first = await raw.post("messages", body, token=session["token"])
    status, again = await raw.post("messages", body, token=session["token"])
    changed = {**body, "client_msg_id": body["client_msg_id"].upper(), "text": "something else"}
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **changed})
        ack = await next_of_type(socket, "ack")
    await eventually(lambda: outcomes(running) == {"answered": 1})
    assert (first_status, status) == (201, 200)
    assert (first["duplicate"], again["duplicate"], ack["duplicate"]) == (False, True, True)
    assert {first["id"], again["id"], ack["id"]} == {first["id"]}
    assert {first["seq"], again["seq"], ack["seq"]} == {1}
    assert engine.asked == ["only once"]


@pytest.mark.rules("CH2", "G4")
async def test_the_same_message_sent_many_times_at_once_is_one_turn(
    raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    body = text_body("at once")
    answers = await asyncio.gather(*(raw.post("messages", body, token=session["token"]) for _ in range(20)))
    assert sorted(status for status, _ in answers) == [200] * 19 + [201]
    assert {(answer["id"], answer["seq"]) for _, answer in answers} == {(answers[0][1]["id"], 1)}
    await eventually(lambda: len(engine.questions) == 1)
    assert [event["seq"] for event in await raw.events(session["token"])][:1] == [1]


@pytest.mark.rules("CH3", "G2")
async def test_concurrent_messages_are_answered_one_by_one_in_order(
    running: Running, raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await asyncio.gather(*(raw.send(session["token"], f"message {n}") for n in range(25)))
        events = await events_until(socket, 50)
    assert [event["seq"] for event in events] == list(range(1, 51))
    asked = [event["id"] for event in events if event["author"] == "customer"]
    answered = [event["in_reply_to"] for event in events if event["author"] == "bot"]
    assert asked == answered
    assert engine.overlaps == 0
    assert len(engine.questions) == 25


@pytest.mark.rules("CH3")
async def test_one_conversation_is_never_asked_twice_at_a_time(raw: RawClient, engine: FakeEngine) -> None:
    engine.always = slow(0.02)
    sessions = [await raw.open_session() for _ in range(4)]
    await asyncio.gather(*(raw.send(session["token"], f"m{n}") for session in sessions for n in range(5)))
    await eventually(lambda: len(engine.questions) == 20)
    assert engine.overlaps == 0


@pytest.mark.rules("CH4")
@pytest.mark.parametrize(
    "text", ["/restart", '/inform{"order_number": "KT-10234"}', "/", "//x", "/session_start"]
)
async def test_a_slash_is_text_and_nothing_more(raw: RawClient, engine: FakeEngine, text: str) -> None:
    session = await raw.open_session()
    await raw.send(session["token"], text)
    await eventually(lambda: bool(engine.questions))
    assert (engine.questions[0]["text"], engine.questions[0]["choice"]) == (text, None)


async def ask_with_buttons(raw: RawClient, engine: FakeEngine) -> tuple[dict[str, Any], dict[str, Any]]:
    """A session whose last event has a button, and that event."""
    choice = {"intent": "affirm", "entities": {"order_number": "KT-10234"}}
    engine.script.append(answering(answer_of("Sure?", buttons=[{"title": "Yes", "choice": choice}])))
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("cancel it")})
        events = await events_until(socket, 2)
    return session, events[-1]


@pytest.mark.rules("CH4")
async def test_a_click_reaches_the_engine_as_the_choice_behind_the_button(
    raw: RawClient, engine: FakeEngine
) -> None:
    session, question = await ask_with_buttons(raw, engine)
    button = question["buttons"][0]
    assert button["title"] == "Yes"
    assert "affirm" not in button["id"]
    body = {"client_msg_id": str(uuid.uuid4()), "choice": button["id"]}
    status, _ = await raw.post("messages", body, token=session["token"])
    assert status == 201
    await eventually(lambda: len(engine.questions) == 2)
    assert engine.questions[1]["text"] is None
    assert engine.questions[1]["choice"] == {"intent": "affirm", "entities": {"order_number": "KT-10234"}}
    clicked = (await raw.events(session["token"]))[2]
    assert (clicked["author"], clicked["text"]) == ("customer", "Yes")


@pytest.mark.rules("CH4")
async def test_somebody_elses_button_is_refused(raw: RawClient, engine: FakeEngine) -> None:
    _, question = await ask_with_buttons(raw, engine)
    other = await raw.open_session()
    body = {"client_msg_id": str(uuid.uuid4()), "choice": question["buttons"][0]["id"]}
    status, answer = await raw.post("messages", body, token=other["token"])
    assert (status, answer["error"]["code"]) == (400, "unknown_choice")
    async with raw.welcomed(other["token"]) as (socket, _):
        await socket.send_json({"type": "send", **body})
        error = await next_of_type(socket, "error")
    assert (error["code"], error["client_msg_id"]) == ("unknown_choice", body["client_msg_id"])
    assert await raw.events(other["token"]) == []


async def test_the_customer_sees_that_the_message_was_read_and_is_being_answered(
    raw: RawClient, engine: FakeEngine
) -> None:
    go_on = asyncio.Event()
    engine.script.append(waiting_for(go_on))
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello")})
        seen = [await next_frame(socket) for _ in range(4)]
        go_on.set()
        reply = await next_frame(socket)
    kinds = [frame["type"] for frame in seen]
    assert sorted(kinds) == ["ack", "event", "read", "typing"]
    assert kinds.index("event") < kinds.index("read") < kinds.index("typing")
    assert next(frame for frame in seen if frame["type"] == "read")["seq"] == 1
    assert (reply["type"], reply["seq"], reply["author"]) == ("event", 2, "bot")


@pytest.mark.rules("W2")
async def test_a_client_that_reconnects_gets_exactly_what_it_missed(
    raw: RawClient, engine: FakeEngine
) -> None:
    session = await raw.open_session()
    for number in range(6):
        await raw.send(session["token"], f"message {number}")
    await eventually(lambda: len(engine.questions) == 6)
    for after_seq in (0, 5, 11, 12):
        async with raw.welcomed(session["token"], after_seq) as (socket, welcome):
            assert welcome["last_seq"] == 12
            missed = await events_until(socket, 12) if after_seq < 12 else []
            assert [event["seq"] for event in missed] == list(range(after_seq + 1, 13))
            read = await raw.send(session["token"], "one more") if after_seq == 12 else None
            if read:
                assert (await next_of_type(socket, "event"))["seq"] == 13


@pytest.mark.rules("W2")
async def test_a_client_that_keeps_losing_its_connection_ends_with_the_servers_transcript(
    raw: RawClient, engine: FakeEngine
) -> None:
    dice = random.Random(5)
    engine.always = slow(0.005)
    session = await raw.open_session()

    async def send_all() -> None:
        for number in range(20):
            await raw.send(session["token"], f"message {number}")
            await asyncio.sleep(dice.random() * 0.02)

    sending = asyncio.create_task(send_all())
    received: list[dict[str, Any]] = []
    while len(received) < 40:
        async with raw.welcomed(session["token"], len(received)) as (socket, _):
            for _ in range(dice.randint(1, 6)):
                if len(received) < 40:
                    received.append(await next_of_type(socket, "event"))
    await sending
    assert received == await raw.events(session["token"])
    assert [event["seq"] for event in received] == list(range(1, 41))


@pytest.mark.rules("W2")
async def test_a_long_history_arrives_in_order_over_several_pages(raw: RawClient, running: Running) -> None:
    session = await raw.open_session()
    visitor = await access_web_session(running.store, widget="demo", token=session["token"])
    await take_over(running.store, visitor.conversation_id)  # so that nothing else is written
    for number in range(450):
        await accept_message(
            running.store, incoming_of(Send(str(uuid.uuid4()), f"message {number}", None), visitor, "demo")
        )
    async with raw.welcomed(session["token"], 7) as (socket, welcome):
        assert welcome["last_seq"] == 451  # with the notice
        events = await events_until(socket, 451)
    assert [event["seq"] for event in events] == list(range(8, 452))


@pytest.mark.rules("W2")
async def test_two_tabs_show_the_same_conversation(running: Running) -> None:
    async with WebClient(running.base) as left, WebClient(running.base) as right:
        await left.open_session()
        right.token, right.conversation = left.token, left.conversation
        await left.connect()
        await right.connect()
        await left.ask("from the left")
        await right.ask("from the right")
        await left.wait_for(lambda: left.last_seq == 4)
        await right.wait_for(lambda: right.last_seq == 4)
        assert left.events == right.events


async def test_a_client_without_sockets_sends_and_polls(raw: RawClient, running: Running) -> None:
    session = await raw.open_session()
    status, accepted = await raw.send(session["token"], "over http")
    assert (status, accepted["seq"], accepted["duplicate"]) == (201, 1, False)
    await eventually(lambda: outcomes(running) == {"answered": 1})
    events = await raw.events(session["token"])
    assert [event["text"] for event in events] == ["over http", "You said: over http"]
    _, page = await raw.get("messages?after_seq=1&limit=1", token=session["token"])
    assert ([event["seq"] for event in page["events"]], page["last_seq"]) == ([2], 2)
    _, empty = await raw.get("messages?after_seq=2", token=session["token"])
    assert (empty["events"], empty["last_seq"]) == ([], 2)


async def test_an_unusual_message_survives_byte_for_byte(raw: RawClient, engine: FakeEngine) -> None:
    text = "আমার অর্ডার কোথায়?\u200d👩‍👩‍👧 \u202eRTL\u202c e\u0301 \U0010ffff \x01\x7f\r\n\t<b>&amp;</b>"
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body(text)})
        event = await next_of_type(socket, "event")
    await eventually(lambda: bool(engine.questions))
    assert event["text"] == text
    assert engine.questions[0]["text"] == text
    assert (await raw.events(session["token"]))[0]["text"] == text


@pytest.mark.rules("G3")
async def test_after_a_take_over_a_late_reply_is_never_shown(
    running: Running, raw: RawClient, engine: FakeEngine
) -> None:
    late = asyncio.Event()
    engine.script.append(waiting_for(late))
    session = await raw.open_session()
    conversation = uuid.UUID(session["conversation"])
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello")})
        await eventually(lambda: len(engine.questions) == 1)
        await take_over(running.store, conversation)
        late.set()
        await eventually(lambda: outcomes(running).get("suppressed") == 1)
        await raw.send(session["token"], "anybody there?")
        events = await events_until(socket, 3)
    assert [event["author"] for event in events] == ["customer", "system", "customer"]
    await asyncio.sleep(2 * running.settings.poll_seconds)
    assert len(engine.questions) == 1  # the bot is not even asked while a person has the conversation
    assert len(await raw.events(session["token"])) == 3


async def test_a_lost_hint_costs_one_slow_poll(
    running: Running, raw: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(running.gateway.hub), "hint", lambda *_: None)
    monkeypatch.setattr(type(running.gateway.hub), "offer", lambda *_: None)
    monkeypatch.setattr(type(running.gateway.workers), "wake", lambda *_: None)
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello")})
        assert (await next_of_type(socket, "event"))["author"] == "customer"
    monkeypatch.undo()
    async with raw.welcomed(session["token"], 1) as (socket, _):
        assert (await next_of_type(socket, "event"))["author"] == "bot"


def outcomes(running: Running) -> dict[str, float]:
    """Turns by outcome so far."""
    return {
        sample.labels["outcome"]: sample.value
        for metric in running.gateway.metrics.turns.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }
