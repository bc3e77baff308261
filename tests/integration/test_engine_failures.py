"""CH5, G6: whatever the engine does, the customer hears something true at once, and a person in the end."""

import asyncio
import uuid
from typing import Any

import pytest
from aiohttp import ClientSession

from crm_store.domain.errors import StoreUnavailable
from tests.fakes.engine import (
    FakeEngine,
    Turn,
    answer_of,
    answering,
    answering_bytes,
    echo,
    serve_engine,
    slow,
)
from tests.fixtures.service import free_port
from tests.integration.conftest import ENGINE_SECRET, Running, StartGateway, eventually
from tests.integration.test_chat import outcomes
from tests.integration.web import RawClient, events_until, next_of_type, text_body

pytestmark = pytest.mark.rules("CH5", "G6")
TROUBLE = "having trouble"
HANDED_OVER = "passed your message to a colleague"


async def open_handoff(running: Running, conversation: str) -> Any:
    async with running.store.read() as uow:
        return await uow.handoffs.find_open(uuid.UUID(conversation))


async def test_a_dead_engine_gets_an_honest_notice_at_once_and_a_late_answer(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    port = free_port()
    async with start_gateway(engine_urls=[f"http://127.0.0.1:{port}"]) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("hello?")})
            [_, notice] = await events_until(socket, 2)
            assert TROUBLE in notice["text"]
            assert [button["title"] for button in notice["buttons"]] == ["Talk to a person"]
            async with serve_engine(engine, port):
                reply = await next_of_type(socket, "event", seconds=30)
    assert reply["text"] == "You said: hello?"
    assert reply["seq"] == 3  # one notice, however often it was tried
    assert len(engine.questions) == 1


async def test_patience_ends_with_a_person(start_gateway: StartGateway, http: ClientSession) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    async with start_gateway(engine_urls=[dead], patience_seconds=1) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("hello?")})
            events = await events_until(socket, 3)
        assert TROUBLE in events[1]["text"]
        assert HANDED_OVER in events[2]["text"]
        handoff = await open_handoff(running, session["conversation"])
        assert handoff.reason == "failure"


async def test_patience_is_spent_once_however_many_messages_wait(
    start_gateway: StartGateway, http: ClientSession
) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    async with start_gateway(engine_urls=[dead], patience_seconds=2) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            for number in range(4):
                await socket.send_json({"type": "send", **text_body(f"{number}")})
            events = await events_until(socket, 9)
    said = [event["text"] for event in events if event["author"] == "bot"]
    assert TROUBLE in said[0]
    assert HANDED_OVER in said[1]
    assert said[2:] == ["I have kept this for my colleague too."] * 3


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(answering({"error": "x", "kind": "engine"}, 500), id="error"),
        pytest.param(answering({"error": "x"}, 400), id="refused"),
        pytest.param(answering({"replies": []}), id="no replies"),
        pytest.param(answering(answer_of(None)), id="empty reply"),
        pytest.param(answering(answer_of("")), id="blank reply"),
        pytest.param(answering({"replies": "yes"}), id="wrong type"),
        pytest.param(answering([1, 2]), id="no object"),
        pytest.param(answering_bytes(b"<html>"), id="no json"),
        pytest.param(answering_bytes(b""), id="nothing"),
        pytest.param(answering_bytes(b'{"replies": [{"text": "\\ud800"}]}'), id="lone surrogate"),
        pytest.param(answering_bytes(b'{"a":' * 20_000), id="bottomless"),
        pytest.param(slow(30), id="silence"),
    ],
)
async def test_two_definite_failures_in_a_row_end_with_a_person(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine, failure: Turn
) -> None:
    engine.script += [failure, failure]
    async with start_gateway(engine_timeout_seconds=0.3) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("hello?")})
            events = await events_until(socket, 3)
            assert TROUBLE in events[1]["text"]
            assert HANDED_OVER in events[2]["text"]
            assert events[2]["in_reply_to"] == events[0]["id"]
            assert (await open_handoff(running, session["conversation"])).reason == "failure"
            await socket.send_json({"type": "send", **text_body("and now?")})
            events = await events_until(socket, 5)
        assert events[-1]["text"] == "You said: and now?"  # the bot keeps helping meanwhile
        assert outcomes(running) == {"postponed": 1, "handed_over": 1, "answered": 1}


async def test_one_failure_alone_is_made_good(raw: RawClient, engine: FakeEngine, running: Running) -> None:
    engine.script.append(answering({"error": "x"}, 500))
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello?")})
        events = await events_until(socket, 3)
    assert TROUBLE in events[1]["text"]
    assert events[2]["text"] == "You said: hello?"
    assert await open_handoff(running, session["conversation"]) is None


async def test_absent_actions_are_waited_for(raw: RawClient, engine: FakeEngine) -> None:
    engine.script += [answering({"error": "x", "kind": "actions"}, 502)] * 3
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello?")})
        events = await events_until(socket, 3)
    assert events[2]["text"] == "You said: hello?"


async def test_the_notice_speaks_bengali_to_bengali(raw: RawClient, engine: FakeEngine) -> None:
    engine.script.append(answering({"error": "x"}, 500))
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("আমার অর্ডার কোথায়?")})
        notice = (await events_until(socket, 2))[1]
    assert notice["text"].startswith("দুঃখিত")
    assert notice["language"] == "bn"
    assert notice["buttons"][0]["title"] == "একজনের সাথে কথা বলুন"


async def test_asking_for_a_person_works_without_the_engine(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    async with start_gateway(engine_urls=[dead], patience_seconds=0.5) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("hello?")})
            notice = (await events_until(socket, 3))[1]
            click = {"client_msg_id": str(uuid.uuid4()), "choice": notice["buttons"][0]["id"]}
            await socket.send_json({"type": "send", **click})
            reply = (await events_until(socket, 5))[-1]
        assert "I have asked a colleague" in reply["text"]
        assert await open_handoff(running, session["conversation"]) is not None


async def test_engines_are_used_in_turn_and_a_dead_one_is_passed_over(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine, engine_url: str
) -> None:
    second = FakeEngine(secret=ENGINE_SECRET)
    dead = f"http://127.0.0.1:{free_port()}"
    async with (
        serve_engine(second) as second_url,
        start_gateway(engine_urls=[engine_url, dead, second_url]) as running,
    ):
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            for number in range(8):
                await socket.send_json({"type": "send", **text_body(f"{number}")})
            events = await events_until(socket, 16)
    answers = [event["text"] for event in events if event["author"] == "bot"]
    assert answers == [f"You said: {number}" for number in range(8)]
    assert len(engine.questions) >= 2
    assert len(second.questions) >= 2


async def test_a_wrong_secret_ends_with_a_person_not_with_silence(
    start_gateway: StartGateway, http: ClientSession, engine: FakeEngine
) -> None:
    async with start_gateway(engine_secret="w" * 40) as running:
        raw = RawClient(running.base, http)
        session = await raw.open_session()
        async with raw.welcomed(session["token"]) as (socket, _):
            await socket.send_json({"type": "send", **text_body("hello?")})
            events = await events_until(socket, 3)
    assert HANDED_OVER in events[2]["text"]
    assert engine.refused_secrets == 2


async def test_a_defect_of_our_own_ends_with_a_person_too(
    raw: RawClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_claim: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.turns.question_of", broken)
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello?")})
        events = await events_until(socket, 3)
    assert HANDED_OVER in events[2]["text"]


async def test_workers_outlive_a_store_that_goes_away(
    raw: RawClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):

        def away(*_args: object, **_options: object) -> None:
            raise StoreUnavailable("gone")

        monkeypatch.setattr(type(running.store), "begin", away)
        await socket.send_json({"type": "send", **text_body("hello?")})
        error = await next_of_type(socket, "error")
        assert error["code"] == "unavailable"
        await asyncio.sleep(0.3)
        monkeypatch.undo()
        await socket.send_json({"type": "send", **text_body("hello again")})
        events = await events_until(socket, 2)
    assert [event["text"] for event in events] == ["hello again", "You said: hello again"]


async def test_an_answer_survives_a_store_that_hiccups_at_the_commit(
    raw: RawClient, running: Running, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = type(running.store).begin
    hiccups = iter([True, True])

    async def answer_while_the_store_is_away(question: dict[str, Any]) -> Any:
        def begin_sometimes(store: Any) -> Any:
            if next(hiccups, False):
                raise StoreUnavailable("gone")
            return begin(store)

        monkeypatch.setattr(type(running.store), "begin", begin_sometimes)
        return await answering(echo(question))(question)

    engine.script.append(answer_while_the_store_is_away)
    session = await raw.open_session()
    async with raw.welcomed(session["token"]) as (socket, _):
        await socket.send_json({"type": "send", **text_body("hello?")})
        events = await events_until(socket, 2)
    assert events[1]["text"] == "You said: hello?"
    assert len(engine.questions) == 1
    await eventually(lambda: outcomes(running) == {"answered": 1})
