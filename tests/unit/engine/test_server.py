"""The endpoint around the turns: refusals, failures, health, metrics."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.engine import action_server as action_server_module
from bot.engine.loading import LoadedEngine
from bot.engine.metrics import Metrics
from bot.engine.server import MAX_BODY_BYTES, EngineServer
from tests.unit.engine.fake_actions import FakeActions, Held, Misbehaviour, answering, hanging_up
from tests.unit.engine.tiny import ENGINE_SECRET, NO_FACTS, Conversation, texts

Json = Any
AUTHORIZED = {"Authorization": f"Bearer {ENGINE_SECRET}"}
GOOD = {
    "conversation": "c",
    "message_id": "m",
    "text": "hello",
    "choice": None,
    "state": None,
    "facts": NO_FACTS,
}


def changed(**parts: Json) -> dict[str, Json]:
    return {**GOOD, **parts}


BAD_BODIES: dict[str, bytes] = {
    "empty": b"",
    "not JSON": b"{text: hello}",
    "not UTF-8": b'{"text": "\xff"}',
    "a list": b"[]",
    "NaN": b'{"text": NaN}',
    "nested deeply": b"[" * 200_000,
    "no conversation": json.dumps(
        {key: value for key, value in GOOD.items() if key != "conversation"}
    ).encode(),
    "conversation not a text": json.dumps(changed(conversation=7)).encode(),
    "empty message id": json.dumps(changed(message_id="")).encode(),
    "huge message id": json.dumps(changed(message_id="m" * 201)).encode(),
    "text and choice": json.dumps(changed(choice={"intent": "affirm"})).encode(),
    "neither text nor choice": json.dumps(changed(text=None)).encode(),
    "text not a text": json.dumps(changed(text=["hello"])).encode(),
    "white space": json.dumps(changed(text=" \n\u00a0")).encode(),
    "half a surrogate pair": json.dumps(changed(text="\ud800")).encode(),
    "choice without intent": json.dumps(changed(text=None, choice={"entities": {}})).encode(),
    "choice with a list": json.dumps(
        changed(text=None, choice={"intent": "affirm", "entities": []})
    ).encode(),
    "choice with half a surrogate": json.dumps(changed(text=None, choice={"intent": "\udc00"})).encode(),
    "no facts": json.dumps(changed(facts=None)).encode(),
    "half a surrogate in a nested fact": json.dumps(changed(facts={"handed_back": {"a": "\udc00"}})).encode(),
    "nested fact": json.dumps(changed(facts={"mood": {"a": 1}})).encode(),
    "infinite fact": json.dumps(changed(facts={"open_orders": 1})).replace("1}", "1e999}").encode(),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_body_of_another_shape_is_refused_and_nothing_runs(
    client: TestClient, action_server: FakeActions, body: bytes
) -> None:
    async with client.post("/turn", data=body, headers=AUTHORIZED) as response:
        assert response.status == 400
        assert len((await response.json())["error"]) > 20
    assert not action_server.requests


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", ENGINE_SECRET, f"bearer {ENGINE_SECRET}", "Bearer ঙ"]
)
async def test_without_the_secret_nothing_runs(client: TestClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with client.post("/turn", json=GOOD, headers=headers) as response:
        assert response.status == 401
        assert "error" in await response.json()


async def test_too_large_a_body_is_refused(client: TestClient) -> None:
    async with client.post("/turn", data=b" " * (MAX_BODY_BYTES + 1), headers=AUTHORIZED) as response:
        assert response.status == 413
        assert str(MAX_BODY_BYTES) in (await response.json())["error"]


async def test_longest_text_is_answered(talk: Conversation) -> None:
    assert (await talk.say("ক" * 4000))["replies"]


async def test_unknown_button_intent_gets_an_honest_reply(talk: Conversation) -> None:
    assert texts(await talk.choose("intent_of_an_older_model")) == ["I could not follow."]


FAILURES: dict[str, Misbehaviour] = {
    "error": answering({}, 500),
    "unauthorized": answering({"error": "no"}, 401),
    "unknown action": answering({"error": "no such action", "action_name": "action_track_order"}, 404),
    "bad request without action": answering({"error": "what?"}, 400),
    "redirect": answering({}, 302),
    "not JSON": answering(b"<html>"),
    "empty": answering(b""),
    "a list": answering([]),
    "events not a list": answering({"events": {}, "responses": []}),
    "unknown event": answering({"events": [{"event": "explode"}], "responses": []}),
    "event without parts": answering({"events": [{"event": "slot"}], "responses": []}),
    "event without name": answering({"events": [{}], "responses": []}),
    "event of wrong type": answering({"events": [{"event": "action", "name": 7}], "responses": []}),
    "response not an object": answering({"events": [], "responses": ["hello"]}),
    "huge": answering(b" " * (action_server_module.MAX_ANSWER_BYTES + 10)),
    "half a surrogate pair": answering(b'{"events": [], "responses": [{"text": "\\uD800"}]}'),
    "hangs up": hanging_up,
}


@pytest.mark.rules("G6")
@pytest.mark.parametrize("misbehaviour", FAILURES.values(), ids=FAILURES.keys())
async def test_failing_action_server_is_a_failed_turn(
    talk: Conversation, action_server: FakeActions, misbehaviour: Misbehaviour
) -> None:
    action_server.misbehaviour["action_track_order"] = misbehaviour
    status, body = await talk.fail("where is my order")
    assert status == 502
    assert body["kind"] == "actions"

    action_server.misbehaviour.clear()
    assert texts(await talk.say("where is my order")) == ["Order unknown is shipped."]


@pytest.mark.rules("G6")
async def test_hanging_action_server_is_a_failed_turn(
    talk: Conversation, engine: LoadedEngine, action_server: FakeActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.server._peers[0]._client, "_seconds", 0.3)
    held = action_server.misbehaviour["action_track_order"] = Held("too late")
    status, body = await talk.fail("where is my order")
    assert (status, body["kind"]) == (502, "actions")
    assert not held.answered.is_set()
    held.go_on.set()


@pytest.mark.rules("G6")
async def test_absent_action_server_is_a_failed_turn(
    talk: Conversation, engine: LoadedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = action_server_module.ActionServer("http://127.0.0.1:9/webhook", "secret")
    monkeypatch.setattr(engine.server, "_peers", nobody._peers)
    status, body = await talk.fail("where is my order")
    assert (status, body["kind"]) == (502, "actions")


@pytest.mark.rules("G6")
async def test_failing_form_validation_is_a_failed_turn(
    talk: Conversation, action_server: FakeActions
) -> None:
    action_server.misbehaviour["validate_cancel_form"] = answering({}, 500)
    status, _ = await talk.fail("cancel my order")
    assert status == 502


async def test_action_may_decline(talk: Conversation, action_server: FakeActions) -> None:
    declined = {"error": "not now", "action_name": "action_track_order"}
    action_server.misbehaviour["action_track_order"] = answering(declined, 400)
    answer = await talk.say("where is my order")
    assert "action_track_order" not in answer["actions"]
    assert texts(answer) == ["I could not follow."]


@pytest.mark.rules("G6")
async def test_endless_actions_are_a_failed_turn(talk: Conversation) -> None:
    status, body = await talk.fail("run forever")
    assert (status, body["kind"]) == (500, "engine")


@pytest.mark.rules("G6")
async def test_broken_component_is_a_failed_turn_that_names_no_words(
    talk: Conversation,
    engine: LoadedEngine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(heard: object) -> None:
        raise RuntimeError(f"cannot read {heard}")

    monkeypatch.setattr(engine.turns._waiting, "_understand", broken)
    status, body = await talk.fail("my secret words")
    assert (status, body["kind"]) == (500, "engine")
    assert "secret words" not in json.dumps(body)


async def test_waiting_for_an_action_lets_other_turns_run(
    client: TestClient, action_server: FakeActions
) -> None:
    held = action_server.misbehaviour["action_track_order"] = Held("late")
    waiting = asyncio.create_task(Conversation(client).say("where is my order"))
    assert await asyncio.to_thread(held.asked.wait, 30)
    assert texts(await Conversation(client).say("thank you")) == ["You are welcome."]
    assert not waiting.done()
    held.go_on.set()
    assert texts(await waiting) == ["late"]


async def test_health_names_the_model(client: TestClient) -> None:
    async with client.get("/health") as response:
        body = await response.json()
    assert (response.status, body["status"], body["model"]) == (200, "ok", "tiny.tar.gz")
    assert len(body["fingerprint"]) == 12


async def test_until_the_model_is_loaded_everything_waits() -> None:
    server = EngineServer(ENGINE_SECRET, Metrics())
    async with TestClient(TestServer(server.application())) as client:
        async with client.get("/health") as response:
            assert (response.status, (await response.json())["status"]) == (503, "loading")
        async with client.post("/turn", json=GOOD, headers=AUTHORIZED) as response:
            assert response.status == 503


async def test_draining_refuses_new_turns_and_waits_for_those_in_flight(
    engine: LoadedEngine, action_server: FakeActions
) -> None:
    held = action_server.misbehaviour["action_track_order"] = Held("late")
    server = EngineServer(ENGINE_SECRET, Metrics())
    server.serve(engine)
    async with TestClient(TestServer(server.application())) as client:
        in_flight = asyncio.create_task(Conversation(client).say("where is my order"))
        assert await asyncio.to_thread(held.asked.wait, 30)
        draining = asyncio.create_task(server.drain())
        await asyncio.sleep(0.05)
        async with client.post("/turn", json=GOOD, headers=AUTHORIZED) as response:
            assert response.status == 503
        async with client.get("/health") as response:
            assert (response.status, (await response.json())["status"]) == (503, "draining")
        assert not draining.done()
        held.go_on.set()
        assert texts(await in_flight) == ["late"]
        await asyncio.wait_for(draining, 30)


async def test_metrics_count_turns_by_outcome(client: TestClient, talk: Conversation) -> None:
    await talk.say("hello there")
    async with client.get("/metrics") as response:
        text = await response.text()
    assert 'kotha_engine_turns_total{outcome="ok"}' in text
    assert 'kotha_engine_turn_seconds_bucket{le="+Inf"}' in text
    assert "kotha_engine_ready 1" in text
